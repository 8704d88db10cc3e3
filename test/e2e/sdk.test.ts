// Pages written for UID2's JavaScript SDK, on our engine: its events, answers and storage, row by row; and Prebid beside it.
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import type { Identity } from '../../operator/index.ts';
import { bundle } from './bundle.ts';
import { inBrowser } from './support.ts';
import { expectNoUid2, KEY, type Visitor } from './visitor.ts';

const SDK_KEY = 'UID2-sdk-identity';
const OTHER = 'other@example.com';
const HOUR = 3600e3;

// as text, since what compiles these files leaves names in functions that a page does not have
const LISTEN = `
  window.heard = [];
  __uid2.callbacks.push((event, { identity }) => heard.push(identity === undefined ? event : [event, identity && identity.advertising_token]));
  window.begin = (options) => __uid2.init({ ...options, callback: ({ status, advertisingToken }) => heard.push([status, advertisingToken ?? null]) });
`;
/** An object of its shape: the official SDK cannot be had here. */
const theirSdk = (identity: object) => `{
  const listeners = [];
  let current = ${JSON.stringify(identity)};
  const keep = () => current ? localStorage.setItem('UID2-sdk-identity', JSON.stringify(current)) : localStorage.removeItem('UID2-sdk-identity');
  window.__uid2 = {
    init() {},
    callbacks: { push: (listener) => listeners.push(listener) },
    getIdentity: () => current,
    hasOptedOut: () => false,
    // one that has expired is kept, as it may be refreshed yet
    isLoginRequired: () => !localStorage.getItem('UID2-sdk-identity'),
    now(next, kept) {
      current = next;
      if (!kept) keep();
      listeners.forEach((listener) => listener('IdentityUpdated', { identity: next }));
    }
  };
  keep();
}`;

describe('window.__uid2', () => {
  const world = inBrowser({ prebid: () => bundle('ours', 'uid2Sdk') });

  /** A page that loads the script and nothing else; what is said to its callbacks is written down. */
  async function load(page?: Page): Promise<Page> {
    const at = page ?? await world.page();
    await at.goto(world.url);
    await at.waitForFunction(() => (window as any).__uid2?.init);
    await at.evaluate(LISTEN);
    return at;
  }

  /** A page of this HTML. */
  async function loadHtml(html: string): Promise<Page> {
    const page = await world.page();
    await page.route(`${world.url}guide`, (route) => route.fulfill({ contentType: 'text/html', body: `<!doctype html><link rel="icon" href="data:,">${html}` }));
    await page.goto(`${world.url}guide`);
    return page;
  }

  /** Calls init as the UID2 guides do; a legacy callback is told as well. */
  const init = (page: Page, identity?: Partial<Identity>, more: object = {}) => page.evaluate((options) => (window as any).begin(options), { baseUrl: world.operator.url, ...more, ...(identity && { identity }) });

  const heard = (page: Page): Promise<unknown[]> => page.evaluate(() => (window as any).heard.slice(1));
  const hears = (page: Page, count: number) => page.waitForFunction((wanted) => (window as any).heard.length > wanted, count);
  const token = (page: Page): Promise<string | undefined> => page.evaluate(() => (window as any).__uid2.getAdvertisingToken());
  const answers = (page: Page) => page.evaluate(() => {
    const { __uid2 } = window as any;
    return [__uid2.getAdvertisingToken(), __uid2.getIdentity()?.advertising_token ?? __uid2.getIdentity(), __uid2.isLoginRequired(), __uid2.isIdentityAvailable(), __uid2.hasOptedOut()];
  });
  const stored = (page: Page, key: string) => page.evaluate((name) => JSON.parse(localStorage.getItem(name) ?? 'null'), key);
  const asked = () => world.operator.admin.requests().map(({ path }) => path.split('/').pop());
  const GONE = [undefined, null, true, false, false];

  describe('tells of', () => {
    it('nobody', async () => {
      const page = await load();
      await init(page);
      expect(await heard(page)).to.deep.equal([['IdentityUpdated', null], [-1, null], ['InitCompleted', null]]);
    });
    it('a valid identity', async () => {
      const { advertising_token: first, ...rest } = await world.login();
      const page = await load();
      await init(page, { advertising_token: first, ...rest });
      expect(await heard(page)).to.deep.equal([[0, first], ['InitCompleted', first]]);
      expect(asked()).to.not.include('refresh');
    });
    it('an identity that is due for a refresh, and of the refreshed one', async () => {
      const identity = await world.login('stale');
      const page = await load();
      await init(page, identity);
      await hears(page, 4);
      const now = (await token(page))!;
      expect(now).to.not.equal(identity.advertising_token);
      expect(await heard(page)).to.deep.equal([[0, identity.advertising_token], ['InitCompleted', identity.advertising_token], [1, now], ['IdentityUpdated', now]]);
    });
    it('an expired identity, and of the refreshed one', async () => {
      const identity = await world.login('expired');
      const page = await load();
      await init(page, identity);
      await hears(page, 4);
      const now = await token(page);
      expect(now).to.be.a('string');
      expect(await heard(page)).to.deep.equal([[100, null], ['InitCompleted', null], [1, now], ['IdentityUpdated', now]]);
    });
    it('an opt-out at a refresh', async () => {
      const identity = await world.login('stale');
      world.operator.admin.fault({ endpoint: 'refresh', kind: 'optout' });
      const page = await load();
      await init(page, identity);
      await hears(page, 5);
      expect((await heard(page)).slice(2)).to.deep.equal([[-4, null], ['OptoutReceived', null], ['IdentityUpdated', null]]);
      expect(await answers(page)).to.deep.equal([undefined, null, true, false, true]);
    });
    it('a stored opt-out', async () => {
      const identity = await world.login('stale');
      world.operator.admin.fault({ endpoint: 'refresh', kind: 'optout' });
      const page = await load();
      await init(page, identity);
      await hears(page, 5);
      await load(page);
      // it begins by itself, as an earlier page has
      await page.waitForFunction(() => (window as any).__uid2.isInitComplete());
      expect(await answers(page)).to.deep.equal([undefined, null, true, false, true]);
      await page.evaluate(() => (window as any).heard.splice(1));
      await init(page);
      expect(await heard(page)).to.deep.equal([['InitCompleted', null], ['OptoutReceived', null]]);
    });
    it('a refresh that fails', async () => {
      const identity = await world.login('stale');
      world.operator.admin.fault({ endpoint: 'refresh', kind: 'status', status: 500 });
      const page = await load();
      await init(page, identity);
      await hears(page, 3);
      expect((await heard(page)).slice(2)).to.deep.equal([['IdentityUpdated', identity.advertising_token]]);
    });
    it('a refresh that fails, once, and of another try that does not', async () => {
      const identity = await world.login('stale');
      world.operator.admin.fault({ endpoint: 'refresh', kind: 'status', status: 500 });
      const page = await load();
      await init(page, identity);
      await hears(page, 3);
      world.operator.admin.clearFaults();
      await world.later(10_000);
      const now = await page.evaluate(() => (window as any).__uid2.getAdvertisingTokenAsync());
      expect(world.refreshes()).to.have.length(2);
      expect((await heard(page)).slice(2)).to.deep.equal([['IdentityUpdated', identity.advertising_token], [1, now], ['IdentityUpdated', now]]);
    });
    it('a logout, which rejects what is awaited', async () => {
      const identity = await world.login('expired');
      world.operator.admin.fault({ endpoint: 'refresh', kind: 'hang' });
      const page = await load();
      await init(page, identity);
      const reason = await page.evaluate(async () => {
        const { __uid2 } = window as any;
        const awaited = __uid2.getAdvertisingTokenAsync().catch((error: Error) => error.message);
        __uid2.disconnect();
        return awaited;
      });
      expect(reason).to.equal('UID2 SDK aborted.');
      expect((await heard(page)).at(-1)).to.deep.equal(['IdentityUpdated', null]);
      expect(await answers(page)).to.deep.equal(GONE);
      expect([await stored(page, SDK_KEY), await stored(page, KEY)]).to.deep.equal([null, null]);
    });
    it('SdkLoaded and InitCompleted to who listens late, and goes on when a callback throws', async () => {
      const page = await load();
      await init(page, await world.login());
      const late = await page.evaluate(() => {
        const events: string[] = [];
        const { callbacks } = (window as any).__uid2;
        callbacks.push(null, 'no function', (event: string) => events.push(event));
        (window as any).__uid2.disconnect();
        return events;
      });
      expect(late).to.deep.equal(['SdkLoaded', 'InitCompleted', 'IdentityUpdated']);
    });
  });

  describe('answers', () => {
    it('before init, with nothing stored', async () => {
      const page = await load();
      expect(await answers(page)).to.deep.equal([undefined, null, true, false, undefined]);
    });
    it('before init, with a valid identity that UID2\'s own SDK has stored', async () => {
      const identity = await world.login();
      const page = await load();
      await page.evaluate(([key, text]) => localStorage.setItem(key, text), [SDK_KEY, JSON.stringify(identity)]);
      await load(page);
      const { advertising_token: first } = identity;
      expect(await answers(page)).to.deep.equal([first, first, false, true, undefined]);
    });
    it('before init, and asks nobody', async () => {
      const page = await load();
      const requests: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      const identity = await world.login('stale');
      await page.evaluate(([key, text]) => localStorage.setItem(key, text), [SDK_KEY, JSON.stringify(identity)]);
      await load(page);
      expect(await token(page)).to.equal(identity.advertising_token);
      // what had been asked would have come first
      await page.evaluate(() => navigator.locks.request('uid2', () => {}));
      expect(requests.filter((url) => url.includes('/token/'))).to.deep.equal([]);
    });
    it('while the refresh of an expired one is on its way, and after it has failed', async () => {
      const identity = await world.login('expired');
      world.operator.admin.fault({ endpoint: 'refresh', kind: 'status', status: 500, latency: 300 });
      const page = await load();
      const during = await page.evaluate(([options]) => {
        const { __uid2 } = window as any;
        __uid2.init(options);
        return [__uid2.getAdvertisingToken(), __uid2.getIdentity(), __uid2.isLoginRequired(), __uid2.isIdentityAvailable(), __uid2.hasOptedOut()];
      }, [{ baseUrl: world.operator.url, identity }]);
      expect(during).to.deep.equal([undefined, null, false, true, false]);
      await page.waitForFunction(() => !(window as any).__uid2.isIdentityAvailable());
      expect(await answers(page)).to.deep.equal([undefined, null, false, false, false]);
    });
    it('with TypeError and RangeError to bad options', async () => {
      const page = await load();
      const names = await page.evaluate(() => [undefined, null, 5, 'x', { callback: 5 }, { callback: null }, { refreshRetryPeriod: '5' }, { refreshRetryPeriod: 999 }].map((options) => {
        try {
          return (window as any).__uid2.init(options);
        } catch (e) {
          return (e as Error).name;
        }
      }));
      expect(names).to.deep.equal([...Array(7).fill('TypeError'), 'RangeError']);
    });
    it('with the token once there is one, to who waits for it before init', async () => {
      const identity = await world.login('expired');
      const page = await load();
      const waited = page.evaluate(() => (window as any).__uid2.getAdvertisingTokenAsync());
      await init(page, identity);
      expect(await waited).to.equal(await token(page));
    });
    it('with what is normalized and hashed', async () => {
      const page = await load();
      expect(await page.evaluate(async () => {
        const { normalizeEmail, isNormalizedPhone, hashIdentifier, hashAndEncodeIdentifier } = (window as any).__uid2Helper;
        return [normalizeEmail(' User.Name+x@GMAIL.com'), isNormalizedPhone('+12345678901'), isNormalizedPhone('12345678901'), await hashIdentifier('user@example.com'), await hashAndEncodeIdentifier('user@example.com')];
      })).to.deep.equal(['username@gmail.com', true, false, 'b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514', 'tMmiiTI7IaAcPpQPFQ65uMVCWH8av9jw4cwf/F5HVRQ=']);
    });
  });

  describe('and Prebid', () => {
    const bare = (): Promise<Visitor> => world.open({ params: {} });

    it('bid with the identity given to init, with no params at all', async () => {
      const visitor = await bare();
      const identity = await world.login();
      await init(await prepared(visitor), identity);
      expect((await visitor.auction()).uid2.appnexus).to.equal(identity.advertising_token);
    });
    it('log out together, from either side', async () => {
      for (const side of ['__uid2', 'pbjs.uid2'] as const) {
        const visitor = await bare();
        const identity = await world.login();
        await init(await prepared(visitor), identity);
        expect((await visitor.auction()).uid2.appnexus).to.equal(identity.advertising_token);
        await visitor.page.evaluate((which) => (which === '__uid2' ? (window as any).__uid2 : (window as any).pbjs.uid2).disconnect(), side);
        expectNoUid2(await visitor.auction(), identity.advertising_token);
        expect(await answers(visitor.page)).to.deep.equal(GONE);
        expect((await heard(visitor.page)).at(-1)).to.deep.equal(['IdentityUpdated', null]);
      }
    });
    it('share the token of Prebid\'s config', async () => {
      const identity = await world.login();
      const visitor = await world.open({ params: { uid2Token: identity } });
      expect(await token(visitor.page)).to.equal(identity.advertising_token);
    });
    it('make one request for an identity that both are given', async () => {
      const identity = await world.login('stale');
      const visitor = await world.open({ params: { uid2Token: identity } });
      await init(await prepared(visitor), identity);
      const { uid2 } = await visitor.auction();
      expect(uid2.appnexus).to.equal(await token(visitor.page));
      expect(world.refreshes()).to.have.length(1);
    });
    it('say what is missing where Prebid\'s config names no uid2', async () => {
      const page = await load();
      await init(page, await world.login());
      expect(await page.evaluate(() => (window as any).pbjs.uid2.status())).to.include({ state: 'fresh', reason: 'notConfigured' });
    });
    async function prepared({ page }: Visitor): Promise<Page> {
      await page.evaluate(LISTEN);
      return page;
    }
  });

  describe('coming from UID2\'s own SDK', () => {
    const leave = (page: Page, identity: object) => page.evaluate(([key, text]) => localStorage.setItem(key, text), [SDK_KEY, JSON.stringify(identity)]);

    it('keeps the user, refreshes the token, and keeps it where the SDK finds it', async () => {
      const identity = await world.login('stale');
      const page = await load();
      await leave(page, identity);
      await load(page);
      await init(page);
      await hears(page, 4);
      const now = await token(page);
      expect(now).to.be.a('string').and.not.equal(identity.advertising_token);
      expect((await stored(page, SDK_KEY)).advertising_token).to.equal(now);
    });
    it('does not show what has expired', async () => {
      const page = await load();
      await leave(page, await world.login('dead'));
      await load(page);
      expect(await token(page)).to.equal(undefined);
    });
    it('begins by itself with the options of an earlier page', async () => {
      const identity = await world.login();
      const page = await load();
      await init(page, identity);
      await load(page);
      await page.waitForFunction(() => (window as any).__uid2.isInitComplete());
      expect(await token(page)).to.equal(identity.advertising_token);
    });
    it('does not mind corrupt storage', async () => {
      const page = await load();
      await page.evaluate((key) => { localStorage.setItem(key, '{"advertising'); localStorage.setItem(`${key}_config`, '['); }, SDK_KEY);
      await load(page);
      await init(page);
      expect(await heard(page)).to.deep.equal([['IdentityUpdated', null], [-1, null], ['InitCompleted', null]]);
    });
    it('takes an identity that expires later, and not one that expires sooner', async () => {
      const page = await load();
      const [first, second] = [await world.login(), await world.login('fresh', OTHER)];
      await init(page, { ...first, identity_expires: first.identity_expires + HOUR });
      await init(page, second);
      expect(await token(page)).to.equal(first.advertising_token);
      await init(page, { ...second, identity_expires: second.identity_expires + 2 * HOUR });
      expect(await token(page)).to.equal(second.advertising_token);
      expect((await stored(page, SDK_KEY)).advertising_token).to.equal(second.advertising_token);
    });
    it('keeps it in the SDK\'s cookie where that is wanted', async () => {
      const identity = await world.login();
      const page = await load();
      await init(page, identity, { useCookie: true });
      const cookies = await world.context.cookies(world.url);
      const { value } = cookies.find(({ name }) => name === '__uid_2')!;
      expect(JSON.parse(decodeURIComponent(value)).advertising_token).to.equal(identity.advertising_token);
      expect(await stored(page, SDK_KEY)).to.equal(null);
    });
  });

  describe('from an e-mail address', () => {
    const from = (page: Page, method: string, value: unknown, cstg: unknown = world.operator.cstg) => page.evaluate(async ([name, text, account]) => {
      try {
        await (window as any).__uid2[name as string](text, account);
        return 'done';
      } catch (e) {
        return `${(e as Error).name}: ${(e as Error).message}`;
      }
    }, [method, value, cstg] as const);

    it('makes a token, normalized as published', async () => {
      const page = await load();
      await init(page);
      expect(await from(page, 'setIdentityFromEmail', ' USER@example.com ')).to.equal('done');
      expect(await token(page)).to.be.a('string');
      expect(asked()).to.deep.equal(['client-generate']);
      expect((await heard(page)).at(-1)).to.deep.equal(['IdentityUpdated', await token(page)]);
    });
    it('rejects what makes no sense', async () => {
      const page = await load();
      expect(await from(page, 'setIdentityFromEmail', 'user@example.com')).to.match(/^Error: .*init/);
      await init(page);
      expect(await from(page, 'setIdentityFromEmail', 'x')).to.equal('Error: Invalid email address');
      expect(await from(page, 'setIdentityFromPhone', '1')).to.equal('Error: Invalid phone number');
      expect(await from(page, 'setIdentityFromEmailHash', 'x')).to.equal('Error: Invalid hash');
      expect(await from(page, 'setIdentityFromPhoneHash', 'x')).to.equal('Error: Invalid hash');
      expect(await from(page, 'setIdentityFromEmail', 'user@example.com', { serverPublicKey: 'x', subscriptionId: 'y' })).to.match(/^TypeError/);
      expect(await from(page, 'setIdentityFromEmail', 'user@example.com', { ...world.operator.cstg, subscriptionId: '' })).to.match(/^TypeError/);
    });
    it('leaves the reader who is logged in when the next one makes no sense', async () => {
      const identity = await world.login();
      const page = await load();
      await init(page, identity);
      expect(await from(page, 'setIdentityFromEmail', 'x')).to.equal('Error: Invalid email address');
      expect(await from(page, 'setIdentityFromEmail', OTHER, { serverPublicKey: 'x', subscriptionId: 'y' })).to.match(/^TypeError/);
      expect(await token(page)).to.equal(identity.advertising_token);
    });
    it('hears of an opt-out', async () => {
      const page = await load();
      await init(page);
      expect(await from(page, 'setIdentityFromEmail', 'optout@example.com')).to.equal('done');
      expect((await heard(page)).slice(3)).to.deep.equal([[-4, null], ['OptoutReceived', null], ['IdentityUpdated', null]]);
    });
  });

  describe('in several tabs', () => {
    it('tells all of a refresh and of a logout in one, with one request', async () => {
      const pages = [await load(), await load()];
      const identity = await world.login('stale');
      await init(pages[0], identity);
      await hears(pages[0], 4);
      const now = await token(pages[0]);
      await init(pages[1]);
      expect(await token(pages[1])).to.equal(now);
      await pages[0].evaluate(() => (window as any).__uid2.disconnect());
      await pages[1].waitForFunction(() => !(window as any).__uid2.getAdvertisingToken());
      expect((await heard(pages[1])).at(-1)).to.deep.equal(['IdentityUpdated', null]);
      expect(world.refreshes()).to.have.length(1);
    });
    it('tells a tab of a refresh that another has made', async () => {
      const pages = [await load(), await load()];
      const identity = await world.login();
      for (const page of pages) await init(page, identity);
      await world.later(2 * HOUR);
      const now = await pages[0].evaluate(() => (window as any).__uid2.getAdvertisingTokenAsync());
      expect(now).to.not.equal(identity.advertising_token);
      await hears(pages[1], 4);
      expect((await heard(pages[1])).slice(2)).to.deep.equal([[1, now], ['IdentityUpdated', now]]);
      expect(world.refreshes()).to.have.length(1);
    });
    it('tells a tab that has logged out of the next user in another', async () => {
      const pages = [await load(), await load()];
      const [first, second] = [await world.login(), await world.login('fresh', OTHER)];
      for (const page of pages) await init(page, first);
      await pages[0].evaluate(() => (window as any).__uid2.disconnect());
      await pages[1].waitForFunction(() => !(window as any).__uid2.getAdvertisingToken());
      await init(pages[1], second);
      await pages[0].waitForFunction((wanted) => (window as any).__uid2.getAdvertisingToken() === wanted, second.advertising_token);
      expect((await heard(pages[0])).at(-1)).to.deep.equal(['IdentityUpdated', second.advertising_token]);
      expect((await stored(pages[0], SDK_KEY)).advertising_token).to.equal(second.advertising_token);
    });
  });

  describe('where the page has loaded UID2\'s own SDK', () => {
    it('steps aside, bids with its identity, refreshes nothing, and hears its logout', async () => {
      const identity = await world.login('stale');
      const page = await world.page();
      await page.addInitScript(`if (!window.__uid2) ${theirSdk(identity)}`);
      await page.goto(world.url);
      await page.evaluate((config) => (window as any).pbjs.setConfig(config), { userSync: { auctionDelay: 500, syncEnabled: false, userIds: [{ name: 'uid2' }] } });
      const id = () => page.evaluate(() => (window as any).pbjs.getUserIds().uid2?.id);
      await page.waitForFunction(() => (window as any).pbjs.getUserIds().uid2);
      expect(await id()).to.equal(identity.advertising_token);
      expect(await page.evaluate(() => 'now' in (window as any).__uid2)).to.equal(true);
      const next = await world.login();
      await page.evaluate((given) => (window as any).__uid2.now(given), next);
      expect(await id()).to.equal(next.advertising_token);
      await page.evaluate(() => (window as any).__uid2.now(null));
      expect(await id()).to.equal(undefined);
      expect(world.refreshes()).to.deep.equal([]);
    });
    it('takes a token of its that has expired for no logout', async () => {
      const identity = await world.login();
      const page = await world.page();
      await page.addInitScript(`if (!window.__uid2) ${theirSdk(identity)}`);
      await page.goto(world.url);
      await page.evaluate((config) => (window as any).pbjs.setConfig(config), { userSync: { auctionDelay: 500, syncEnabled: false, userIds: [{ name: 'uid2' }] } });
      const id = () => page.evaluate(() => (window as any).pbjs.getUserIds().uid2?.id);
      await page.waitForFunction(() => (window as any).pbjs.getUserIds().uid2);
      await page.evaluate((given) => (window as any).__uid2.now(given), identity);
      await world.later(5 * HOUR);
      await page.evaluate(() => (window as any).__uid2.now(null, true));
      expect(await id()).to.equal(undefined);
      expect((await stored(page, SDK_KEY)).advertising_token).to.equal(identity.advertising_token);
      const next = await world.login();
      await page.evaluate((given) => (window as any).__uid2.now(given), next);
      expect(await id()).to.equal(next.advertising_token);
      await page.evaluate(() => localStorage.clear());
    });
  });

  describe('on a page written for UID2\'s SDK', () => {
    it('runs the guides\' three snippets as they are, below the script', async () => {
      const identity = await world.login();
      const page = await loadHtml(`
        <script src="/prebid.js"></script>
        <script>
          __uid2.init({
            callback: function (state) { window.state = state; },
            identity: ${JSON.stringify(identity)},
            baseUrl: '${world.operator.url}'
          });
        </script>
        <script>let advertisingToken = __uid2.getAdvertisingToken();</script>
        <script>window.seen = advertisingToken; __uid2.disconnect();</script>`);
      const { advertising_token: first } = identity;
      expect(await page.evaluate(() => (window as any).seen)).to.equal(first);
      expect(await page.evaluate(() => (window as any).state)).to.deep.equal({ advertisingToken: first, advertising_token: first, status: 0, statusText: 'ok' });
      expect(await answers(page)).to.deep.equal(GONE);
    });
    it('tells callbacks that were queued before the script, SdkLoaded first', async () => {
      const identity = await world.login();
      const page = await loadHtml(`
        <script>
          window.heard = [];
          window.__uid2 = window.__uid2 || {};
          window.__uid2.callbacks = ['no function', (event, payload) => {
            heard.push(payload.identity ? [event, payload.identity.advertising_token] : event);
            if (event === 'SdkLoaded') __uid2.init(${JSON.stringify({ identity, baseUrl: world.operator.url })});
          }];
        </script>
        <script src="/prebid.js" async></script>`);
      await page.waitForFunction(() => (window as any).heard.length > 1);
      expect(await page.evaluate(() => (window as any).heard)).to.deep.equal(['SdkLoaded', ['InitCompleted', identity.advertising_token]]);
    });
    it('leaves a second bundle nothing to replace, which bids all the same', async () => {
      const identity = await world.login();
      const page = await load();
      await init(page, identity);
      const same = await page.evaluate(async () => {
        const own = window as any;
        const first = own.__uid2;
        own.pbjs = { que: [] };
        const script = document.createElement('script');
        script.src = '/prebid.js';
        document.head.append(script);
        await new Promise((resolve) => { script.onload = resolve; });
        own.pbjs.setConfig({ userSync: { syncEnabled: false, userIds: [{ name: 'uid2' }] } });
        await own.pbjs.getUserIdsAsync();
        return own.__uid2 === first;
      });
      expect(same).to.equal(true);
      expect(await page.evaluate(() => (window as any).pbjs.getUserIds().uid2?.id)).to.equal(identity.advertising_token);
      await page.evaluate(() => (window as any).__uid2.disconnect());
      expect(await page.evaluate(() => (window as any).pbjs.getUserIds().uid2?.id)).to.equal(undefined);
    });
    it('finds the statics on the constructor', async () => {
      const page = await load();
      expect(await page.evaluate(() => {
        const { VERSION, DEFAULT_REFRESH_RETRY_PERIOD_MS, EventType, IdentityStatus, setupGoogleTag, setupGoogleSecureSignals } = (window as any).__uid2.constructor;
        return [typeof VERSION, DEFAULT_REFRESH_RETRY_PERIOD_MS, EventType, IdentityStatus, typeof setupGoogleTag, typeof setupGoogleSecureSignals];
      })).to.deep.equal(['string', 5000,
        { SdkLoaded: 'SdkLoaded', InitCompleted: 'InitCompleted', IdentityUpdated: 'IdentityUpdated', OptoutReceived: 'OptoutReceived' },
        { ESTABLISHED: 0, REFRESHED: 1, EXPIRED: 100, NO_IDENTITY: -1, INVALID: -2, REFRESH_EXPIRED: -3, OPTOUT: -4 },
        'function', 'function']);
    });
    it('takes another user by setIdentity, and nobody by what is no identity', async () => {
      const page = await load();
      const [first, second] = [await world.login(), await world.login('fresh', OTHER)];
      const set = (identity: object) => page.evaluate((given) => {
        try {
          (window as any).__uid2.setIdentity(given);
        } catch (e) {
          return (e as Error).message;
        }
        return 'done';
      }, identity);
      expect(await set(first)).to.match(/init/);
      await init(page, first);
      expect(await set(second)).to.equal('done');
      expect((await heard(page)).slice(2)).to.deep.equal([[0, second.advertising_token], ['IdentityUpdated', second.advertising_token]]);
      expect((await stored(page, SDK_KEY)).advertising_token).to.equal(second.advertising_token);
      await set({ advertising_token: 'x' });
      expect((await heard(page)).at(-1)).to.deep.equal([-2, second.advertising_token]);
    });
    it('says so when what init is given is no identity', async () => {
      const page = await load();
      await init(page, { advertising_token: 'x' });
      expect(await heard(page)).to.deep.equal([['IdentityUpdated', null], [-2, null], ['InitCompleted', null]]);
    });
    it('says so when what init is given cannot be refreshed any more', async () => {
      const page = await load();
      await init(page, await world.login('dead'));
      expect(await heard(page)).to.deep.equal([['IdentityUpdated', null], [-3, null], ['InitCompleted', null]]);
      expect(await answers(page)).to.deep.equal(GONE);
    });
    it('merges a second init: another operator, one more callback, InitCompleted again', async () => {
      const identity = await world.login('expired');
      const page = await load();
      await init(page, undefined, { baseUrl: `${world.operator.url}/elsewhere` });
      await init(page, identity);
      await hears(page, 9);
      const now = await token(page);
      expect((await heard(page)).slice(3)).to.deep.equal([[100, null], [100, null], ['InitCompleted', null], [1, now], [1, now], ['IdentityUpdated', now]]);
      expect(world.refreshes().map(({ path }) => path)).to.deep.equal(['/v2/token/refresh']);
    });
    it('rejects who waits for a token where there is none', async () => {
      const page = await load();
      await init(page);
      expect(await page.evaluate(() => (window as any).__uid2.getAdvertisingTokenAsync().catch((error: Error) => error instanceof Error))).to.equal(true);
    });
  });

  describe('keeps', () => {
    const OPTIONS = { refreshRetryPeriod: 2000, cookiePath: '/' };
    const cookies = async () => Object.fromEntries((await world.context.cookies(world.url)).map(({ name, value }) => [name, decodeURIComponent(value)]));

    it('an opt-out for 72 hours, and no longer', async () => {
      const identity = await world.login('stale');
      world.operator.admin.fault({ endpoint: 'refresh', kind: 'optout' });
      const page = await load();
      await init(page, identity);
      await hears(page, 5);
      const optedOut = async () => {
        await load(page);
        await init(page);
        return page.evaluate(() => (window as any).__uid2.hasOptedOut());
      };
      await world.later(71 * HOUR);
      expect(await optedOut()).to.equal(true);
      await world.later(73 * HOUR);
      expect(await optedOut()).to.equal(false);
    });
    it('the options for the next page, without identity and callback', async () => {
      const page = await load();
      await init(page, await world.login(), OPTIONS);
      expect(await stored(page, `${SDK_KEY}_config`)).to.deep.equal({ baseUrl: world.operator.url, ...OPTIONS });
      expect(Object.keys(await cookies())).to.deep.equal([]);
    });
    it('the options in a cookie, where the identity is in one', async () => {
      const identity = await world.login();
      const page = await load();
      await init(page, identity, { ...OPTIONS, useCookie: true });
      expect(JSON.parse((await cookies()).__uid_2_config)).to.deep.equal({ baseUrl: world.operator.url, ...OPTIONS, useCookie: true });
      expect(await stored(page, `${SDK_KEY}_config`)).to.equal(null);
      await load(page);
      await page.waitForFunction(() => (window as any).__uid2.isInitComplete());
      expect(await token(page)).to.equal(identity.advertising_token);
    });
    it('the cookie at the domain that init names, and clears it there', async () => {
      const SITE = 'http://www.publisher.example/';
      const identity = await world.login();
      const page = await world.page();
      await page.route(`${SITE}**`, async (route) => route.fulfill({ response: await route.fetch({ url: route.request().url().replace(SITE, world.url) }) }));
      await page.goto(SITE);
      await page.waitForFunction(() => (window as any).__uid2?.init);
      await page.evaluate(LISTEN);
      await init(page, identity, { useCookie: true, cookieDomain: 'publisher.example' });
      const kept = async () => (await world.context.cookies(SITE)).find(({ name }) => name === '__uid_2');
      expect(await kept()).to.include({ domain: '.publisher.example', path: '/' });
      expect((await kept())!.expires).to.be.closeTo(identity.refresh_expires / 1000, 2);
      await page.evaluate(() => (window as any).__uid2.disconnect());
      expect(await kept()).to.equal(undefined);
    });
    for (const [name, value] of [['malformed', '%E0%A4%A'], ['no JSON', '%7B%22adv'], ['no identity', '%7B%22advertising_token%22%3A5%7D']]) {
      it(`nothing of a cookie that is ${name}`, async () => {
        await world.context.addCookies([{ name: '__uid_2', value, url: world.url }, { name: '__uid_2_config', value, url: world.url }]);
        const page = await load();
        await init(page, undefined, { useCookie: true });
        expect((await heard(page)).slice(-3)).to.deep.equal([['IdentityUpdated', null], [-1, null], ['InitCompleted', null]]);
      });
    }
    it('a user of the oldest cookies, which hold two tokens, and refreshes at once', async () => {
      const { advertising_token: first, refresh_token: refresh } = await world.loginV1();
      await world.context.addCookies([{ name: '__uid_2', value: encodeURIComponent(JSON.stringify({ advertising_token: first, refresh_token: refresh })), url: world.url }]);
      const page = await load();
      await init(page, undefined, { useCookie: true });
      await hears(page, 4);
      const now = await token(page);
      expect(await heard(page)).to.deep.equal([[0, first], ['InitCompleted', first], [1, now], ['IdentityUpdated', now]]);
      expect(now).to.be.a('string').and.not.equal(first);
    });
    it('working where storage is blocked', async () => {
      const identity = await world.login('expired');
      const page = await world.page();
      await page.addInitScript(`
        for (const name of ['getItem', 'setItem', 'removeItem']) Storage.prototype[name] = () => { throw new Error('blocked'); };
        Object.defineProperty(Document.prototype, 'cookie', { get() { throw new Error('blocked'); }, set() { throw new Error('blocked'); } });`);
      await load(page);
      await init(page, identity);
      await hears(page, 4);
      const now = await token(page);
      expect(await heard(page)).to.deep.equal([[100, null], ['InitCompleted', null], [1, now], ['IdentityUpdated', now]]);
      await page.evaluate(() => (window as any).__uid2.disconnect());
      expect(await answers(page)).to.deep.equal(GONE);
    });
  });

  describe('where consent rules forbid it', () => {
    const DENIALS = {
      gdprApplies: {
        consentManagement: {
          gdpr: { cmpApi: 'static', consentData: { getTCData: { tcString: 'COvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA', cmpId: 1, gdprApplies: true, purpose: { consents: {}, legitimateInterests: {} }, vendor: { consents: {}, legitimateInterests: {} } } } }
        }
      },
      coppa: { coppa: true }
    };
    for (const [reason, config] of Object.entries(DENIALS)) {
      it(`(${reason}) reads, stores, sends and answers nothing`, async () => {
        const page = await world.page();
        await page.addInitScript(`{
          window.used = [];
          for (const name of ['getItem', 'setItem']) {
            const real = Storage.prototype[name];
            Storage.prototype[name] = function (key, ...rest) {
              if (/uid2/i.test(key)) used.push(name + ' ' + key);
              return real.call(this, key, ...rest);
            };
          }
        }`);
        await load(page);
        const left = await world.login();
        await page.evaluate(([key, text]) => localStorage.setItem(key, text), [SDK_KEY, JSON.stringify(left)]);
        await page.evaluate((given) => (window as any).pbjs.setConfig(given), config);
        await page.evaluate((given) => (window as any).pbjs.setConfig(given), { userSync: { auctionDelay: 500, syncEnabled: false, userIds: [{ name: 'uid2' }] } });
        await page.evaluate(() => (window as any).pbjs.getUserIdsAsync());
        await page.waitForFunction((wanted) => (window as any).pbjs.uid2.status().reason === wanted, reason);
        await page.evaluate(() => { (window as any).used = []; });
        const identity = await world.login('expired');
        await init(page, identity);
        expect(await heard(page)).to.deep.equal([['IdentityUpdated', null], [-1, null], ['InitCompleted', null]]);
        expect(await answers(page)).to.deep.equal(GONE);
        expect(await page.evaluate((cstg) => (window as any).__uid2.setIdentityFromEmail('user@example.com', cstg).catch((error: Error) => error.name), world.operator.cstg)).to.equal('Error');
        expect(await page.evaluate(() => (window as any).pbjs.getUserIds())).to.deep.equal({});
        expect([asked().includes('refresh'), asked().includes('client-generate')]).to.deep.equal([false, false]);
        expect((await world.context.cookies(world.url)).map(({ name }) => name)).to.deep.equal([]);
        expect(await page.evaluate(() => (window as any).used)).to.deep.equal([]);
      });
    }
    // of a page that queues what it sets, and calls init as soon as it can; an earlier page has kept its options and an identity
    const early = async (setUp: string) => {
      const [kept, given] = [await world.login('stale'), await world.login('stale')];
      const options = { baseUrl: world.operator.url };
      const page = await loadHtml(`<script>
        localStorage.setItem('${SDK_KEY}', ${JSON.stringify(JSON.stringify(kept))});
        localStorage.setItem('${SDK_KEY}_config', ${JSON.stringify(JSON.stringify(options))});
        window.before = JSON.stringify(localStorage);
        window.heard = [];
        window.__uid2 = { callbacks: [(event, { identity }) => {
          heard.push(identity ? [event, identity.advertising_token] : event);
          if (event === 'SdkLoaded') __uid2.init(${JSON.stringify({ ...options, identity: given })});
        }] };
        window.pbjs = { que: [] };
        ${setUp}
      </script>
      <script src="/prebid.js" async></script>`);
      return {
        page,
        given,
        /** Whether nothing has been kept or asked. */
        async isUntouched() {
          return await page.evaluate(() => JSON.stringify(localStorage) === (window as any).before) && !asked().includes('refresh');
        }
      };
    };

    /** A consent platform that answers when `answer()` is called. */
    const SLOW_CMP = `
        window.__tcfapi = (command, version, callback) => {
          if (command === 'addEventListener') window.answer = () => callback({ tcString: 'COvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA', cmpId: 1, gdprApplies: false, eventStatus: 'tcloaded', listenerId: 1 }, true);
        };
        pbjs.que.push(() => pbjs.setConfig({ consentManagement: { gdpr: { cmpApi: 'iab', timeout: 60000 } } }));
        pbjs.que.push(() => pbjs.getUserIdsAsync());`;

    it('has heard of COPPA in the page\'s queue before it begins', async () => {
      const { page, isUntouched } = await early('pbjs.que.push(() => pbjs.setConfig({ coppa: true }));');
      await page.waitForFunction(() => (window as any).heard.some((one: unknown) => one === 'InitCompleted'));
      expect(await isUntouched()).to.equal(true);
      expect(await page.evaluate(() => (window as any).__uid2.getIdentity())).to.equal(null);
    });

    it('begins when the CMP has answered, and not before', async () => {
      const { page, given, isUntouched } = await early(SLOW_CMP);
      await page.waitForFunction(() => (window as any).answer);
      expect([await isUntouched(), await page.evaluate(() => (window as any).heard), await answers(page)]).to.deep.equal([true, ['SdkLoaded'], [undefined, null, true, false, undefined]]);
      await page.evaluate(() => (window as any).answer());
      await page.waitForFunction(() => (window as any).heard.length > 1);
      expect((await page.evaluate(() => (window as any).heard)).slice(0, 2)).to.deep.equal(['SdkLoaded', ['InitCompleted', given.advertising_token]]);
    });

    it('logs nobody in whom the page has logged out before', async () => {
      const { page, isUntouched } = await early(SLOW_CMP);
      await page.waitForFunction(() => (window as any).answer);
      expect(await isUntouched()).to.equal(true);
      await page.evaluate(() => (window as any).__uid2.disconnect());
      await page.evaluate(() => (window as any).answer());
      await page.waitForFunction(() => (window as any).heard.length > 1);
      expect(await answers(page)).to.deep.equal(GONE);
      expect([await stored(page, KEY), asked().includes('refresh')]).to.deep.equal([null, false]);
    });

    it('finds who was kept once it may look, though it was asked before', async () => {
      const identity = await world.login();
      const visitor = await world.open({ params: {} });
      const { page } = visitor;
      await page.evaluate(() => (window as any).pbjs.setConfig({ coppa: true }));
      await page.evaluate(([key, text]) => localStorage.setItem(key, text), [SDK_KEY, JSON.stringify(identity)]);
      await page.evaluate(LISTEN);
      expect(await answers(page)).to.deep.equal([undefined, null, true, false, undefined]);
      await init(page);
      await page.evaluate(() => (window as any).pbjs.setConfig({ coppa: false }));
      for (let count = 0; count < 2; count++) expect((await visitor.auction()).uid2.appnexus).to.equal(identity.advertising_token);
      expect(await token(page)).to.equal(identity.advertising_token);
      expect(await stored(page, SDK_KEY)).to.include(identity);
    });

    it('tells that there is nobody when it is withdrawn in mid-page, leaves storage alone, and tells of the identity when it is back', async () => {
      const identity = await world.login();
      const visitor = await world.open({ params: {} });
      const { page } = visitor;
      await page.evaluate(LISTEN);
      await init(page, identity);
      await page.evaluate(() => (window as any).pbjs.setConfig({ coppa: true }));
      expectNoUid2(await visitor.auction(), identity.advertising_token);
      expect((await heard(page)).slice(2)).to.deep.equal([['IdentityUpdated', null]]);
      expect(await answers(page)).to.deep.equal(GONE);
      expect((await stored(page, SDK_KEY)).advertising_token).to.equal(identity.advertising_token);
      await page.evaluate(() => (window as any).pbjs.setConfig({ coppa: false }));
      expect((await visitor.auction()).uid2.appnexus).to.equal(identity.advertising_token);
      expect((await heard(page)).slice(3)).to.deep.equal([[1, identity.advertising_token], ['IdentityUpdated', identity.advertising_token]]);
    });
  });

  describe('beside Prebid\'s config', () => {
    const prepared = async ({ page }: Visitor) => {
      await page.evaluate(LISTEN);
      return page;
    };

    it('answers with the config\'s token, which goes before init\'s', async () => {
      const [ours, theirs] = [await world.login(), await world.login('fresh', OTHER)];
      const visitor = await world.open({ params: { uid2Token: ours } });
      await init(await prepared(visitor), { ...theirs, identity_expires: theirs.identity_expires + HOUR });
      expect(await token(visitor.page)).to.equal(ours.advertising_token);
      expect((await visitor.auction()).uid2.appnexus).to.equal(ours.advertising_token);
    });
    it('hears of the next user, whom only the config names', async () => {
      const [first, second] = [await world.login('stale'), await world.login('fresh', OTHER)];
      world.operator.admin.fault({ endpoint: 'refresh', kind: 'hang' });
      const visitor = await world.open({ params: {} });
      const page = await prepared(visitor);
      await init(page, first);
      await visitor.configure({ uid2Token: second });
      expect((await visitor.auction()).uid2.appnexus).to.equal(second.advertising_token);
      expect((await heard(page)).at(-1)).to.deep.equal(['IdentityUpdated', second.advertising_token]);
      expect((await stored(page, SDK_KEY)).advertising_token).to.equal(second.advertising_token);
    });
    it('bids no more in a tab whose user has left in another', async () => {
      const visitors = [await world.open({ params: {} }), await world.open({ params: {} })];
      const identity = await world.login();
      for (const visitor of visitors) await init(await prepared(visitor), identity);
      expect((await visitors[1].auction()).uid2.appnexus).to.equal(identity.advertising_token);
      await visitors[0].page.evaluate(() => (window as any).__uid2.disconnect());
      await visitors[1].page.waitForFunction(() => (window as any).heard.at(-1)[0] === 'IdentityUpdated');
      expectNoUid2(await visitors[1].auction(), identity.advertising_token);
      expect(await stored(visitors[1].page, SDK_KEY)).to.equal(null);
    });
    it('says nothing secret in the console, debugging or not', async () => {
      const identity = await world.login('expired');
      const lines: string[] = [];
      const page = await world.page();
      page.on('console', (message) => lines.push(message.text()));
      await page.addInitScript('Object.assign(window, { pbjs: { que: [() => pbjs.setConfig({ debug: true })] } })');
      await load(page);
      await page.evaluate(() => (window as any).__uid2.callbacks.push(() => { throw new Error('of the page'); }));
      await init(page, identity);
      await hears(page, 4);
      const now = await token(page);
      world.operator.admin.fault({ endpoint: 'client-generate', kind: 'status', status: 500 });
      await page.evaluate((cstg) => (window as any).__uid2.setIdentityFromEmail('reader@example.org', cstg).catch(() => {}), world.operator.cstg);
      await page.evaluate((cstg) => (window as any).__uid2.setIdentityFromPhone('0491 570 006', cstg).catch(() => {}), world.operator.cstg);
      await page.evaluate(() => (window as any).__uid2.disconnect());
      expect(lines.some((line) => /UID2/.test(line))).to.equal(true);
      const secrets = [identity.advertising_token, identity.refresh_token, identity.refresh_response_key!, now!, 'reader@example.org', '0491 570 006'];
      expect(secrets.filter((secret) => lines.some((line) => line.includes(secret)))).to.deep.equal([]);
    });
  });

  it('leaves an identity whole that a page with UID2\'s own SDK keeps meanwhile, and bids with it', async () => {
    const identity = await world.login();
    const visitor = await world.open({ params: {} });
    const { page } = visitor;
    await page.evaluate(LISTEN);
    await init(page);
    await page.evaluate(([key, text]) => localStorage.setItem(key, text), [SDK_KEY, JSON.stringify(identity)]);
    for (let count = 0; count < 2; count++) expect((await visitor.auction()).uid2.appnexus).to.equal(identity.advertising_token);
    expect(await stored(page, SDK_KEY)).to.deep.equal(identity);
  });

  describe('for Google Secure Signals', () => {
    /** An object of the official script's shape, which cannot be had here. */
    const SCRIPT = `
      window.googletag = { cmd: [], secureSignalProviders: [] };
      window.registered = 0;
      window.__uid2SecureSignalProvider = {
        registerSecureSignalProvider() {
          registered++;
          googletag.secureSignalProviders.push({ id: 'uidapi.com', collectorFunction: () => __uid2.getAdvertisingTokenAsync() });
        }
      };`;
    const registered = (page: Page): Promise<number> => page.evaluate(() => (window as any).registered);
    const collected = (page: Page) => page.evaluate(() => (window as any).googletag.secureSignalProviders.at(-1).collectorFunction());

    it('the official script is told of an identity, and gets the token', async () => {
      const identity = await world.login();
      const page = await load();
      await page.evaluate(SCRIPT);
      await init(page);
      expect(await registered(page)).to.equal(0);
      await init(page, identity);
      expect(await registered(page)).to.be.at.least(1);
      expect(await collected(page)).to.equal(identity.advertising_token);
    });
    it('a script that is loaded later is told by setupGoogleSecureSignals', async () => {
      const identity = await world.login('expired');
      const page = await load();
      await page.evaluate(() => (window as any).__uid2.constructor.setupGoogleSecureSignals());
      await init(page, identity);
      await page.evaluate(SCRIPT);
      await page.evaluate(() => (window as any).__uid2.constructor.setupGoogleSecureSignals());
      expect(await registered(page)).to.be.at.least(1);
      expect(await collected(page)).to.equal(await token(page));
    });
    it('goes on where the script throws', async () => {
      const identity = await world.login();
      const page = await load();
      await page.evaluate('window.__uid2SecureSignalProvider = { registerSecureSignalProvider() { throw new Error(); } }');
      await init(page, identity);
      expect(await heard(page)).to.deep.equal([[0, identity.advertising_token], ['InitCompleted', identity.advertising_token]]);
    });
    it('Prebid\'s own encryptedSignalSources has the eid', async () => {
      const identity = await world.login();
      const visitor = await world.open({ params: {} });
      const { page } = visitor;
      await page.evaluate(LISTEN);
      await init(page, identity);
      await page.evaluate('window.googletag = { secureSignalProviders: [], pubads: () => ({ getSlots: () => [] }) }');
      const signal = await page.evaluate(async () => {
        const own = window as any;
        own.pbjs.mergeConfig({ userSync: { encryptedSignalSources: { sources: [{ source: ['uidapi.com'], encrypt: false }] } } });
        own.pbjs.registerSignalSources();
        while (!own.googletag.secureSignalProviders.length) await new Promise(requestAnimationFrame);
        return own.googletag.secureSignalProviders[0].collectorFunction();
      });
      expect(JSON.stringify(signal)).to.include(identity.advertising_token);
    });
  });

  describe('under attack', () => {
    it('is not brought back by an answer that comes after the logout', async () => {
      const identity = await world.login('expired');
      const page = await world.page();
      // a browser that cannot give up what it has asked for
      await page.addInitScript(`{
        const real = fetch;
        window.fetch = async (...asked) => {
          // Prebid 9 and 10 make no Request of it
          const { url, method } = new Request(...asked);
          const response = await real(url, { method, body: ${JSON.stringify(identity.refresh_token)} });
          window.answered = await new Promise((resolve) => { window.answer = () => resolve(true); });
          return response;
        };
      }`);
      await load(page);
      await init(page, identity);
      await page.waitForFunction(() => (window as any).answer);
      await page.evaluate(async () => {
        (window as any).__uid2.disconnect();
        (window as any).answer();
        await navigator.locks.request('uid2', () => {});
      });
      expect(await page.evaluate(() => (window as any).answered)).to.equal(true);
      expect(await answers(page)).to.deep.equal(GONE);
      expect([await stored(page, SDK_KEY), await stored(page, KEY)]).to.deep.equal([null, null]);
    });
    it('leaves nothing that another tab has kept just before it hears of the logout', async () => {
      const identity = await world.login();
      const pages = [await load(), await world.page()];
      await pages[1].addInitScript(`addEventListener('storage', ({ key }) => key === '${KEY}_note' && localStorage.setItem('${SDK_KEY}', '${JSON.stringify(identity)}'))`);
      await load(pages[1]);
      for (const page of pages) await init(page, identity);
      await pages[0].evaluate(() => (window as any).__uid2.disconnect());
      await pages[1].waitForFunction(() => (window as any).heard.at(-1)[0] === 'IdentityUpdated');
      expect(await token(pages[1])).to.equal(undefined);
      await pages[1].waitForFunction((key) => localStorage.getItem(key) === null, SDK_KEY);
    });
    it('rejects an e-mail address\'s token that a logout or the next address comes before', async () => {
      const page = await load();
      await init(page);
      world.operator.admin.fault({ endpoint: 'client-generate', kind: 'hang' });
      const reasons = await page.evaluate(async (cstg) => {
        const { __uid2 } = window as any;
        const all = ['first@example.com', 'second@example.com'].map((email) => __uid2.setIdentityFromEmail(email, cstg).catch((error: Error) => error.message));
        __uid2.disconnect();
        return Promise.all(all);
      }, world.operator.cstg);
      expect(reasons).to.deep.equal(['UID2 SDK aborted.', 'UID2 SDK aborted.']);
      expect(await answers(page)).to.deep.equal(GONE);
      world.operator.admin.clearFaults();
      expect(await page.evaluate((cstg) => (window as any).__uid2.setIdentityFromEmail('second@example.com', cstg), world.operator.cstg)).to.equal(undefined);
      expect(await token(page)).to.be.a('string');
    });
    it('does not bring back who has left, though the page goes on giving init their identity', async () => {
      const identity = await world.login();
      const page = await load();
      await init(page, identity);
      await page.evaluate(() => (window as any).__uid2.disconnect());
      await init(page, identity);
      await page.evaluate((given) => (window as any).__uid2.setIdentity(given), identity);
      expect(await answers(page)).to.deep.equal(GONE);
      expect([await stored(page, SDK_KEY), await stored(page, KEY)]).to.deep.equal([null, null]);
      const next = await world.login();
      await init(page, next);
      expect(await token(page)).to.equal(next.advertising_token);
    });
    it('forgets a token at once when its time is over, whoever asks', async () => {
      const identity = await world.login();
      const page = await load();
      await init(page, identity);
      world.operator.admin.fault({ endpoint: 'refresh', kind: 'status', status: 500 });
      await world.later(5 * HOUR);
      expect(await token(page)).to.equal(undefined);
      expect(await page.evaluate(() => (window as any).__uid2.getIdentity())).to.equal(null);
    });
    it('has one user when init is called twice at once', async () => {
      const [first, second] = [await world.login('expired'), await world.login('expired', OTHER)];
      const page = await load();
      const got = await page.evaluate(async (options) => {
        const { __uid2 } = window as any;
        options.forEach((one) => __uid2.init(one));
        return __uid2.getAdvertisingTokenAsync();
      }, [first, { ...second, identity_expires: first.identity_expires + HOUR / 2 }].map((identity) => ({ identity, baseUrl: world.operator.url })));
      expect(await token(page)).to.equal(got);
      expect((await stored(page, KEY)).originalToken.advertising_token).to.equal(second.advertising_token);
    });
    it('survives callbacks that log out or begin again', async () => {
      const identity = await world.login();
      const page = await load();
      await page.evaluate(() => {
        let left = 3;
        (window as any).__uid2.callbacks.push((event: string) => {
          if (event === 'InitCompleted' && left-- > 0) (window as any).__uid2.disconnect();
          if (event === 'IdentityUpdated' && left-- > 0) (window as any).__uid2.init({});
        });
      });
      await init(page, identity);
      expect(await answers(page)).to.deep.equal(GONE);
      expect([await stored(page, SDK_KEY), await stored(page, KEY)]).to.deep.equal([null, null]);
    });
    it('tells of a refresh once, though a callback makes the module look again', async () => {
      const identity = await world.login('stale');
      const page = await load();
      await page.evaluate(() => (window as any).__uid2.callbacks.push(() => dispatchEvent(new Event('pageshow'))));
      await init(page, identity);
      await hears(page, 4);
      const now = await token(page);
      expect((await heard(page)).slice(2)).to.deep.equal([[1, now], ['IdentityUpdated', now]]);
    });
    it('tells nobody of a token after it has told of its end', async () => {
      const identity = await world.login();
      const page = await load();
      const events = await page.evaluate(async (options) => {
        const { __uid2 } = window as any;
        const told: unknown[] = [];
        __uid2.callbacks.splice(0);
        __uid2.callbacks.push((event: string) => event === 'InitCompleted' && __uid2.disconnect());
        __uid2.callbacks.push((_event: string, payload: { identity?: unknown }) => told.push(!!payload.identity));
        __uid2.init(options);
        return told;
      }, { identity, baseUrl: world.operator.url });
      expect(events.at(-1)).to.equal(false);
    });
    it('bids byte for byte whatever the page does to identities that it has given or got', async () => {
      const identity = await world.login();
      const visitor = await world.open({ params: {} });
      await visitor.page.evaluate((options) => {
        const { __uid2 } = window as any;
        __uid2.callbacks.push((_event: string, payload: { identity?: Identity }) => { if (payload.identity) payload.identity.advertising_token = 'of an event'; });
        __uid2.init(options);
        options.identity.advertising_token = 'given';
        __uid2.getIdentity().advertising_token = 'got';
      }, { identity, baseUrl: world.operator.url });
      expect((await visitor.auction()).uid2.appnexus).to.equal(identity.advertising_token);
      expect(await token(visitor.page)).to.equal(identity.advertising_token);
    });
  });
});
