// Pages written for UID2's JavaScript SDK, on our engine: what tests of them need besides a browser.
import type { Page } from 'playwright-core';
import type { Identity } from '../../operator/index.ts';
import type { Answers, Standing } from '../../libraries/uid2SdkFacade/tables.ts';
import { bundle } from './bundle.ts';
import { PARKED } from './pageServer.ts';
import { SSPS } from './ssps.ts';
import { inBrowser, type World } from './support.ts';

/** What UID2's SDK answers, with which no table of ours is to differ. */
export const ANSWERS: Record<Standing, Answers> = {
  nobody: { isLoginRequired: true, isIdentityAvailable: false, hasOptedOut: false },
  asking: { isLoginRequired: false, isIdentityAvailable: true, hasOptedOut: false },
  valid: { isLoginRequired: false, isIdentityAvailable: true, hasOptedOut: false },
  expired: { isLoginRequired: false, isIdentityAvailable: false, hasOptedOut: false },
  optedOut: { isLoginRequired: false, isIdentityAvailable: true, hasOptedOut: true }
};
export const SDK_KEY = 'UID2-sdk-identity';
export const OTHER = 'other@example.com';
export const HOUR = 3600e3;

// as text, since what compiles these files leaves names in functions that a page does not have
export const LISTEN = `
  window.heard = [];
  __uid2.callbacks.push((event, { identity }) => heard.push([event, identity && identity.advertising_token]));
  window.begin = (options) => __uid2.init({ ...options, callback: ({ status, advertisingToken }) => heard.push([status, advertisingToken ?? null]) });
`;

/** A page whose consent platform is yet to answer, before it has Prebid; `answer` says whether GDPR applies. */
export const SLOW_CMP = `
  window.__tcfapi = (command, version, callback) => {
    if (command === 'addEventListener') window.answer = (gdprApplies) => callback({ tcString: 'COvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA', cmpId: 1, gdprApplies, eventStatus: 'tcloaded', listenerId: 1 }, true);
  };
  window.pbjs = { que: [() => pbjs.setConfig({ consentManagement: { gdpr: { cmpApi: 'iab', timeout: 600000 } } })] };`;

export type SdkWorld = World & ReturnType<typeof pagesIn>;

/** All that `inBrowser` has, with `window.__uid2` in the bundle. */
export function withSdk(...more: string[]): SdkWorld {
  const world = inBrowser({ prebid: () => bundle('ours', 'uid2Sdk', ...more) });
  return Object.assign(world, pagesIn(world));
}

function pagesIn(world: World) {
  /** A page that loads the script and nothing else; what is said to its callbacks is written down. */
  async function load(page?: Page): Promise<Page> {
    const at = page ?? await world.page();
    await at.goto(world.url);
    await loaded(at);
    await at.evaluate(LISTEN);
    return at;
  }

  return {
    load,

    /** A page of this HTML; from a real server, as browsers let no other page ask one on this machine. */
    async loadHtml(html: string): Promise<Page> {
      const page = await world.page();
      await page.goto(`${world.url}${PARKED}`);
      await page.setContent(`<!doctype html><link rel="icon" href="data:,">${html}`, { waitUntil: 'commit' });
      return page;
    },

    /** A page whose consent platform is yet to answer, with these params in Prebid's config, if any. */
    async waiting(params?: object): Promise<Page> {
      const page = await world.page();
      const userIds = params ? [{ name: 'uid2', params: { uid2ApiBase: world.operator.url, ...params } }] : [];
      await page.addInitScript(`${SLOW_CMP} pbjs.que.push(() => pbjs.setConfig(${JSON.stringify({ userSync: { syncEnabled: false, userIds } })}));`);
      await load(page);
      await page.waitForFunction(() => (window as any).answer);
      return page;
    },

    /** Calls init as the UID2 guides do; a legacy callback is told as well. */
    init: (page: Page, identity?: Partial<Identity> | null, more: object = {}) => page.evaluate((options) => (window as any).begin(options), { baseUrl: world.operator.url, ...more, ...(identity && { identity }) }),

    /** What is kept as UID2's SDK keeps it, by another page or that SDK. */
    leave: (page: Page, identity: object | string, key = SDK_KEY) =>
      page.evaluate(([name, text]) => localStorage.setItem(name, text), [key, typeof identity === 'string' ? identity : JSON.stringify(identity)]),

    /** The endpoints that were asked. */
    asked: () => world.operator.admin.requests().map(({ path }) => path.split('/').pop()),

    /** The values of this site's cookies. */
    cookies: async () => Object.fromEntries((await world.context.cookies(world.url)).map(({ name, value }) => [name, decodeURIComponent(value)]))
  };
}

/** Waits until Prebid's queue is done, and the page has been told of `window.__uid2`. */
const loaded = (page: Page) => page.evaluate(() => new Promise<void>((resolve) => {
  (window as any).__uid2.callbacks.push(() => resolve());
}));

/** The consent platform answers that GDPR does not apply, and there is an auction. */
export const answer = (page: Page) => page.evaluate(async (bids) => {
  (window as any).answer(false);
  await (window as any).pbjs.requestBids({ adUnits: [{ code: 'banner', mediaTypes: { banner: { sizes: [[300, 250]] } }, bids }], timeout: 5000 });
}, [{ bidder: 'appnexus', params: SSPS.appnexus.params }]);

/** What the page was told, in order; SdkLoaded, which comes first, is left out. */
export const heard = (page: Page): Promise<unknown[]> => page.evaluate(() => (window as any).heard.slice(1));
export const hears = (page: Page, count: number) => page.waitForFunction((wanted) => (window as any).heard.length > wanted, count);
export const token = (page: Page): Promise<string | undefined> => page.evaluate(() => (window as any).__uid2.getAdvertisingToken());
export const stored = (page: Page, key: string) => page.evaluate((name) => JSON.parse(localStorage.getItem(name) ?? 'null'), key);
export const disconnect = (page: Page) => page.evaluate(() => (window as any).__uid2.disconnect());
export const listening = async ({ page }: { page: Page }): Promise<Page> => {
  await page.evaluate(LISTEN);
  return page;
};

/** What the page is answered: token, token of the identity, isLoginRequired, isIdentityAvailable, hasOptedOut. */
export const answers = (page: Page): Promise<unknown[]> => page.evaluate(() => {
  const { __uid2 } = window as any;
  return [__uid2.getAdvertisingToken(), __uid2.getIdentity()?.advertising_token ?? __uid2.getIdentity(), __uid2.isLoginRequired(), __uid2.isIdentityAvailable(), __uid2.hasOptedOut()];
});

/** The answers of a row of the table, with this token. */
export const row = ({ isLoginRequired, isIdentityAvailable, hasOptedOut }: Answers, given?: string) =>
  [given, given ?? null, isLoginRequired, isIdentityAvailable, hasOptedOut];
export const GONE = row(ANSWERS.nobody);

/** Calls a `setIdentityFrom…`, and says how its promise ended. */
export const setFrom = (page: Page, method: string, value: unknown, cstg: unknown) => page.evaluate(async ([name, text, account]) => {
  try {
    await (window as any).__uid2[name as string](text, account);
    return 'done';
  } catch (e) {
    return `${(e as Error).name}: ${(e as Error).message}`;
  }
}, [method, value, cstg] as const);

/** Calls `setIdentity`, and says how that ended. */
export const setIdentity = (page: Page, identity: object) => page.evaluate((given) => {
  try {
    (window as any).__uid2.setIdentity(given);
  } catch (e) {
    return (e as Error).message;
  }
  return 'done';
}, identity);

/** Shows or hides the page. */
export const setHidden = (page: Page, isHidden: boolean) => page.evaluate((value) => {
  Object.defineProperty(document, 'hidden', { configurable: true, value });
  document.dispatchEvent(new Event('visibilitychange'));
}, isHidden);
