// The rules of the example site, against a real operator on this machine.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { startOperator, type Operator } from '../../operator/index.ts';
import { scriptJson } from '../../integrationExamples/uid2/pages.ts';
import { startSite } from '../../integrationExamples/uid2/server.ts';

const MINUTE = 60 * 1000;
const HOUR = 60 * MINUTE;
const USER = 'user@example.com';

describe('the example site', () => {
  let operator: Operator;
  let site: Awaited<ReturnType<typeof startSite>>;
  let folder: string;
  let now: number;

  before(async () => { folder = await mkdtemp(path.join(tmpdir(), 'uid2-site-')); });
  after(() => rm(folder, { recursive: true }));

  beforeEach(async () => {
    now = Date.now();
    operator = await startOperator({ now: () => now });
    site = await startSite({ operator, prebid: path.join(folder, 'prebid.js'), operatorTimeout: 2000, now: () => now });
  });

  afterEach(async () => {
    await site.close();
    await operator.close();
  });

  // A browser's cookie jar, as far as these tests need one.
  function visitor() {
    const jar = new Map<string, string>();
    const lines = new Map<string, string>();
    async function ask(method: string, where: string, body?: object): Promise<Response> {
      const response = await fetch(site.url + where, {
        method,
        redirect: 'manual',
        headers: {
          'content-type': 'application/json',
          cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
        },
        body: body && JSON.stringify(body)
      });
      for (const line of response.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
        lines.set(name, line);
        if (/Expires=Thu, 01 Jan 1970/.test(line)) jar.delete(name);
        else jar.set(name, value);
      }
      return response;
    }
    return {
      jar,
      lines,
      ask,
      logIn: (mode: string, email: unknown = USER) => ask('POST', '/login', { mode, email }),
      page: async (mode: string) => (await ask('GET', `/${mode}.html`)).text(),
      token: async () => (await (await ask('GET', '/token')).json()).token as string | null,
      tokenCookie: () => JSON.parse(decodeURIComponent(jar.get('uid2_pub_cookie')!))
    };
  }

  const message = async (response: Response) => (await response.json()).message as string;
  const seen = () => operator.admin.requests().map(({ path: where }) => where.split('?')[0]);

  describe('logging in', () => {
    it('sets the token cookie as URI-encoded JSON on the cookie page', async () => {
      const user = visitor();
      expect((await user.logIn('cookie')).status).to.equal(200);
      expect(user.tokenCookie()).to.have.all.keys('advertising_token', 'refresh_token', 'identity_expires', 'refresh_from', 'refresh_expires', 'refresh_response_key');
      expect(user.jar.get('uid2_pub_cookie')).to.match(/^%7B/);
    });

    it('lets scripts read the token cookie, on this site only, until it cannot be refreshed', async () => {
      const user = visitor();
      await user.logIn('cookie');
      const line = user.lines.get('uid2_pub_cookie')!;
      expect(line).to.include('Path=/').and.to.include('SameSite=Lax').and.not.to.include('HttpOnly');
      const expires = Date.parse(/Expires=([^;]+)/.exec(line)![1]);
      expect(expires).to.equal(Math.floor(user.tokenCookie().refresh_expires / 1000) * 1000);
    });

    it('stays under the size that browsers allow a cookie', async () => {
      const user = visitor();
      await user.logIn('cookie');
      expect(user.lines.get('uid2_pub_cookie')!.length).to.be.below(4096);
    });

    it('hides the session cookie from scripts and makes it unguessable', async () => {
      const [one, other] = [visitor(), visitor()];
      await one.logIn('config');
      await other.logIn('config');
      expect(one.lines.get('site_session')).to.include('HttpOnly').and.to.include('SameSite=Lax').and.to.include('Path=/');
      expect(one.jar.get('site_session')).to.match(/^[\w-]{32}$/).and.not.to.equal(other.jar.get('site_session'));
    });

    it('gives a new session id on every login', async () => {
      const user = visitor();
      user.jar.set('site_session', 'chosen-by-somebody-else');
      await user.logIn('server-only');
      const first = user.jar.get('site_session')!;
      await user.logIn('server-only');
      expect([first, user.jar.get('site_session')]).not.to.include('chosen-by-somebody-else');
      expect(first).not.to.equal(user.jar.get('site_session'));
      user.jar.set('site_session', first);
      expect(await user.token()).to.equal(null);
    });

    it('puts the token into the config page, and into no other', async () => {
      const user = visitor();
      await user.logIn('config');
      const page = await user.page('config');
      expect(page).to.match(/userSyncWith\(\{"advertising_token":"[^"]+"/);
      expect(await user.page('cookie')).not.to.include('refresh_token');
      expect(await user.page('server-only')).not.to.include('refresh_token');
      expect(user.jar.has('uid2_pub_cookie')).to.equal(false);
    });

    it('puts the identity into the SDK page\'s call of init', async () => {
      const user = visitor();
      await user.logIn('sdk');
      expect(await user.page('sdk')).to.match(/__uid2\.init\(\{ identity: \{"advertising_token":"[^"]+"/);
    });

    it('gives the server-only page nothing but the advertising token', async () => {
      const user = visitor();
      await user.logIn('server-only');
      const token = await user.token();
      const page = await user.page('server-only');
      expect(page).to.include(`userSyncWith("${token}")`);
      expect(page).not.to.match(/refresh_token|refresh_response_key/);
      expect(user.jar.has('uid2_pub_cookie')).to.equal(false);
    });

    it('gives the token to no page but the one the user logged in on', async () => {
      for (const mode of ['cookie', 'config', 'server-only', 'sdk']) {
        const user = visitor();
        await user.logIn(mode);
        for (const other of ['cookie', 'config', 'server-only', 'sdk'].filter(name => name !== mode)) {
          expect(await user.page(other), `${mode} on ${other}`).not.to.match(/_token"|userSyncWith\("/);
        }
        if (mode !== 'server-only') expect(await user.token()).to.equal(null);
      }
    });

    it('takes the cookie of an earlier login away when another way is chosen', async () => {
      const user = visitor();
      await user.logIn('cookie');
      await user.logIn('config');
      expect(user.jar.has('uid2_pub_cookie')).to.equal(false);
    });

    it('keeps pages with tokens out of every cache', async () => {
      const response = await visitor().ask('GET', '/config.html');
      expect(response.headers.get('cache-control')).to.equal('no-store');
    });
  });

  describe('a login that brings no token', () => {
    it('lets an opted-out user in, without a token', async () => {
      for (const mode of ['cookie', 'config', 'server-only', 'sdk']) {
        const user = visitor();
        expect(await (await user.logIn(mode, 'optout@example.com')).json()).to.deep.equal({ optedOut: true });
        expect(user.jar.has('uid2_pub_cookie')).to.equal(false);
        expect(await user.page(mode)).to.include('"optedOut":true').and.not.to.include('advertising_token');
        expect(await user.token()).to.equal(null);
      }
    });

    for (const email of ['', 'nobody', '@example.com', 'a@b@c', 'two words@example.com', 17, null, ['a@b.c'], 'x'.repeat(250) + '@a.bc']) {
      it(`refuses ${JSON.stringify(email).slice(0, 30)} as an e-mail address in one line`, async () => {
        const user = visitor();
        const response = await user.logIn('cookie', email);
        expect(response.status).to.equal(400);
        expect(await message(response)).to.match(/^That is not an e-mail address\. .+$/);
        expect(user.jar.size).to.equal(0);
        expect(seen()).to.deep.equal([]);
      });
    }

    it('refuses a way of handing over that it does not know', async () => {
      expect((await visitor().logIn('constructor')).status).to.equal(400);
    });

    it('says in one line that the operator cannot be reached', async () => {
      await operator.close();
      const user = visitor();
      const response = await user.logIn('cookie');
      expect(response.status).to.equal(503);
      expect(await message(response)).to.match(/^You are not logged in\. .*cannot be reached.*try again\.$/);
      expect(user.jar.size).to.equal(0);
    });

    it('says in one line that the operator fails', async () => {
      operator.admin.fault({ kind: 'status', status: 500 });
      const response = await visitor().logIn('config');
      expect(response.status).to.equal(503);
      expect(await message(response)).to.match(/^You are not logged in\. .*500.*$/);
    });

    it('shows nobody a stack trace', async () => {
      const response = await fetch(`${site.url}/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' });
      expect(response.status).to.equal(400);
      expect(await response.text()).not.to.match(/\.ts|\.js|node_modules/);
    });
  });

  describe('what goes into a page', () => {
    it('cannot leave the script it stands in', async () => {
      const email = '"</script><script>alert(1)</script>"@example.com';
      const user = visitor();
      await user.logIn('config', email);
      const page = await user.page('config');
      expect(page).not.to.include('<script>alert');
      expect(page).to.include('\\u003c/script\\u003e');
    });

    it('is the same value after it was made safe', () => {
      for (const value of ['</script>', '<!--', 'a&b', '\u2028\u2029', { '<': ['>'] }, null, 1, '$&']) {
        expect(JSON.parse(scriptJson(value))).to.deep.equal(value);
        expect(scriptJson(value)).not.to.match(/[<>&\u2028\u2029]/);
      }
    });

    it('leaves no placeholder unfilled', async () => {
      for (const page of ['/', '/cookie.html', '/config.html', '/server-only.html', '/client-side.html', '/deferred.html', '/sdk.html', '/try.html', '/tab.html']) {
        expect(await (await visitor().ask('GET', page)).text()).not.to.include('{{');
      }
    });

    it('is at most 60 lines of script', async () => {
      for (const mode of ['cookie', 'config', 'server-only', 'client-side', 'deferred', 'sdk', 'try', 'tab']) {
        const [, script] = /<script>\n([^]*?)<\/script>/.exec(await visitor().page(mode))!;
        expect(script.trim().split('\n').length).to.be.at.most(60);
      }
    });
  });

  describe('logging out', () => {
    for (const mode of ['cookie', 'config', 'server-only', 'client-side', 'deferred', 'sdk']) {
      it(`forgets a ${mode} user without a word to the operator`, async () => {
        const user = visitor();
        await user.logIn(mode);
        const session = user.jar.get('site_session')!;
        operator.admin.clearRequests();
        expect((await user.ask('POST', '/logout')).status).to.equal(204);
        expect(user.jar.size).to.equal(0);
        user.jar.set('site_session', session);
        expect(await user.page(mode)).to.include('"session":null').and.not.to.include('advertising_token');
        expect(await user.token()).to.equal(null);
        expect(seen()).to.deep.equal([]);
      });
    }

    it('is harmless for somebody who is not logged in', async () => {
      expect((await visitor().ask('POST', '/logout')).status).to.equal(204);
    });
  });

  describe('where the page makes the token', () => {
    const enter = (user: ReturnType<typeof visitor>, mode: string, who: unknown) => user.ask('POST', '/login', { mode, user: who });

    it('lets the user in without a word to the operator', async () => {
      for (const mode of ['client-side', 'deferred']) {
        expect(await (await enter(visitor(), mode, USER)).json()).to.deep.equal({ optedOut: false });
      }
      expect(seen()).to.deep.equal([]);
    });

    it('writes an address or a number into the client-side page, with the public key and the subscription', async () => {
      for (const [who, dii] of [[USER, `{"email":"${USER}"}`], ['+12345678901', '{"phone":"+12345678901"}'], ['no address', '{"phone":"no address"}']]) {
        const user = visitor();
        await enter(user, 'client-side', who);
        const { serverPublicKey, subscriptionId } = operator.cstg;
        expect(await user.page('client-side')).to.include(`serverPublicKey: ${scriptJson(serverPublicKey)}, subscriptionId: ${scriptJson(subscriptionId)}, ...${dii} `);
      }
    });

    it('tells the deferred page who the user is when asked', async () => {
      const user = visitor();
      const asked = async () => (await user.ask('GET', '/user')).json();
      expect(await asked()).to.deep.equal({ dii: null });
      await enter(user, 'deferred', USER);
      expect(await asked()).to.deep.equal({ dii: { email: USER } });
      expect(await user.page('deferred')).not.to.include('"email"');
      await enter(user, 'client-side', USER);
      expect(await asked()).to.deep.equal({ dii: null });
    });

    it('gives no other page the user', async () => {
      const user = visitor();
      await enter(user, 'client-side', USER);
      for (const other of ['cookie', 'config', 'server-only', 'deferred']) expect(await user.page(other)).not.to.include('"email"');
    });

    it('gives no page the secret', async () => {
      for (const mode of ['client-side', 'deferred']) expect(await visitor().page(mode)).not.to.include(operator.apiSecret);
    });

    for (const who of ['', ' ', null, 17, ['a@b.c'], 'x'.repeat(255)]) {
      it(`refuses ${JSON.stringify(who).slice(0, 20)} in one line`, async () => {
        const response = await enter(visitor(), 'client-side', who);
        expect(response.status).to.equal(400);
        expect(await message(response)).to.match(/^Enter an e-mail address or a phone number\.$/);
      });
    }

    it('opts a phone number out at the operator, and has no token to expire', async () => {
      const user = visitor();
      await enter(user, 'client-side', '+12345678901');
      expect((await user.ask('POST', '/lab/optout', {})).status).to.equal(200);
      expect((await (await user.ask('GET', '/lab/state')).json()).optedOutHere).to.equal(true);
      expect((await user.ask('POST', '/lab/expire')).status).to.equal(409);
    });
  });

  describe('server-only mode', () => {
    it('refreshes after five minutes, when the user does something', async () => {
      const user = visitor();
      await user.logIn('server-only');
      const first = await user.token();
      now += 5 * MINUTE - 1;
      expect(await user.token()).to.equal(first);
      now += 1;
      const second = await user.token();
      expect(second).to.be.a('string').and.not.to.equal(first);
      now += 5 * MINUTE;
      expect(await user.page('server-only')).not.to.include(second!);
    });

    it('refreshes nothing while the user does nothing', async () => {
      const user = visitor();
      await user.logIn('server-only');
      now += HOUR;
      operator.admin.clearRequests();
      await user.ask('GET', '/lab/state');
      expect(seen()).to.deep.equal([]);
    });

    it('asks once for any number of requests at the same time', async () => {
      const user = visitor();
      await user.logIn('server-only');
      now += 5 * MINUTE;
      const tokens = await Promise.all(Array.from({ length: 8 }, user.token));
      expect(new Set(tokens).size).to.equal(1);
      expect(seen().filter(where => where.endsWith('/refresh'))).to.have.length(1);
    });

    it('goes on with a valid token while the operator fails, and never sends an expired one', async () => {
      const user = visitor();
      await user.logIn('server-only');
      const first = await user.token();
      operator.admin.fault({ endpoint: 'refresh', kind: 'close' });
      now += 3 * HOUR;
      expect(await user.token()).to.equal(first);
      now += HOUR;
      expect(await user.token()).to.equal(null);
      operator.admin.clearFaults();
      expect(await user.token()).to.be.a('string').and.not.to.equal(first);
    });

    it('stops at an opt-out, for good', async () => {
      const user = visitor();
      await user.logIn('server-only', 'refresh-optout@example.com');
      now += 5 * MINUTE;
      expect(await user.token()).to.equal(null);
      expect(await user.page('server-only')).to.include('"optedOut":true');
      operator.admin.clearRequests();
      now += 5 * MINUTE;
      expect(await user.token()).to.equal(null);
      expect(seen()).to.deep.equal([]);
    });

    it('asks no more once only a new login helps', async () => {
      const user = visitor();
      await user.logIn('server-only');
      now += 31 * 24 * HOUR;
      operator.admin.clearRequests();
      expect(await user.token()).to.equal(null);
      expect(seen()).to.deep.equal([]);
    });
  });

  describe('the buttons', () => {
    it('expires the token of a cookie user with one the operator can refresh', async () => {
      const user = visitor();
      await user.logIn('cookie');
      const { advertising_token: before } = user.tokenCookie();
      await user.ask('POST', '/lab/expire');
      expect(user.tokenCookie().identity_expires).to.be.below(now);
      expect(user.tokenCookie().refresh_expires).to.be.above(now);
      expect(user.tokenCookie().advertising_token).not.to.equal(before);
    });

    it('expires the token of a server-only user until the next refresh', async () => {
      const user = visitor();
      await user.logIn('server-only');
      const first = await user.token();
      operator.admin.fault({ endpoint: 'refresh', kind: 'status', status: 500 });
      await user.ask('POST', '/lab/expire');
      expect(await user.token()).to.equal(null);
      operator.admin.clearFaults();
      expect(await user.token()).to.be.a('string').and.not.to.equal(first);
    });

    it('opts the user out at the operator and in again', async () => {
      const user = visitor();
      await user.logIn('config');
      await user.ask('POST', '/lab/optout', {});
      expect(await (await visitor().logIn('config')).json()).to.deep.equal({ optedOut: true });
      await user.ask('POST', '/lab/optout', { undo: true });
      expect(await (await visitor().logIn('config')).json()).to.deep.equal({ optedOut: false });
    });

    it('has only faults that the operator accepts', async () => {
      const user = visitor();
      const [, faults] = /"faults":(\[[^\]]+\])/.exec(await user.page('client-side'))!;
      for (const name of JSON.parse(faults)) {
        expect((await user.ask('POST', '/lab/fault', { name })).status, name).to.equal(200);
      }
      expect((await user.ask('DELETE', '/lab/fault')).status).to.equal(200);
      expect((await user.ask('POST', '/lab/fault', { name: 'toString' })).status).to.equal(400);
    });

    it('tells a page no token of its session', async () => {
      const user = visitor();
      await user.logIn('server-only');
      expect(await (await user.ask('GET', '/lab/state')).text()).not.to.match(/_token"|response_key|apiSecret/);
    });

    it('lets time pass for operator and site alike', async () => {
      const user = visitor();
      await user.logIn('server-only');
      const first = await user.token();
      expect(await (await user.ask('POST', '/lab/sleep', { seconds: 300 })).json()).to.deep.equal({ ahead: 5 * MINUTE });
      expect(await (await user.ask('POST', '/lab/sleep', { seconds: 60 })).json()).to.deep.equal({ ahead: 6 * MINUTE });
      expect(await user.token()).to.be.a('string').and.not.equal(first);
      await user.logIn('cookie');
      expect(user.tokenCookie().refresh_from).to.be.closeTo(now + 6 * MINUTE + HOUR, 1000);
    });

    it('tells pages that are loaded later what time it is', async () => {
      await visitor().ask('POST', '/lab/sleep', { seconds: 60 });
      for (const page of ['cookie', 'config', 'server-only', 'client-side', 'deferred', 'sdk', 'try', 'tab']) {
        expect(await visitor().page(page)).to.include('<script src="/clock.js" data-ahead="60000">');
      }
    });

    for (const seconds of [0, -1, 1.5, '60', null, 86401]) {
      it(`cannot sleep for ${JSON.stringify(seconds)} seconds`, async () => {
        expect((await visitor().ask('POST', '/lab/sleep', { seconds })).status).to.equal(400);
        expect(await visitor().page('try')).to.include('data-ahead="0"');
      });
    }

    it('does not sleep without the operator', async () => {
      await operator.close();
      expect((await visitor().ask('POST', '/lab/sleep', { seconds: 60 })).status).to.equal(502);
      expect(await visitor().page('try')).to.include('data-ahead="0"');
    });

    it('counts the requests for a refresh, preflights and logins not, from zero when told', async () => {
      const user = visitor();
      const count = async () => (await (await user.ask('GET', '/lab/state')).json()).operator.refreshes;
      await user.logIn('server-only');
      await fetch(`${operator.url}/v2/token/refresh`, { method: 'OPTIONS' });
      expect(await count()).to.equal(0);
      now += 5 * MINUTE;
      await user.token();
      expect(await count()).to.equal(1);
      await user.ask('DELETE', '/lab/requests');
      expect(await count()).to.equal(0);
    });

    it('does nothing for somebody who is not logged in', async () => {
      expect((await visitor().ask('POST', '/lab/expire')).status).to.equal(409);
      expect((await visitor().ask('POST', '/lab/optout', {})).status).to.equal(409);
    });
  });

  describe('the local SSP', () => {
    const imp = (placement: string) => ({ id: '1', banner: {}, tagid: placement, ext: { prebid: { bidder: { localssp: { placement } } } } });
    const bid = (where: string, body: string) => fetch(site.url + where, { method: 'POST', headers: { 'content-type': 'text/plain' }, body });

    it('answers Prebid Server and theAdx requests with a banner, and files what it got', async () => {
      for (const where of ['/openrtb2/auction', '/ssp/theadx?tagid=here']) {
        const body = { id: 'a', imp: [imp('here')] };
        const answer = await (await bid(where, JSON.stringify(body))).json();
        expect(answer.seatbid[0].bid[0]).to.include({ impid: '1', w: 300, h: 250 });
        const [newest] = await (await fetch(`${site.url}/ssp/requests/here`)).json();
        expect(newest.body).to.deep.equal(body);
      }
      expect(await (await fetch(`${site.url}/ssp/requests/elsewhere`)).json()).to.deep.equal([]);
    });

    for (const body of ['', '{', 'null', '{}', '{"imp":[]}', '{"imp":"x"}', '{"imp":[null]}']) {
      it(`refuses ${body || 'an empty body'}`, async () => {
        expect((await bid('/openrtb2/auction', body)).status).to.equal(400);
      });
    }
  });

  describe('the server', () => {
    it('serves a Prebid bundle that is built after it has started', async () => {
      expect(await (await fetch(`${site.url}/prebid.js`)).json()).to.deep.equal({ message: 'Prebid.js is not built yet: reload in a moment.' });
      await writeFile(path.join(folder, 'prebid.js'), 'window.pbjs = {};');
      expect(await (await fetch(`${site.url}/prebid.js`)).text()).to.equal('window.pbjs = {};');
    });

    it('makes one script of the panel', async () => {
      const response = await fetch(`${site.url}/panel.js`);
      expect(response.headers.get('content-type')).to.include('javascript');
      expect(await response.text()).to.include('byte for byte').and.not.to.match(/^import /m);
    });

    it('makes one script of the clock', async () => {
      const text = await (await fetch(`${site.url}/clock.js`)).text();
      expect(text).to.include('BroadcastChannel').and.not.to.match(/^(import|export) /m);
    });

    it('says when its port is taken', async () => {
      const error = await startSite({ operator, prebid: '', port: site.port }).catch(problem => problem);
      expect(error.code).to.equal('EADDRINUSE');
    });
  });
});
