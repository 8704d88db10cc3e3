// Where another script has put its `window.__uid2` on the page: UID2's own SDK, or ours of another Prebid.
import { expect } from 'chai';
import type { Identity } from '../../operator/index.ts';
import type { Page } from 'playwright-core';
import { answers, disconnect, GONE, heard, hears, HOUR, OTHER, SDK_KEY, setFrom, SLOW_CMP, stored, token, withSdk } from './sdkPage.ts';
import { SSPS } from './ssps.ts';
import { KEY } from './visitor.ts';

/** An object of its shape: the official SDK cannot be had here. */
const theirSdk = (identity: object) => `{
  const listeners = [];
  let current = ${JSON.stringify(identity)};
  const keep = () => current ? localStorage.setItem('UID2-sdk-identity', JSON.stringify(current)) : localStorage.removeItem('UID2-sdk-identity');
  window.__uid2 = {
    init() {},
    callbacks: {
      push(listener) {
        listeners.push(listener);
        ['SdkLoaded', 'InitCompleted'].forEach((event) => listener(event, { identity: current }));
      }
    },
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

// calls what it finds, with something that listens, and writes down what it is told or given
const PRY = `
  window.shown = [];
  window.pry = () => {
    const spy = (...given) => shown.push(given);
    __uid2.callbacks.push(spy);
    for (const [name, member] of Object.entries(__uid2)) {
      if (typeof member !== 'function') shown.push(member);
      else if (!['init', 'disconnect', 'abort'].includes(name)) new Promise((resolve) => resolve(member(spy, spy))).then(spy, spy);
    }
  };
  pry();`;

const AUCTION = `pbjs.requestBids({ timeout: 5000, adUnits: [{ code: 'banner', mediaTypes: { banner: { sizes: [[300, 250]] } }, bids: ${JSON.stringify([{ bidder: 'appnexus', params: SSPS.appnexus.params }])} }] })`;

describe('window.__uid2 of another script', () => {
  const world = withSdk();
  const { load, init, asked } = world;

  it('shows no script of the page an address or an account, whatever it calls (R18)', async () => {
    const page = await load();
    await init(page, await world.login());
    await page.evaluate(PRY);
    expect(await setFrom(page, 'setIdentityFromEmail', OTHER, world.operator.cstg)).to.equal('done');
    const now = await token(page);
    const shown = await page.evaluate(() => {
      (window as any).pry();
      return JSON.stringify((window as any).shown);
    });
    expect(shown).to.include(now);
    for (const secret of [OTHER, ...Object.values(world.operator.cstg)]) expect(shown).not.to.include(secret);
  });

  /** A page with UID2's own SDK, which has this identity, and Prebid after it. */
  async function besideTheirs(identity: Identity, script = '') {
    const page = await world.page();
    await page.addInitScript(`if (!window.__uid2) { ${theirSdk(identity)}; ${script} }`);
    await page.goto(world.url);
    await page.evaluate((config) => (window as any).pbjs.setConfig(config), { userSync: { auctionDelay: 60_000, syncEnabled: false, userIds: [{ name: 'uid2' }] } });
    await page.waitForFunction(() => (window as any).pbjs.getUserIds().uid2);
    return { page, id: () => page.evaluate(() => (window as any).pbjs.getUserIds().uid2?.id) };
  }

  it('steps aside, bids with its identity, refreshes nothing, and hears its logout', async () => {
    const identity = await world.login('stale');
    const { page, id } = await besideTheirs(identity);
    expect(await id()).to.equal(identity.advertising_token);
    expect(await page.evaluate(() => 'now' in (window as any).__uid2)).to.equal(true);
    const next = await world.login();
    await page.evaluate((given) => (window as any).__uid2.now(given), next);
    expect(await id()).to.equal(next.advertising_token);
    await page.evaluate(() => (window as any).__uid2.now(null));
    expect(await id()).to.equal(undefined);
    expect(world.refreshes()).to.deep.equal([]);
  });
  it('hears its logout also where a callback of the page looks at the reader first', async () => {
    const identity = await world.login();
    // our own record is from before the site had that SDK
    const before = await load();
    await init(before, identity);
    await before.close();
    const { page, id } = await besideTheirs(identity, `__uid2.callbacks.push((event, { identity }) => {
      if (identity) return;
      pbjs.setConfig({ userSync: { userIds: [{ name: 'uid2' }] } });
      window.seen = pbjs.getUserIds();
    });`);
    await page.evaluate(() => (window as any).__uid2.now(null));
    expect(await page.evaluate(() => (window as any).seen)).to.deep.equal({});
    expect([await id(), await stored(page, KEY)]).to.deep.equal([undefined, null]);
  });
  it('takes a token of its that has expired for no logout', async () => {
    const identity = await world.login();
    const { page, id } = await besideTheirs(identity);
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

  it('takes the end of an identity that cannot be refreshed any more for no logout of the config\'s reader', async () => {
    const [theirs, ours] = [await world.login('dead'), await world.login()];
    const page = await world.page();
    await page.addInitScript(`if (!window.__uid2) { ${theirSdk(theirs)} }`);
    await page.goto(world.url);
    const params = { uid2ApiBase: world.operator.url, uid2Token: ours };
    await page.evaluate('new Promise((done) => pbjs.que.push(() => pbjs.que.push(done)))');
    await page.evaluate((config) => {
      (window as any).pbjs.setConfig(config);
      (window as any).__uid2.now(null);
    }, { userSync: { auctionDelay: 60_000, syncEnabled: false, userIds: [{ name: 'uid2', params }] } });
    await page.evaluate(AUCTION);
    expect(await page.evaluate(() => (window as any).pbjs.getUserIds().uid2?.id)).to.equal(ours.advertising_token);
  });

  // of a config that names a reader by an address; Prebid asks for the ID only after the scripts that set it
  const byAddress = () => {
    const params = { uid2ApiBase: world.operator.url, ...world.operator.cstg, email: OTHER };
    return JSON.stringify({ userSync: { auctionDelay: 60_000, syncEnabled: false, userIds: [{ name: 'uid2', params }] } });
  };
  const expectNobody = async (page: Page) => {
    await page.evaluate(AUCTION);
    expect(await page.evaluate(() => [(window as any).pbjs.getUserIds(), (window as any).pbjs.uid2.status().reason])).to.deep.equal([{}, 'loggedOut']);
    expect(asked()).to.deep.equal(['generate']);
  };

  it('asks for nobody whom a config names that Prebid has not asked for yet, when UID2\'s SDK logs out', async () => {
    const page = await world.page();
    await page.addInitScript(`if (!window.__uid2) { ${theirSdk(await world.login())} }`);
    await page.goto(world.url);
    // its script has been heard once another one of the page's queue runs
    await page.evaluate('new Promise((done) => pbjs.que.push(() => pbjs.que.push(done)))');
    await page.evaluate(`pbjs.setConfig(${byAddress()}); __uid2.now(null)`);
    await expectNobody(page);
  });
  it('asks for nobody in the config, when UID2\'s SDK has logged out before the CMP has answered', async () => {
    const page = await world.page();
    await page.addInitScript(`if (!window.__uid2) { ${theirSdk(await world.login())} ${SLOW_CMP} pbjs.que.push(() => pbjs.setConfig(${byAddress()})); }`);
    await page.goto(world.url);
    await page.waitForFunction(() => (window as any).answer);
    await page.evaluate(() => (window as any).__uid2.now(null));
    await page.evaluate(() => (window as any).answer(false));
    await expectNobody(page);
  });

  describe('where two Prebids have it', () => {
    const CONFIG = { userSync: { auctionDelay: 60_000, syncEnabled: false, userIds: [{ name: 'uid2' }] } };

    /** Loads the bundle once more, as `pbjs`; the first one is `first` from here on. */
    const again = (page: Page) => page.evaluate(async (config) => {
      const own = window as any;
      own.first = own.pbjs;
      own.sdk = own.__uid2;
      own.pbjs = { que: [] };
      const script = document.createElement('script');
      script.src = '/prebid.js';
      document.head.append(script);
      await new Promise((resolve) => { script.onload = resolve; });
      for (const one of [own.first, own.pbjs]) one.setConfig(config);
      await Promise.all([own.first.getUserIdsAsync(), own.pbjs.getUserIdsAsync()]);
    }, CONFIG);
    const ids = (page: Page) => page.evaluate(() => [(window as any).first, (window as any).pbjs].map((one) => one.getUserIds().uid2?.id ?? null));

    it('leaves it to the first, and both bid', async () => {
      const identity = await world.login();
      const page = await load();
      await init(page, identity);
      await again(page);
      expect(await page.evaluate(() => (window as any).sdk === (window as any).__uid2)).to.equal(true);
      expect(await ids(page)).to.deep.equal([identity.advertising_token, identity.advertising_token]);
      await disconnect(page);
      expect(await ids(page)).to.deep.equal([null, null]);
    });
    it('makes one request for both, whatever is said after the second has come', async () => {
      const page = await load();
      await again(page);
      const elsewhere: string[] = [];
      page.on('request', (request) => { if (!request.url().startsWith('http://127.0.0.1')) elsewhere.push(request.url()); });
      const identity = await world.login('stale');
      await init(page, identity);
      await hears(page, 4);
      const now = await token(page);
      await page.waitForFunction((wanted) => (window as any).pbjs.getUserIds().uid2?.id === wanted, now);
      expect(await ids(page)).to.deep.equal([now, now]);
      expect(await setFrom(page, 'setIdentityFromEmail', OTHER, world.operator.cstg)).to.equal('done');
      const next = await token(page);
      await page.waitForFunction((wanted) => (window as any).pbjs.getUserIds().uid2?.id === wanted, next);
      expect(asked().filter((one) => one === 'refresh' || one === 'client-generate')).to.deep.equal(['refresh', 'client-generate']);
      expect(elsewhere).to.deep.equal([]);
    });
    it('a logout by the second is told, and nobody comes back in either', async () => {
      const page = await load();
      await again(page);
      await init(page);
      expect(await setFrom(page, 'setIdentityFromEmail', OTHER, world.operator.cstg)).to.equal('done');
      await page.evaluate(() => (window as any).pbjs.uid2.disconnect());
      expect((await heard(page)).at(-1)).to.deep.equal(['IdentityUpdated', null]);
      await page.evaluate(() => { for (const one of [(window as any).first, (window as any).pbjs]) one.setConfig({ userSync: { userIds: [{ name: 'uid2' }] } }); });
      expect(await ids(page)).to.deep.equal([null, null]);
      expect(await answers(page)).to.deep.equal(GONE);
    });
  });
});
