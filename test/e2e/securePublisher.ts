// A publisher as in production: pages, the site's server and the operator by TLS and HTTP/2, each behind a front.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { startSite } from '../../integrationExamples/uid2/server.ts';
import { type Lifetimes, type Operator, startOperator } from '../../operator/index.ts';
import { bundle } from './bundle.ts';
import { launchChromium } from '../harness/chromium.ts';
import { servePage } from './pageServer.ts';
import { type Front, secureFront } from './secureFront.ts';
import { siteBundle } from './site.ts';
import { KEY } from './visitor.ts';

export const SITE = 'www.pub.example';
export const EMAIL = 'user@example.com';
/** The site's token cookie. */
export const COOKIE = 'uid2_pub_cookie';

const OPERATOR = 'operator.uid2.example';
const HOUR = 3600_000;
const STALE = { refreshFrom: -HOUR, identityExpires: HOUR, refreshExpires: 24 * HOUR };
const EXPIRED = { refreshFrom: -2 * HOUR, identityExpires: -HOUR, refreshExpires: 24 * HOUR };
const FRESH = { refreshFrom: HOUR, identityExpires: 4 * HOUR, refreshExpires: 24 * HOUR };
const RULES = ['MAP *.pub.example 127.0.0.1', 'MAP *.uid2.example 127.0.0.1', 'MAP * ~NOTFOUND', 'EXCLUDE 127.0.0.1'];
/** The site's own server answers these; the page is the smallest one with Prebid in it. */
const OF_SITE = ['/login', '/logout', '/token'];

type Running = { url: string; close(): Promise<void> };

export interface SecurePublisher {
  operator: Operator;
  /** The site's server and the smallest page, each without a front. */
  site: Running;
  smallest: Running;
  fronts: { site: Front; operator: Front };
  context: BrowserContext;
  /** A tab on the smallest page. */
  page: Page;
  /** Logs in on the site's server, in a mode of the site: the HTTP status. */
  login(mode?: 'cookie' | 'server-only'): Promise<number>;
  /** The same in cookie mode, with a token that is due for a refresh; the operator's log is empty then. */
  loginStale(): Promise<void>;
  /** The same with a token that has expired and can be refreshed. */
  loginExpired(): Promise<void>;
  /** What the site's server has set as token cookie. */
  tokenCookie(): Promise<any>;
  /** Gives a page's Prebid its uid2 entry, and waits for the module. */
  configure(params: object, on?: Page): Promise<void>;
  /** The same with any entry. */
  configureEntry(entry: object, on?: Page): Promise<void>;
  /** What the module has stored. */
  record(): Promise<any>;
  status(): Promise<Record<string, unknown>>;
  /** What the operator was asked and answered. */
  asked(): string[];
}

/** Starts it for the suite; each test has an operator, a site and a profile of its own. */
export function securePublisher(): SecurePublisher {
  const world = {} as SecurePublisher;
  let browser: Browser;

  before(async function () {
    this.timeout(120_000);
    await Promise.all([bundle(), siteBundle()]);
    world.smallest = await servePage(() => bundle());
    browser = await launchChromium(RULES, true);
  });
  after(async () => {
    await browser.close();
    await world.smallest.close();
  });
  beforeEach(async () => {
    const { smallest } = world;
    const operator = await startOperator({ domains: ['pub.example'], hosts: [OPERATOR] });
    const ofOperator = await secureFront(OPERATOR, () => operator.url);
    const site = await startSite({ operator: { ...operator, pagesUrl: ofOperator.url }, prebid: await siteBundle(), hosts: [SITE] });
    const fronts = { site: await secureFront(SITE, (path) => (OF_SITE.includes(path) ? site.url : smallest.url)), operator: ofOperator };
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const page = await context.newPage();
    Object.assign(world, { operator, site, fronts, context, page });
    await page.goto(`${fronts.site.url}/`);
  });
  afterEach(async () => {
    const { context, fronts, site, operator } = world;
    await context.close();
    await Promise.all([fronts.site.close(), fronts.operator.close(), site.close(), operator.close()]);
  });

  const login: SecurePublisher['login'] = (mode = 'cookie') => world.page.evaluate(async (body) => (await fetch('/login', {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body)
  })).status, { email: EMAIL, mode });

  async function loginAged(lifetimes: Lifetimes): Promise<void> {
    world.operator.admin.setLifetimes(lifetimes);
    await login();
    world.operator.admin.setLifetimes(FRESH);
    world.operator.admin.clearRequests();
  }

  return Object.assign(world, {
    login,
    loginStale: () => loginAged(STALE),
    loginExpired: () => loginAged(EXPIRED),

    async tokenCookie() {
      const cookie = (await world.context.cookies()).find(({ name }) => name === COOKIE);
      return cookie && JSON.parse(decodeURIComponent(cookie.value));
    },

    configure: (params, on) =>
      world.configureEntry({ name: 'uid2', params: { uid2ApiBase: world.fronts.operator.url, ...params } }, on),

    configureEntry: (entry, on = world.page) => on.evaluate(async (given) => {
      const { pbjs } = window as any;
      pbjs.setConfig({ userSync: { auctionDelay: 20_000, syncEnabled: false, userIds: [given] } });
      await pbjs.getUserIdsAsync();
    }, entry),

    record: () => world.page.evaluate((key) => JSON.parse(localStorage.getItem(key) ?? 'null'), KEY),
    status: () => world.page.evaluate(() => (window as any).pbjs.uid2.status()),
    asked: () => world.operator.admin.requests().map(({ method, path, status }) => `${method} ${path} ${status}`)
  } satisfies Partial<SecurePublisher>);
}
