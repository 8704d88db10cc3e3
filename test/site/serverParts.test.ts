// The server's part of each mode, as the site's button copies it, runs by node and express, against the operator.
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { expect } from 'chai';
import { serverPart, WAYS } from '../../integrationExamples/uid2/modes.ts';
import { startOperator, type Operator } from '../../operator/index.ts';
import { startCopied } from './copiedServer.ts';

const USER = 'user@example.com';

describe('the server\'s part', () => {
  let operator: Operator;
  let server: Awaited<ReturnType<typeof startCopied>>;
  let url: string;
  let cookies: string[];
  /** What the server has logged. */
  let log: string;

  beforeEach(async () => {
    operator = await startOperator();
    cookies = [];
    log = '';
  });
  afterEach(async function () {
    if (this.currentTest?.state === 'failed') console.error(log);
    await server.close();
    await operator.close();
  });

  async function run(mode: typeof WAYS[number]['mode'], change = (part: string) => part, given: Record<string, string> = {}): Promise<void> {
    server = await startCopied(change(await serverPart(mode)), operator, given);
    url = server.url;
    server.child.stderr!.on('data', (chunk) => { log += chunk; });
  }

  async function ask(method: string, where: string, body?: object): Promise<Response> {
    const response = await fetch(url + where, {
      method, body: body && JSON.stringify(body), headers: { 'content-type': 'application/json', cookie: cookies.join('; ') }
    });
    const set = response.headers.getSetCookie();
    if (set.length) cookies = set.filter((line) => !/Expires=Thu, 01 Jan 1970/.test(line)).map((line) => line.split(';')[0]);
    return response;
  }
  /** POSTs JSON with these headers, or whatever content they name: the status and the cookies. */
  async function post(where: string, headers: Record<string, string>, body = JSON.stringify({ email: USER })) {
    const asking = request(url + where, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, agent: false });
    asking.end(body);
    const [response] = await once(asking, 'response') as [IncomingMessage];
    response.resume();
    return { status: response.statusCode, cookies: response.headers['set-cookie'] ?? [] };
  }
  /** What the server has logged, once that is one line. */
  async function logged(): Promise<string> {
    while (!log.endsWith('\n')) await once(server.child.stderr!, 'data');
    const line = log;
    log = '';
    return line;
  }
  const logIn = (email = USER) => ask('POST', '/login', { email });

  it('sets the cookie, and takes it away', async () => {
    await run('cookie');
    expect((await logIn()).status).to.equal(204);
    const [[, value]] = cookies.map((cookie) => cookie.split('='));
    expect(JSON.parse(decodeURIComponent(value))).to.include.keys('advertising_token', 'refresh_response_key');
    await ask('POST', '/logout');
    expect(cookies).to.deep.equal([]);
    await logIn('optout@example.com');
    expect(JSON.parse(decodeURIComponent(cookies[0].split('=')[1]))).to.include({ status: 'optout' });
  });

  for (const mode of ['config', 'sdk'] as const) {
    it(`writes the identity into the page (${mode})`, async () => {
      await run(mode);
      await logIn();
      expect(await (await ask('GET', '/')).text()).to.match(/identity = \{"advertising_token":"/);
      await ask('POST', '/logout');
      expect(await (await ask('GET', '/')).text()).to.include('identity = null');
      await logIn('optout@example.com');
      expect(await (await ask('GET', '/')).text()).to.include('identity = {"status":"optout",');
    });
  }

  it('gives the page the bare token (server-only)', async () => {
    await run('server-only');
    await logIn();
    expect((await (await ask('GET', '/token')).json()).token).to.be.a('string');
    await ask('POST', '/logout');
    expect((await (await ask('GET', '/token')).json()).token).to.equal(null);
  });

  it('takes no other cookie for the session\'s', async () => {
    await run('server-only');
    await logIn();
    const [id] = cookies;
    cookies = [`x-${id}`];
    expect((await (await ask('GET', '/token')).json()).token).to.equal(null);
    cookies = ['x-session=other', id];
    expect((await (await ask('GET', '/token')).json()).token).to.be.a('string');
  });

  it('asks for a newer token where the old one is due (server-only)', async () => {
    await run('server-only', (part) => part.replace('refreshed + 5 * 60_000', 'refreshed - 1'));
    await logIn();
    const first = (await (await ask('GET', '/token')).json()).token;
    expect((await (await ask('GET', '/token')).json()).token).to.be.a('string').and.not.equal(first);
  });

  it('gives the page the token that is still valid, while UID2 does not refresh it (server-only)', async () => {
    await run('server-only', (part) => part.replace('refreshed + 5 * 60_000', 'refreshed - 1'));
    await logIn();
    operator.admin.fault({ endpoint: 'refresh', kind: 'status', status: 500 });
    const tokens = [await ask('GET', '/token'), await ask('GET', '/token')].map((response) => response.json());
    const [{ token }, again] = await Promise.all(tokens);
    expect(token).to.be.a('string').and.equal(again.token);
    expect(await logged()).to.include('No newer UID2 for a reader: UID2 answered 500: ');
    operator.admin.clearFaults();
    expect((await (await ask('GET', '/token')).json()).token).to.be.a('string').and.not.equal(token);
  });

  it('gives no token after an opt-out, and asks no more (server-only)', async () => {
    await run('server-only', (part) => part.replace('refreshed + 5 * 60_000', 'refreshed - 1'));
    await logIn('refresh-optout@example.com');
    for (const nth of ['the refresh', 'later']) expect(await (await ask('GET', '/token')).json(), nth).to.deep.equal({ token: null });
    expect(operator.admin.requests().filter(({ path: where }) => where.endsWith('/refresh'))).to.have.length(1);
  });

  it('writes who is logged in into the page (client-side)', async () => {
    await run('client-side');
    await logIn();
    expect(await (await ask('GET', '/')).text()).to.include(`email = "${USER}"`);
    expect(operator.admin.requests()).to.deep.equal([]);
  });

  it('tells the page who is logged in (deferred)', async () => {
    await run('deferred');
    expect(await (await ask('GET', '/user')).json()).to.deep.equal({ dii: null });
    await logIn();
    expect(await (await ask('GET', '/user')).json()).to.deep.equal({ dii: { email: USER } });
  });

  /** What a page is told of the reader who has logged in. */
  async function told(mode: string): Promise<string> {
    if (mode === 'cookie') return cookies.map(decodeURIComponent).join('; ');
    const answer = await ask('GET', mode === 'server-only' ? '/token' : '/');
    expect(answer.headers.get('cache-control')).to.equal('private, no-store');
    return answer.text();
  }
  const NOTHING: Record<string, string> = { 'cookie': '', 'server-only': '{"token":null}' };

  for (const { mode } of WAYS.filter(({ server }) => server.includes('uid2'))) {
    it(`logs a reader in without a token where UID2 refuses an address, or is not there, and logs no address (${mode})`, async () => {
      await run(mode);
      await logIn();
      expect(await told(mode)).to.match(/token":"/);
      expect((await logIn('nobody-at-all')).status).to.equal(204);
      expect(await told(mode)).to.include(NOTHING[mode] ?? 'identity = null').and.not.match(/token":"/);
      expect(await logged()).to.equal('No UID2 for a reader: UID2 answered 400: {"status":"client_error","message":"Invalid Identifier"}\n');
      await operator.close();
      const answer = await logIn();
      expect(answer.status).to.equal(204);
      if (mode !== 'cookie') expect(answer.headers.getSetCookie().join()).to.match(/^session=[^;]/);
      expect(await told(mode)).to.include(NOTHING[mode] ?? 'identity = null').and.not.match(/token":"/);
      expect(await logged()).to.equal('No UID2 for a reader: fetch failed\n');
    });
  }

  it('logs what is wrong with key or secret', async () => {
    await run('cookie', undefined, { UID2_API_KEY: 'other' });
    expect((await logIn()).status).to.equal(204);
    expect(await logged()).to.equal('No UID2 for a reader: UID2 answered 401: {"status":"unauthorized"}\n');
    await server.close();
    for (const [secret, why] of [[Buffer.alloc(32), 'Check encryption key (ClientSecret)'], [Buffer.alloc(3), 'Invalid key length']] as const) {
      await run('cookie', undefined, { UID2_API_SECRET: secret.toString('base64') });
      expect((await logIn()).status).to.equal(204);
      expect(await logged()).to.include(why);
      await server.close();
    }
  });

  it('waits for UID2 for two seconds at most', async () => {
    await run('cookie');
    operator.admin.fault({ endpoint: 'generate', kind: 'hang' });
    expect((await logIn()).status).to.equal(204);
    expect(await logged()).to.include('timeout');
  });

  const foreign: Record<string, string>[] = [
    { host: 'evil.test', origin: 'http://evil.test' }, { origin: 'https://evil.test' }, { origin: 'null' }, { origin: 'http://localhost:1' }
  ];
  for (const { mode } of WAYS) {
    it(`keeps other sites out, and nobody else (${mode})`, async () => {
      await run(mode);
      for (const headers of foreign) {
        for (const where of ['/login', '/logout']) {
          expect(await post(where, headers), `${where} ${JSON.stringify(headers)}`).to.deep.equal({ status: 403, cookies: [] });
        }
      }
      expect(operator.admin.requests()).to.deep.equal([]);
      const origin = url;
      for (const headers of [{ origin }, { origin, host: '10.0.0.7' }, {}] as Record<string, string>[]) {
        expect((await post('/login', headers)).status, JSON.stringify(headers)).to.equal(204);
      }
      // a health check asks by address
      expect((await post('/', { host: '10.0.0.7' })).status).to.equal(404);
    });

    it(`refuses a login that is no JSON with an address (${mode})`, async () => {
      await run(mode);
      const form = { 'content-type': 'application/x-www-form-urlencoded' };
      expect(await post('/login', form, `email=${USER}`)).to.deep.equal({ status: 400, cookies: [] });
      for (const body of ['', '{}', '[]', '{"email":null}']) {
        expect(await post('/login', {}, body), body).to.deep.equal({ status: 400, cookies: [] });
      }
    });

    it(`has Secure cookies for the whole site, and takes them away (${mode})`, async () => {
      await run(mode);
      for (const [where, isSet] of [['/login', true], ['/logout', false]] as const) {
        const { cookies: [line, ...others] } = await post(where, {});
        expect(others).to.deep.equal([]);
        expect(line).to.match(/; Path=\/;/).and.match(/; Secure/).and.match(isSet ? /=[^;]/ : /^\w+=;/);
      }
    });
  }
});
