import { expect } from 'chai';
import type { Fault } from '../../operator/index.js';
import { clientGenerate, clientRequest, generate, getV1, hash, identityOf, open, openEnvelope, operatorForEach, post, PREFLIGHT, refresh, until } from './support.js';

const TEN_MINUTES = 600_000;
const gone = (asked: Promise<Response>) => asked.then((response) => response.text()).then(() => 'answered', () => 'gone');

describe('operator: faults', () => {
  const operator = operatorForEach();
  const broken = async (fault: Fault, input?: object) => {
    const identity = await identityOf(operator(), input);
    operator().admin.fault(fault);
    const response = await refresh(operator(), identity.refresh_token);
    return { identity, response, text: await response.text() };
  };
  const decoded = (text: string) => Buffer.from(text, 'base64');

  it('status: any status with any body', async () => {
    const { response, text } = await broken({ kind: 'status', status: 502, body: '<h1>Bad gateway</h1>', contentType: 'text/html' });
    expect([response.status, text, response.headers.get('content-type')]).to.deep.equal([502, '<h1>Bad gateway</h1>', 'text/html']);
  });
  it('status: an empty body by default', async () => {
    const { response, text } = await broken({ kind: 'status', status: 429 });
    expect([response.status, text]).to.deep.equal([429, '']);
  });
  it('hang: no answer, until the operator closes', async () => {
    operator().admin.fault({ kind: 'hang', times: 1 });
    const hanging = gone(refresh(operator(), 'x'));
    await until(() => operator().admin.requests().length === 1);
    expect((await refresh(operator(), 'x')).status).to.equal(400);
    expect(operator().admin.requests().map(({ status }) => status)).to.deep.equal([0, 400]);
    await operator().close();
    expect(await hanging).to.equal('gone');
  });
  it('close: the connection is cut without an answer', async () => {
    operator().admin.fault({ kind: 'close' });
    expect(await gone(refresh(operator(), 'x'))).to.equal('gone');
  });
  it('truncated: base64 that ends too early', async () => {
    const { text } = await broken({ kind: 'truncated' });
    expect(text).to.match(/^[A-Za-z0-9+/]+$/);
    expect(text.length % 4).to.equal(1);
    expect(() => atob(text)).to.throw();
  });
  it('garbage: base64 of something else', async () => {
    const { identity, text, response } = await broken({ kind: 'garbage' });
    expect(response.status).to.equal(200);
    expect(decoded(text).toString('base64')).to.equal(text);
    expect(() => open(identity.refresh_response_key, text)).to.throw();
  });
  it('notBase64: something else altogether', async () => {
    const { text, response } = await broken({ kind: 'notBase64' });
    expect(response.status).to.equal(200);
    expect(() => atob(text)).to.throw();
  });
  it('wrongKey: encrypted under a key that nobody has', async () => {
    const { identity, text, response } = await broken({ kind: 'wrongKey' });
    expect(response.status).to.equal(200);
    expect(decoded(text).toString('base64')).to.equal(text);
    expect(decoded(text).toString('latin1')).to.not.contain('success');
    expect(() => open(identity.refresh_response_key, text)).to.throw();
  });
  it('missingFields: an identity without some of its fields', async () => {
    const { identity, text } = await broken({ kind: 'missingFields', fields: ['advertising_token', 'refresh_expires'] });
    const { status, body } = open(identity.refresh_response_key, text);
    expect(status).to.equal('success');
    expect(body).to.have.all.keys('refresh_token', 'refresh_from', 'identity_expires', 'refresh_response_key');
  });
  it('missingFields: an answer without a body', async () => {
    const { identity, text } = await broken({ kind: 'missingFields', fields: ['body'] });
    expect(open(identity.refresh_response_key, text)).to.deep.equal({ status: 'success' });
  });
  it('huge: 10 MB by default', async () => {
    expect((await broken({ kind: 'huge' })).text).to.have.length(10 * 1024 * 1024);
  });
  it('huge: as many bytes as asked', async () => {
    expect((await broken({ kind: 'huge', bytes: 1000 })).text).to.have.length(1000);
  });
  it('plainJson: unencrypted where encryption is due', async () => {
    const { text, response } = await broken({ kind: 'plainJson' });
    expect(response.headers.get('content-type')).to.match(/^application\/json/);
    expect(JSON.parse(text).status).to.equal('success');
  });
  it('badJson: well encrypted text that is no JSON', async () => {
    const { identity, text } = await broken({ kind: 'badJson' });
    expect(() => open(identity.refresh_response_key, text)).to.throw(SyntaxError);
  });
  it('optout: the user has opted out', async () => {
    const { identity, text } = await broken({ kind: 'optout' });
    expect(open(identity.refresh_response_key, text)).to.deep.equal({ status: 'optout' });
  });

  it('spoil the answers of every endpoint', async () => {
    operator().admin.fault({ kind: 'optout' });
    expect(openEnvelope(operator(), await (await generate(operator(), { email: 'a@b.c' })).text()).json).to.deep.equal({ status: 'optout' });
    const { body, secret } = clientRequest(operator(), JSON.stringify({ email_hash: hash('a@b.c') }));
    expect(open(secret, await (await clientGenerate(operator(), body)).text())).to.deep.equal({ status: 'optout' });
    expect(await (await getV1(operator(), '/v1/token/generate', { email: 'a@b.c' })).json()).to.deep.equal({ status: 'optout' });
  });
  it('spoil plain answers too', async () => {
    const text = async (fault: Fault) => {
      operator().admin.fault({ ...fault, times: 1 });
      return (await getV1(operator(), '/v1/token/generate', { email: 'a@b.c' })).text();
    };
    for (const kind of ['wrongKey', 'badJson', 'truncated'] as const) {
      const spoiled = await text({ kind });
      expect(() => JSON.parse(spoiled), kind).to.throw();
    }
    expect(JSON.parse(await text({ kind: 'missingFields', fields: ['refresh_token'] })).body).to.not.have.property('refresh_token');
  });
  it('leave a refusal what it is, where they need a sound answer', async () => {
    for (const kind of ['truncated', 'wrongKey', 'plainJson', 'badJson', 'optout'] as const) {
      operator().admin.fault({ kind, times: 1 });
      const response = await refresh(operator(), 'bad');
      expect(response.status, kind).to.equal(400);
      expect(await response.json(), kind).to.deep.equal({ status: 'error', message: 'Error refreshing token' });
    }
  });

  it('happen at the endpoint they are for', async () => {
    operator().admin.fault({ kind: 'status', status: 503, endpoint: 'refresh' });
    const status = async (asked: Promise<Response>) => (await asked).status;
    expect(await status(refresh(operator(), 'x'))).to.equal(503);
    expect(await status(getV1(operator(), '/v1/token/refresh', { refresh_token: 'x' }))).to.equal(503);
    expect(await status(generate(operator(), { email: 'a@b.c' }))).to.equal(200);
    expect(await status(clientGenerate(operator(), '{}'))).to.equal(400);
    operator().admin.fault({ kind: 'status', status: 504, endpoint: 'generate' });
    operator().admin.fault({ kind: 'status', status: 505, endpoint: 'client-generate' });
    expect(await status(generate(operator(), { email: 'a@b.c' }))).to.equal(504);
    expect(await status(clientGenerate(operator(), '{}'))).to.equal(505);
  });
  it('happen as often as asked, and go on until cleared without a number', async () => {
    const statuses = async (count: number) => {
      const seen = [];
      for (let i = 0; i < count; i++) seen.push((await refresh(operator(), 'x')).status);
      return seen;
    };
    operator().admin.fault({ kind: 'status', status: 500, times: 2 });
    expect(await statuses(3)).to.deep.equal([500, 500, 400]);
    operator().admin.fault({ kind: 'status', status: 501 });
    expect(await statuses(4)).to.deep.equal([501, 501, 501, 501]);
    operator().admin.clearFaults();
    expect(await statuses(1)).to.deep.equal([400]);
  });
  it('come counted ones first, in the order given, then the newest lasting one', async () => {
    for (const fault of [{ status: 500 }, { status: 501 }, { status: 502, times: 1 }, { status: 503, times: 1 }]) {
      operator().admin.fault({ kind: 'status', ...fault });
    }
    const seen = [];
    for (let i = 0; i < 3; i++) seen.push((await refresh(operator(), 'x')).status);
    expect(seen).to.deep.equal([502, 503, 501]);
  });

  it('delay an answer and still give it', async () => {
    const { identity, text } = await broken({ latency: 1 });
    expect(open(identity.refresh_response_key, text).status).to.equal('success');
  });
  it('delay an answer for as long as asked', async () => {
    operator().admin.fault({ latency: TEN_MINUTES, times: 1 });
    const slow = gone(refresh(operator(), 'x'));
    await until(() => operator().admin.requests().length === 1);
    expect((await refresh(operator(), 'x')).status).to.equal(400);
    expect(operator().admin.requests()[0].status).to.equal(0);
    await operator().close();
    expect(await slow).to.equal('gone');
  });
  const options = () => fetch(`${operator().url}/v2/token/refresh`, { method: 'OPTIONS', headers: PREFLIGHT });
  it('are not used up by preflights', async () => {
    operator().admin.fault({ kind: 'status', status: 503, latencyPreflight: 1, times: 1 });
    expect((await options()).status).to.equal(204);
    expect((await refresh(operator(), 'x')).status).to.equal(503);
  });
  it('delay preflights only where asked', async () => {
    operator().admin.fault({ latency: TEN_MINUTES, times: 1 });
    expect((await options()).status).to.equal(204);
    expect(operator().admin.requests().map(({ preflight, status }) => [preflight, status])).to.deep.equal([[true, 204]]);
    operator().admin.clearFaults();
    operator().admin.fault({ latencyPreflight: TEN_MINUTES, times: 1 });
    const slow = gone(options());
    await until(() => operator().admin.requests().length === 2);
    expect((await refresh(operator(), 'x')).status).to.equal(400);
    expect(operator().admin.requests()[1].status).to.equal(0);
    await operator().close();
    expect(await slow).to.equal('gone');
  });

  const bad: [unknown, string][] = [
    [undefined, 'fault: give an object such as {"kind":"status","status":500}'],
    [[], 'fault: give an object such as {"kind":"status","status":500}'],
    [{}, 'fault: give a kind (status, missingFields, huge, hang, close, truncated, garbage, notBase64, wrongKey, plainJson, badJson, optout), a latency or a latencyPreflight'],
    [{ kind: 'explode' }, 'fault: kind must be one of status, missingFields, huge, hang, close, truncated, garbage, notBase64, wrongKey, plainJson, badJson, optout'],
    [{ kind: 'hang', endpoint: 'login' }, 'fault: endpoint must be one of refresh, generate, client-generate, *'],
    [{ kind: 'hang', times: 0 }, 'fault: times must be a whole number from 1 to 1000000'],
    [{ kind: 'hang', latency: -1 }, 'fault: latency must be a whole number from 0 to 600000'],
    [{ latencyPreflight: '5' }, 'fault: latencyPreflight must be a whole number from 0 to 600000'],
    [{ kind: 'status' }, 'fault: status must be a whole number from 200 to 599'],
    [{ kind: 'status', status: 99 }, 'fault: status must be a whole number from 200 to 599'],
    [{ kind: 'status', status: 500, body: {} }, 'fault: body must be a string'],
    [{ kind: 'status', status: 500, contentType: 'a\nb' }, 'fault: contentType must be a content type'],
    [{ kind: 'missingFields' }, 'fault: fields must be a list of status, body, advertising_token, refresh_token, refresh_from, identity_expires, refresh_expires, refresh_response_key'],
    [{ kind: 'missingFields', fields: ['token'] }, 'fault: fields must be a list of status, body, advertising_token, refresh_token, refresh_from, identity_expires, refresh_expires, refresh_response_key'],
    [{ kind: 'huge', bytes: 1e12 }, 'fault: bytes must be a whole number from 1 to 20000000'],
    [{ kind: 'hang', delay: 5 }, 'fault: unknown field "delay"; known here: kind, endpoint, times, latency, latencyPreflight']
  ];
  for (const [fault, message] of bad) {
    it(`refuses ${JSON.stringify(fault)} in one line`, async () => {
      expect(() => operator().admin.fault(fault as Fault)).to.throw(message);
      const response = await post(operator(), '/admin/fault', fault === undefined ? '' : JSON.stringify(fault));
      expect([response.status, await response.json()]).to.deep.equal([400, { status: 'client_error', message }]);
    });
  }
});
