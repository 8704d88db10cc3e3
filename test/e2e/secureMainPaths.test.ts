// As in production: every page and the operator by TLS and HTTP/2, behind a front; from login to bid, and out again.
import { expect } from 'chai';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { startSite } from '../../integrationExamples/uid2/server.ts';
import { type Operator, startOperator } from '../../operator/index.ts';
import { findBrowser } from '../../scripts/browser.ts';
import { bid } from './bid.ts';
import { bundle } from './bundle.ts';
import { servePage } from './pageServer.ts';
import { type Front, secureFront } from './secureFront.ts';
import { KEY } from './visitor.ts';

const SITE = 'www.pub.example';
const OPERATOR = 'operator.uid2.example';
const EMAIL = 'user@example.com';
const HOUR = 3600_000;
const COOKIE = 'uid2_pub_cookie';
const STALE = { refreshFrom: -HOUR, identityExpires: HOUR, refreshExpires: 24 * HOUR };
const FRESH = { refreshFrom: HOUR, identityExpires: 4 * HOUR, refreshExpires: 24 * HOUR };
const RULES = '--host-resolver-rules=MAP *.pub.example 127.0.0.1, MAP *.uid2.example 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1';

describe('Main paths by TLS and HTTP/2', () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let publisher: Awaited<ReturnType<typeof servePage>>;
  let operator: Operator;
  let site: Awaited<ReturnType<typeof startSite>>;
  let fronts: { site: Front; operator: Front };

  before(async function () {
    this.timeout(120_000);
    await bundle();
    publisher = await servePage(() => bundle());
    const args = [RULES, '--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];
    browser = await chromium.launch({ executablePath: await findBrowser(), headless: true, args });
  });
  after(async () => {
    await browser.close();
    await publisher.close();
  });
  beforeEach(async () => {
    operator = await startOperator({ domains: ['pub.example'], hosts: [OPERATOR] });
    site = await startSite({ operator, prebid: '', hosts: [SITE] });
    // The site's own server logs readers in; the page is the smallest one with Prebid in it.
    const isOfSite = (path: string) => ['/login', '/logout', '/token'].includes(path);
    fronts = {
      site: await secureFront(SITE, (path) => (isOfSite(path) ? site.url : publisher.url)),
      operator: await secureFront(OPERATOR, () => operator.url)
    };
    context = await browser.newContext({ ignoreHTTPSErrors: true });
    page = await context.newPage();
    await page.goto(`${fronts.site.url}/`);
  });
  afterEach(async () => {
    await context.close();
    await Promise.all([fronts.site.close(), fronts.operator.close(), site.close(), operator.close()]);
  });

  const login = (mode = 'cookie') => page.evaluate(async (body) => (await fetch('/login', {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body)
  })).status, { email: EMAIL, user: EMAIL, mode });
  const configure = (params: object, on = page) => on.evaluate(async (given) => {
    const { pbjs } = window as any;
    pbjs.setConfig({ userSync: { auctionDelay: 20_000, syncEnabled: false, userIds: [{ name: 'uid2', params: given }] } });
    await pbjs.getUserIdsAsync();
  }, { uid2ApiBase: fronts.operator.url, ...params });
  const record = () => page.evaluate((key) => JSON.parse(localStorage.getItem(key) ?? 'null'), KEY);
  const status = (on = page) => on.evaluate(() => (window as any).pbjs.uid2.status());
  const asked = () => operator.admin.requests().map(({ method, path, status: code }) => `${method} ${path} ${code}`);
  const tokenCookie = async () => {
    const cookie = (await context.cookies()).find(({ name }) => name === COOKIE);
    return cookie && JSON.parse(decodeURIComponent(cookie.value));
  };

  it('from login to bid: the token of the cookie that the server has set', async () => {
    expect(await login()).to.equal(200);
    await configure({ uid2Cookie: COOKIE });
    expect(await bid(page)).to.equal((await tokenCookie()).advertising_token);
    expect(await status()).to.include({ state: 'fresh', reason: 'ok', source: 'cookie' });
  });

  it('the session is a __Host- cookie that scripts cannot read, and both cookies are Secure', async () => {
    await login();
    const cookies = (await context.cookies()).map(({ name, secure, httpOnly, sameSite, path }) => ({ name, secure, httpOnly, sameSite, path }));
    expect(cookies).to.have.deep.members([
      { name: '__Host-site_session', secure: true, httpOnly: true, sameSite: 'Lax', path: '/' },
      { name: COOKIE, secure: true, httpOnly: false, sameSite: 'Lax', path: '/' }
    ]);
  });

  it('refresh: a stale token is replaced by one request, over HTTP/2, without a preflight', async () => {
    operator.admin.setLifetimes(STALE);
    await login();
    operator.admin.setLifetimes(FRESH);
    operator.admin.clearRequests();
    const { advertising_token: before } = await tokenCookie();
    await configure({ uid2Cookie: COOKIE });
    const token = await bid(page);
    expect(token).to.be.a('string').and.not.equal(before);
    expect((await record()).latestToken.advertising_token).to.equal(token);
    expect(asked()).to.deep.equal(['POST /v2/token/refresh 200']);
    expect(fronts.operator.connections()).to.deep.equal(['h2']);
  });

  it('generation by the page, for the domain on the list', async () => {
    await configure({ ...operator.cstg, email: EMAIL });
    expect(await bid(page)).to.equal((await record()).latestToken.advertising_token);
    expect(asked()).to.deep.equal(['POST /v2/token/client-generate 200']);
    expect(operator.admin.requests()[0].origin).to.equal(fronts.site.url);
  });

  it('logout: no token, no cookie of the reader, and nothing that brings them back', async () => {
    await login();
    await configure({ uid2Cookie: COOKIE });
    expect(await bid(page)).to.be.a('string');
    await page.evaluate(async () => {
      (window as any).pbjs.uid2.disconnect();
      await fetch('/logout', { method: 'POST' });
    });
    expect(await bid(page)).to.equal(undefined);
    expect(await context.cookies()).to.deep.equal([]);
    await page.reload();
    await configure({ uid2Cookie: COOKIE });
    expect(await bid(page)).to.equal(undefined);
    expect(await record()).to.equal(null);
  });

  it('a token in a __Host- cookie is read, refreshed and logged out', async () => {
    operator.admin.setLifetimes(STALE);
    await login();
    operator.admin.setLifetimes(FRESH);
    const identity = await tokenCookie();
    await context.clearCookies({ name: COOKIE });
    await context.addCookies([{ name: '__Host-uid2', value: encodeURIComponent(JSON.stringify(identity)), url: `${fronts.site.url}/`, secure: true, sameSite: 'Lax' }]);
    await configure({ uid2Cookie: '__Host-uid2' });
    expect(await bid(page)).to.equal((await record()).latestToken.advertising_token).and.not.equal(identity.advertising_token);
    await page.evaluate(() => (window as any).pbjs.uid2.disconnect());
    expect((await context.cookies()).map(({ name }) => name)).to.deep.equal(['__Host-site_session']);
  });

  it('requests in parallel share one connection', async () => {
    await login();
    const { refresh_token: token } = await tokenCookie();
    const ask = (times: number) => page.evaluate(async ([url, body, count]) => {
      const responses = await Promise.all(Array.from({ length: count }, () => fetch(url, { method: 'POST', body })));
      return responses.map((response) => response.status);
    }, [`${fronts.operator.url}/v2/token/refresh`, token, times] as const);
    // To a host that it does not know yet, a browser opens connections before it knows that one is enough.
    expect(await ask(1)).to.deep.equal([200]);
    // None is passed on before six have come on one connection.
    fronts.operator.gather(6);
    expect(await ask(6)).to.deep.equal(Array(6).fill(200));
    expect(fronts.operator.connections()).to.deep.equal(['h2']);
  });

  it('ten tabs with a stale token make one request', async () => {
    operator.admin.setLifetimes(STALE);
    await login();
    operator.admin.setLifetimes(FRESH);
    operator.admin.clearRequests();
    const tabs: Page[] = [];
    while (tabs.length < 10) {
      tabs.push(await context.newPage());
      await tabs[tabs.length - 1].goto(`${fronts.site.url}/`);
    }
    await Promise.all(tabs.map((tab) => configure({ uid2Cookie: COOKIE }, tab)));
    const tokens: unknown[] = [];
    for (const tab of tabs) tokens.push(await bid(tab));
    expect(tokens).to.deep.equal(Array(10).fill((await record()).latestToken.advertising_token));
    expect(asked()).to.deep.equal(['POST /v2/token/refresh 200']);
  });

  it('a page on another name over plain http is told apart: insecure page', async () => {
    const plain = `http://${SITE}:${new URL(publisher.url).port}/`;
    await page.goto(plain);
    await configure({ ...operator.cstg, email: EMAIL });
    expect(await bid(page)).to.equal(undefined);
    expect(await status()).to.include({ state: 'none', reason: 'insecure page' });
    expect(fronts.operator.requests()).to.deep.equal([]);
    // A loopback address is as good as https.
    await page.goto(`${publisher.url}/`);
    await configure({ ...operator.cstg, email: EMAIL });
    expect((await status()).reason).to.equal('domain not on the account\'s list: http 403');
  });
});
