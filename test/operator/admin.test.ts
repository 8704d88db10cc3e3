import { expect } from 'chai';
import type { Dii } from '../../operator/index.js';
import { admin, envelope, generate, getV1, hash, identityOf, open, openEnvelope, operatorForEach, post, PREFLIGHT, refresh, send, until, withKey } from './support.js';

const START = 1_700_000_000_000;

describe('operator: opting out by the admin', () => {
  const operator = operatorForEach();
  const statusAt = {
    async refresh(identity: any) {
      const text = await (await refresh(operator(), identity.refresh_token)).text();
      return open(identity.refresh_response_key, text).status;
    },
    async generate(input: object) {
      return openEnvelope(operator(), await (await generate(operator(), input)).text()).json.status;
    }
  };

  it('ends refreshing and generating for that person only', async () => {
    const [one, other] = [await identityOf(operator(), { email: 'one@b.c' }), await identityOf(operator(), { email: 'other@b.c' })];
    operator().admin.optOut({ email: ' ONE@b.c ' });
    expect(await statusAt.refresh(one)).to.equal('optout');
    expect(await statusAt.generate({ email_hash: hash('one@b.c') })).to.equal('optout');
    expect(await statusAt.refresh(other)).to.equal('success');
  });
  it('can be taken back', async () => {
    const identity = await identityOf(operator(), { phone: '+12345678901' });
    operator().admin.optOut({ phone: '+12345678901' });
    operator().admin.optIn({ phone_hash: hash('+12345678901') });
    expect(await statusAt.refresh(identity)).to.equal('success');
  });
  for (const dii of [{ email: 'a@b.c' }, { phone: '+12345678901' }, { email_hash: hash('a@b.c') }, { phone_hash: hash('+12345678901') }]) {
    it(`takes ${Object.keys(dii)[0]} over HTTP, both ways`, async () => {
      expect(await admin(operator(), 'POST', '/optout', dii)).to.deep.equal({ status: 200, json: { status: 'success' } });
      expect(await statusAt.generate(dii)).to.equal('optout');
      expect((await admin(operator(), 'DELETE', '/optout', dii)).status).to.equal(200);
      expect(await statusAt.generate(dii)).to.equal('success');
    });
  }
  it('takes an advertising token over HTTP', async () => {
    const identity = await identityOf(operator(), { email: 'one@b.c' });
    expect((await admin(operator(), 'POST', '/optout', { advertising_token: identity.advertising_token })).status).to.equal(200);
    expect(await statusAt.refresh(identity)).to.equal('optout');
  });
  it('refuses anything else in one line', async () => {
    const none = 'optout: give exactly one of email, email_hash, phone, phone_hash';
    const invalid = 'optout: that is no valid e-mail address, phone number (+ and 10 to 15 digits) or SHA-256 in base64 or hex';
    const foreign = 'optout: advertising_token is not one of this operator';
    for (const [dii, message] of [[{}, none], [[], none], [{ email: 'a' }, invalid], [{ email: 'a@b.c', phone: '+1' }, none],
      [{ advertising_token: 'A4AAAA' }, foreign], [{ advertising_token: 7 }, foreign]] as const) {
      expect(await admin(operator(), 'POST', '/optout', dii)).to.deep.equal({ status: 400, json: { status: 'client_error', message } });
    }
    expect(() => operator().admin.optOut({} as Dii)).to.throw(none);
    expect((await admin(operator(), 'DELETE', '/optout', {})).json.message).to.equal(none);
  });
});

describe('operator: clock and lifetimes by the admin', () => {
  const operator = operatorForEach({ now: () => START });
  const identity = async () => (await (await getV1(operator(), '/v1/token/generate', { email: 'a@b.c' })).json()).body;

  it('moves the time by which tokens are issued and expire', async () => {
    const { refresh_token: token, refresh_from: from, refresh_expires: expires } = await identity();
    expect((await admin(operator(), 'POST', '/clock', { offset: expires - START })).status).to.equal(200);
    expect((await refresh(operator(), token)).status).to.equal(400);
    operator().admin.setClock(-5000);
    expect((await refresh(operator(), token)).status).to.equal(200);
    expect((await identity()).refresh_from).to.equal(from - 5000);
  });
  it('does not make requests too old by moving the clock', async () => {
    operator().admin.setClock(86_400_000);
    const response = await post(operator(), '/v2/token/generate', envelope(operator(), { time: START, text: '{"email":"a@b.c"}' }), withKey(operator()));
    expect(response.status).to.equal(200);
  });
  it('changes lifetimes, one or all', async () => {
    operator().admin.setLifetimes({ refreshFrom: 10 });
    expect((await identity()).refresh_from).to.equal(START + 10);
    await admin(operator(), 'POST', '/lifetimes', { refreshFrom: -2, identityExpires: -1, refreshExpires: 7 });
    const { refresh_from: from, identity_expires: ends, refresh_expires: dies } = await identity();
    expect([from, ends, dies]).to.deep.equal([START - 2, START - 1, START + 7]);
  });
  it('refuses bad ones in one line', async () => {
    const cases: [string, unknown, string][] = [
      ['/clock', {}, 'clock: give {"offset": a whole number of ms}'],
      ['/clock', { offset: '5' }, 'clock: give {"offset": a whole number of ms}'],
      ['/lifetimes', [], 'lifetimes: give an object of refreshFrom, identityExpires, refreshExpires in ms'],
      ['/lifetimes', { refreshFrom: '1h' }, 'lifetimes: refreshFrom must be a whole number of ms'],
      ['/lifetimes', { refresh_from: 5 }, 'lifetimes: only refreshFrom, identityExpires, refreshExpires are known'],
      ['/lifetimes', { refreshFrom: 1e12 }, 'lifetimes: refreshFrom <= identityExpires <= refreshExpires must hold']
    ];
    for (const [path, body, message] of cases) {
      expect(await admin(operator(), 'POST', path, body)).to.deep.equal({ status: 400, json: { status: 'client_error', message } });
    }
  });
});

describe('operator: the admin over HTTP', () => {
  const operator = operatorForEach();

  it('sets and clears faults', async () => {
    await admin(operator(), 'POST', '/fault', { kind: 'status', status: 503 });
    expect((await refresh(operator(), 'x')).status).to.equal(503);
    await admin(operator(), 'DELETE', '/fault');
    expect((await refresh(operator(), 'x')).status).to.equal(400);
  });
  it('sums up without secrets', async () => {
    operator().admin.fault({ kind: 'hang', times: 2 });
    operator().admin.optOut({ email: 'a@b.c' });
    operator().admin.setClock(5);
    const { json } = await admin(operator(), 'GET', '');
    expect(json).to.deep.equal({
      status: 'success',
      faults: [{ kind: 'hang', times: 2 }],
      lifetimes: { refreshFrom: 3_600_000, identityExpires: 14_400_000, refreshExpires: 2_592_000_000 },
      clock: 5,
      optedOut: 1,
      domains: ['localhost', '127.0.0.1', 'example.com'],
      cstg: operator().cstg
    });
  });
  it('is open to the origins of this machine, for GET, POST and DELETE with JSON', async () => {
    for (const Origin of ['http://localhost:3000', 'http://127.0.0.1', 'https://site.localhost', 'http://[::1]:8080']) {
      const { status, headers } = await fetch(`${operator().url}/admin/fault`, { method: 'OPTIONS', headers: { Origin } });
      expect([status, headers.get('access-control-allow-origin'), headers.get('access-control-allow-methods'), headers.get('access-control-allow-headers')])
        .to.deep.equal([204, Origin, 'GET, POST, DELETE, OPTIONS', 'Content-Type']);
    }
  });
  it('answers 404 to other paths', async () => {
    expect((await admin(operator(), 'POST', '/nothing')).status).to.equal(404);
  });
});

describe('operator: the request log', () => {
  const lines: string[] = [];
  const operator = operatorForEach({ now: () => START, log: (line) => lines.push(line) });
  beforeEach(() => { lines.length = 0; });

  it('says who asked what and what came of it', async () => {
    await fetch(`${operator().url}/v2/token/refresh?client=PrebidJS-11.36.0-UID2Module-1.0`, { method: 'POST', body: 'x', headers: { Origin: 'https://news.test' } });
    const [{ ms, ...entry }] = operator().admin.requests();
    expect(ms).to.be.a('number');
    expect(entry).to.deep.equal({
      time: START, method: 'POST', path: '/v2/token/refresh', client: 'PrebidJS-11.36.0-UID2Module-1.0', origin: 'https://news.test', status: 400, preflight: false
    });
  });
  it('knows the client by its header too, and marks preflights', async () => {
    await fetch(`${operator().url}/v2/token/refresh`, { method: 'OPTIONS', headers: PREFLIGHT });
    await refresh(operator(), 'x', { 'X-UID2-Client-Version': 'sdk-1' });
    expect(operator().admin.requests().map(({ client, preflight, status }) => [client, preflight, status]))
      .to.deep.equal([[undefined, true, 204], ['sdk-1', false, 400]]);
  });
  it('leaves the admin out', async () => {
    await admin(operator(), 'GET', '');
    expect((await admin(operator(), 'GET', '/requests')).json).to.deep.equal([]);
  });
  it('can be read and cleared over HTTP', async () => {
    await refresh(operator(), 'x');
    expect((await admin(operator(), 'GET', '/requests')).json).to.deep.equal(operator().admin.requests());
    await admin(operator(), 'DELETE', '/requests');
    expect(operator().admin.requests()).to.deep.equal([]);
  });
  it('holds no secret, whatever is asked', async () => {
    const body = envelope(operator(), { time: START, text: '{"email":"user@example.com"}' });
    const generated = await post(operator(), '/v2/token/generate', body, withKey(operator()));
    const { advertising_token: advertising, refresh_token: token, refresh_response_key: key } =
      openEnvelope(operator(), await generated.text()).json.body;
    // as one short body in three hundred is by chance
    const wordy = 'AbvYkQm2Zr7TtW+9bLqXc4NfUe8Hs+JpVaGd3RiKo6y+MzBnEw1Cl5Tg+QhF';
    const secrets = [advertising, token, key, operator().apiKey, operator().apiSecret, 'user@example.com', hash('user@example.com'), '12345678901', wordy];
    await refresh(operator(), token, withKey(operator()));
    await getV1(operator(), '/v1/token/refresh', { refresh_token: token });
    await getV1(operator(), '/v1/token/generate', { email: 'user@example.com' });
    await getV1(operator(), '/v1/token/generate', { phone: '+12345678901' });
    for (const secret of secrets) {
      const at = `${operator().url}/v2/token/refresh`;
      await fetch(`${at}/${encodeURIComponent(secret)}`, { method: 'POST' });
      await send(operator(), `POST /v2/token/refresh/${secret}`);
      await fetch(`${at}?client=${encodeURIComponent(secret)}`, { method: 'POST' });
      await refresh(operator(), 'x', { 'X-UID2-Client-Version': secret });
      await refresh(operator(), 'x', { Origin: `https://${secret}@example.com` });
    }
    await fetch(`${operator().url}/v2/token/user@example.com/+12345678901/12345678901`);
    const count = operator().admin.requests().length;
    await until(() => lines.length === count);
    const seen = JSON.stringify([operator().admin.requests(), lines]);
    // a part is as bad as the whole
    const parts = secrets.flatMap((secret) => [secret, ...secret.split(/[/+]/)]).filter((part) => part.length > 5);
    for (const part of parts) expect(seen.includes(part.slice(0, 12)), part.slice(0, 4)).to.equal(false);
  });
  for (const [path, shown] of [
    ['/v2/token/refresh/UID2-C-L-1-aB3/dE5fG7+hI9/jK1=', '/v2/token/refresh/…/…/…'], ['/v2/tokens', '/v2/…'], ['/readers/', '/…/'], ['/ops/healthcheck', '/ops/healthcheck']
  ]) {
    it(`shows ${path} as ${shown}: of a path only the words of endpoints`, async () => {
      await send(operator(), `POST ${path}`);
      expect(operator().admin.requests()[0].path).to.equal(shown);
    });
  }
  it('gives one line for each request, also for those without an answer', async () => {
    operator().admin.fault({ kind: 'close', times: 1 });
    await refresh(operator(), 'x').catch(() => undefined);
    await refresh(operator(), 'x');
    await until(() => lines.length === 2);
    expect(lines[0]).to.match(/POST {4}\/v2\/token\/refresh.*no answer/);
    expect(lines[1]).to.match(/POST {4}\/v2\/token\/refresh.*400.* ms/);
  });
  it('keeps no line break or colour code of a client', async () => {
    await fetch(`${operator().url}/v2/token/refresh?client=a%0Ab%1B[31m`, { method: 'POST' });
    expect(operator().admin.requests()[0].client).to.equal('…');
  });
});
