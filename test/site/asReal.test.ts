// The site with an operator that is as in production: without /admin, API v1, or pages on this machine.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { startSite } from '../../integrationExamples/uid2/server.ts';
import { type Operator, startOperator } from '../../operator/index.ts';
import { USER } from './support.ts';

const MINUTE = 60_000;

describe('the example site, with something else than an operator at its address', () => {
  for (const [status, body] of [[403, '{}'], [502, 'Bad gateway'], [200, '<p>Hello'], [200, '{}']] as const) {
    it(`does not say that it has no /admin, as a real one: ${status} ${body}`, async () => {
      const other = createServer((_req, res) => { res.writeHead(status).end(body); }).listen(0, '127.0.0.1');
      await once(other, 'listening');
      const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
      const site = await startSite({ operator: { url, apiKey: '', apiSecret: '', cstg: { subscriptionId: '', serverPublicKey: '' } }, prebid: '' });
      try {
        const { operator } = await (await fetch(`${site.url}/lab/state`)).json();
        expect(operator).to.include({ reachable: false, admin: false });
        const response = await fetch(`${site.url}/lab/requests`, { method: 'DELETE' });
        expect([response.status, (await response.json()).message]).to.deep.equal([502, 'The UID2 operator cannot be reached. Is it running?']);
      } finally {
        await site.close();
        other.close();
        other.closeAllConnections();
      }
    });
  }
});

describe('the example site, with an operator as in production', () => {
  let operator: Operator;
  let site: Awaited<ReturnType<typeof startSite>>;
  let now: number;
  beforeEach(async () => {
    now = Date.now();
    operator = await startOperator({ admin: false, v1: false, localOrigins: false, now: () => now });
    site = await startSite({ operator, prebid: '', now: () => now });
  });
  afterEach(async () => {
    await site.close();
    await operator.close();
  });

  const ask = (method: string, where: string, body?: object, cookie = '') => fetch(site.url + where, {
    method, headers: { 'content-type': 'application/json', cookie }, body: body && JSON.stringify(body)
  });
  const logIn = async (mode: string) => {
    const response = await ask('POST', '/login', { mode, email: USER, user: USER });
    return { status: response.status, cookies: response.headers.getSetCookie().map((line) => line.split(';')[0]) };
  };

  it('logs in, and hands the token over', async () => {
    const { status, cookies } = await logIn('cookie');
    expect(status).to.equal(200);
    const identity = JSON.parse(decodeURIComponent(cookies.find((line) => line.startsWith('uid2_pub_cookie='))!.split('=')[1]));
    expect(identity.refresh_token).to.have.length(388);
  });
  it('refreshes on the server', async () => {
    const [cookie] = (await logIn('server-only')).cookies;
    const token = async () => (await (await ask('GET', '/token', undefined, cookie)).json()).token;
    const first = await token();
    now += 5 * MINUTE;
    expect(await token()).to.be.a('string').and.not.equal(first);
  });
  for (const minutes of [-1.9, 1.9]) {
    it(`logs in at an operator whose clock is ${minutes} min from the server's`, async () => {
      now += minutes * MINUTE;
      expect((await logIn('cookie')).status).to.equal(200);
    });
  }
  it('tells the panel that there is no /admin', async () => {
    const state = await (await ask('GET', '/lab/state')).json();
    expect(state.operator).to.deep.equal({ reachable: true, admin: false, fault: null, refreshes: 0, requests: [] });
  });
  it('asks for /admin once a minute, however often pages ask', async () => {
    const asked = () => operator.admin.requests().filter(({ path }) => path.startsWith('/admin')).length;
    for (const [wait, times] of [[0, 1], [0, 1], [MINUTE - 1, 1], [1, 2]]) {
      now += wait;
      await ask('GET', '/lab/state');
      expect(asked()).to.equal(times);
    }
  });
  it('sends it no address to opt out, whether or not it is known to have no /admin', async () => {
    const [cookie] = (await logIn('config')).cookies;
    operator.admin.clearRequests();
    for (const undo of [false, true]) expect((await ask('POST', '/lab/optout', { undo }, cookie)).status).to.equal(501);
    expect(operator.admin.requests().map(({ method }) => method)).to.deep.equal(['GET']);
  });
  it('says in one line what cannot be done without it', async () => {
    for (const [method, where, body] of [['POST', '/lab/fault', { name: 'answers 500' }], ['POST', '/lab/sleep', { seconds: 60 }], ['DELETE', '/lab/requests']] as const) {
      const response = await ask(method, where, body);
      expect([response.status, (await response.json()).message], where)
        .to.deep.equal([501, 'This operator has no /admin, as a real one. This needs the local operator.']);
    }
  });
});
