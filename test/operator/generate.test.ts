import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { envelope, generate, getV1, hash, openEnvelope, operatorForEach, post, withKey } from './support.js';

const HOUR = 3_600_000;
const START = 1_700_000_000_000;
const ALL_FIELDS = ['advertising_token', 'refresh_token', 'refresh_from', 'identity_expires', 'refresh_expires', 'refresh_response_key'];

describe('operator: POST /v2/token/generate', () => {
  const operator = operatorForEach();

  it('answers in an envelope that carries the nonce of the request', async () => {
    const nonce = randomBytes(8);
    const body = envelope(operator(), { nonce, text: '{"email":"user@example.com"}' });
    const response = await post(operator(), '/v2/token/generate', body, withKey(operator()));
    const answer = openEnvelope(operator(), await response.text());
    expect(response.status).to.equal(200);
    expect(response.headers.get('content-type')).to.match(/^text\/plain/);
    expect(answer.nonce.equals(nonce)).to.equal(true);
    expect(answer.json.status).to.equal('success');
    expect(answer.json.body).to.have.all.keys(ALL_FIELDS);
    expect(Buffer.from(answer.json.body.refresh_response_key, 'base64')).to.have.length(32);
  });
  for (const [name, value] of Object.entries({
    email: ' User@Example.com ', phone: '+12345678901', email_hash: hash('a@b.c'), phone_hash: hash('+12345678901')
  })) {
    it(`takes ${name}`, async () => {
      const response = await generate(operator(), { [name]: value });
      expect(openEnvelope(operator(), await response.text()).json.status).to.equal('success');
    });
  }
  it('makes other tokens each time', async () => {
    const answers = [];
    for (let i = 0; i < 2; i++) answers.push(openEnvelope(operator(), await (await generate(operator(), { email: 'a@b.c' })).text()).json.body);
    for (const field of ['advertising_token', 'refresh_token', 'refresh_response_key']) {
      expect(answers[0][field]).to.not.equal(answers[1][field]);
    }
  });
  it('answers 401 without the API key', async () => {
    for (const headers of [{}, { Authorization: 'Bearer other' }, { Authorization: operator().apiKey }]) {
      const response = await post(operator(), '/v2/token/generate', envelope(operator(), {}), headers as Record<string, string>);
      expect(response.status).to.equal(401);
      expect(await response.json()).to.deep.equal({ status: 'unauthorized' });
    }
  });

  const refused: [string, () => string, string][] = [
    ['no body', () => '', 'Invalid body: Body is missing.'],
    ['a time too old', () => envelope(operator(), { time: Date.now() - 120_000 }), 'Invalid timestamp: Request too old or client time drift.'],
    ['a time to come', () => envelope(operator(), { time: Date.now() + 130_000 }), 'Invalid timestamp: Request too old or client time drift.'],
    ['text that is not JSON', () => envelope(operator(), { text: 'email=a@b.c' }), 'Invalid payload in body: Data is not valid json string.'],
    ['JSON that is no object', () => envelope(operator(), { text: '["a@b.c"]' }), 'Invalid payload in body: Data is not valid json string.'],
    ['nobody', () => envelope(operator(), { text: '{}' }), 'Required Parameter Missing: exactly one of [email, email_hash, phone, phone_hash] must be specified'],
    ['two people', () => envelope(operator(), { text: '{"email":"a@b.c","phone":"+12345678901"}' }), 'Required Parameter Missing: exactly one of [email, email_hash, phone, phone_hash] must be specified'],
    ['a bad e-mail address', () => envelope(operator(), { text: '{"email":"nobody"}' }), 'Invalid Identifier']
  ];
  for (const [what, body, message] of refused) {
    it(`refuses ${what}`, async () => {
      const response = await post(operator(), '/v2/token/generate', body(), withKey(operator()));
      expect(response.status).to.equal(400);
      expect(await response.json()).to.deep.equal({ status: 'client_error', message });
    });
  }

  for (const input of [{ email: 'optout@example.com' }, { phone: '+00000000000' }, { email_hash: hash('optout@example.com') }]) {
    it(`answers optout for ${Object.keys(input)[0]} of the opted-out test identity`, async () => {
      const response = await generate(operator(), input);
      expect(openEnvelope(operator(), await response.text()).json).to.deep.equal({ status: 'optout' });
    });
  }
  for (const input of [{ email: 'validate@example.com' }, { email: 'refresh-optout@example.com' }, { phone: '+00000000002' }]) {
    it(`issues a token to ${Object.values(input)[0]}`, async () => {
      const response = await generate(operator(), input);
      expect(openEnvelope(operator(), await response.text()).json.status).to.equal('success');
    });
  }
});

describe('operator: lifetimes', () => {
  const times = async (operator: Parameters<typeof getV1>[0]) => {
    const { body } = await (await getV1(operator, '/v1/token/generate', { email: 'a@b.c' })).json();
    return [body.refresh_from - START, body.identity_expires - START, body.refresh_expires - START];
  };

  describe('by default', () => {
    const operator = operatorForEach({ now: () => START });
    it('are 1 h, 4 h and 30 d', async () => {
      expect(await times(operator())).to.deep.equal([HOUR, 4 * HOUR, 720 * HOUR]);
    });
  });
  describe('fast', () => {
    const operator = operatorForEach({ now: () => START, fast: true });
    it('are 15 s, 30 s and 10 min', async () => {
      expect(await times(operator())).to.deep.equal([15_000, 30_000, 600_000]);
    });
  });
  describe('by option', () => {
    const operator = operatorForEach({ now: () => START, fast: true, lifetimes: { refreshFrom: 1, identityExpires: 2, refreshExpires: 3 } });
    it('are those, fast or not', async () => {
      expect(await times(operator())).to.deep.equal([1, 2, 3]);
    });
  });
});

describe('operator: GET /v1/token/generate', () => {
  const operator = operatorForEach();

  it('answers in plain JSON, without a refresh_response_key', async () => {
    const response = await getV1(operator(), '/v1/token/generate', { email: 'user@example.com' });
    const { status, body } = await response.json();
    expect(response.headers.get('content-type')).to.match(/^application\/json/);
    expect(status).to.equal('success');
    expect(body).to.have.all.keys(ALL_FIELDS.slice(0, 5));
  });
  for (const [name, value] of Object.entries({ phone: '+12345678901', email_hash: hash('a@b.c'), phone_hash: hash('+12345678901') })) {
    it(`takes ${name}`, async () => {
      expect((await (await getV1(operator(), '/v1/token/generate', { [name]: value })).json()).status).to.equal('success');
    });
  }
  it('answers optout for the opted-out test identity', async () => {
    const response = await getV1(operator(), '/v1/token/generate', { email: 'optout@example.com' });
    expect(await response.json()).to.deep.equal({ status: 'optout' });
  });
  it('answers 401 without the API key', async () => {
    const response = await getV1(operator(), '/v1/token/generate', { email: 'user@example.com' }, false);
    expect([response.status, await response.json()]).to.deep.equal([401, { status: 'unauthorized' }]);
  });
  it('refuses nobody, two people and a bad address', async () => {
    for (const query of [{}, { email: 'a@b.c', phone: '+12345678901' }, { email: 'nobody' }]) {
      const response = await getV1(operator(), '/v1/token/generate', query as Record<string, string>);
      expect([response.status, (await response.json()).status]).to.deep.equal([400, 'client_error']);
    }
  });
});
