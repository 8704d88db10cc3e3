import { expect } from 'chai';
import { clientGenerate, clientRequest, hash, open, operatorForEach, refresh } from './support.js';

const EMAIL = JSON.stringify({ email_hash: hash('user@example.com') });

describe('operator: POST /v2/token/client-generate', () => {
  const operator = operatorForEach();

  it('gives its public key as nine characters and base64 in SPKI form', () => {
    expect(operator().cstg.serverPublicKey).to.match(/^UID2-X-L-[A-Za-z0-9+/]+=*$/);
    expect(Buffer.from(operator().cstg.serverPublicKey.slice(9), 'base64')).to.have.length(91);
  });
  for (const input of [{ email_hash: hash('user@example.com') }, { phone_hash: hash('+12345678901') }]) {
    it(`issues an identity for one ${Object.keys(input)[0]}, encrypted under the shared secret`, async () => {
      const { body, secret } = clientRequest(operator(), JSON.stringify(input));
      const response = await clientGenerate(operator(), body);
      expect(response.status).to.equal(200);
      const { status, body: identity } = open(secret, await response.text());
      expect(status).to.equal('success');
      const refreshed = await refresh(operator(), identity.refresh_token);
      expect(open(identity.refresh_response_key, await refreshed.text()).status).to.equal('success');
    });
  }
  it('answers optout to somebody who opted out', async () => {
    const { body, secret } = clientRequest(operator(), JSON.stringify({ email_hash: hash('optout@example.com') }));
    expect(open(secret, await (await clientGenerate(operator(), body)).text())).to.deep.equal({ status: 'optout' });
  });

  const refused: [string, () => string, string][] = [
    ['what is not JSON', () => 'payload', 'json payload is not valid'],
    ['an unknown subscription', () => clientRequest(operator(), EMAIL, { subscription_id: 'other' }).body, 'bad subscription_id'],
    ['no subscription', () => clientRequest(operator(), EMAIL, { subscription_id: undefined }).body, 'bad subscription_id'],
    ['a public key that is none', () => clientRequest(operator(), EMAIL, { public_key: 'AAAA' }).body, 'bad public key'],
    ['a public key that is no text', () => clientRequest(operator(), EMAIL, { public_key: 7 }).body, 'bad public key'],
    ['an iv that is not base64', () => clientRequest(operator(), EMAIL, { iv: '?' }).body, 'bad iv'],
    ['an iv of another length', () => clientRequest(operator(), EMAIL, { iv: 'AAAA' }).body, 'bad iv'],
    ['another timestamp than was signed', () => clientRequest(operator(), EMAIL, { timestamp: 1 }).body, 'payload decryption failed'],
    ['a payload of something else', () => clientRequest(operator(), EMAIL, { payload: 'A'.repeat(64) }).body, 'payload decryption failed'],
    ['a payload that is not JSON', () => clientRequest(operator(), 'email_hash').body, 'encrypted payload contains invalid json'],
    ['no hash', () => clientRequest(operator(), '{}').body, 'please provide exactly one of: email_hash, phone_hash'],
    ['an e-mail address in clear', () => clientRequest(operator(), '{"email":"a@b.c"}').body, 'please provide exactly one of: email_hash, phone_hash'],
    ['two hashes', () => clientRequest(operator(), JSON.stringify({ email_hash: hash('a'), phone_hash: hash('b') })).body, 'please provide exactly one of: email_hash, phone_hash'],
    ['a hash that is none', () => clientRequest(operator(), '{"email_hash":"x"}').body, 'Invalid Identifier']
  ];
  for (const [what, body, message] of refused) {
    it(`refuses ${what}: ${message}`, async () => {
      const response = await clientGenerate(operator(), body());
      expect(response.status).to.equal(400);
      expect(await response.json()).to.deep.equal({ status: 'client_error', message });
    });
  }
  it('answers 401 to a disabled subscription', async () => {
    const response = await clientGenerate(operator(), clientRequest(operator(), EMAIL, { subscription_id: 'disabled' }).body);
    expect([response.status, await response.json()]).to.deep.equal([401, { status: 'unauthorized', message: 'Unauthorized' }]);
  });
  for (const origin of ['https://example.com', 'https://news.example.com', 'http://localhost:3000', 'http://127.0.0.1']) {
    it(`takes requests of ${origin}`, async () => {
      expect((await clientGenerate(operator(), clientRequest(operator(), EMAIL).body, origin)).status).to.equal(200);
    });
  }
  for (const origin of ['https://evilexample.com', 'https://example.com.evil.test', 'https://com', 'null', '']) {
    it(`answers 403 to ${origin || 'no origin'}`, async () => {
      const response = await clientGenerate(operator(), clientRequest(operator(), EMAIL).body, origin);
      expect([response.status, await response.json()]).to.deep.equal([403, { status: 'invalid_http_origin', message: 'unexpected http origin' }]);
    });
  }
});

describe('operator: domains by option', () => {
  const operator = operatorForEach({ domains: ['news.test'] });
  it('take the place of the default ones', async () => {
    const status = async (origin: string) => (await clientGenerate(operator(), clientRequest(operator(), EMAIL).body, origin)).status;
    expect(await status('https://www.news.test')).to.equal(200);
    expect(await status('http://localhost')).to.equal(403);
  });
});
