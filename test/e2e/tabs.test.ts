import { expect } from 'chai';
import { inBrowser } from './support.ts';
import { gate, inLine, openTab, openTabs, type Tab, until, watchErrors } from './tabs.ts';
import { KEY, type Params } from './visitor.ts';

const PATIENCE = 5000;

describe('Tabs', () => {
  const world = inBrowser({ tabs: 30 });
  let errors: ReturnType<typeof watchErrors>;
  beforeEach(() => { errors = watchErrors(world.context); });
  afterEach(() => errors.expectNone());

  const record = async ({ page }: Tab, storage: Params['storage'] = 'localStorage') => {
    const cookies = await world.context.cookies(world.url);
    const text = storage === 'cookie' ? decodeURIComponent(cookies.find(({ name }) => name === KEY)?.value ?? 'null')
      : await page.evaluate((key) => localStorage[key], KEY);
    return JSON.parse(text).latestToken.advertising_token;
  };
  const each = (tabs: Tab[], token: string) => tabs.map(() => token);

  /** Opens tabs at once; the operator's first answer comes when all of them wait for it. What each one's auction was given. */
  async function together(count: number, params: Params) {
    const door = await gate(world);
    const tabs = await openTabs(world, count, params);
    const auctions = Promise.all(tabs.map((tab) => tab.bid()));
    await inLine(tabs[0].page, () => count - door.waiting());
    door.open();
    return { tabs, bids: await auctions };
  }

  for (const age of ['stale', 'expired'] as const) {
    for (const count of [2, 10, 30]) {
      it(`${count} of them with one ${age} token make one request, and bid with the same new one`, async () => {
        const uid2Token = await world.login(age);
        const { tabs, bids } = await together(count, { uid2Token });
        const token = await record(tabs[0]);
        expect(token).not.to.equal(uid2Token.advertising_token);
        expect(bids).to.deep.equal(each(tabs, token));
        expect(await Promise.all(tabs.map((tab) => record(tab)))).to.deep.equal(each(tabs, token));
        expect(await Promise.all(tabs.map((tab) => tab.id()))).to.deep.equal(each(tabs, token));
        expect(world.refreshes()).to.have.length(1);
      });
    }

    it(`10 of them with one ${age} token in a cookie make one request, and bid with the same new one`, async () => {
      const uid2Token = await world.login(age);
      const { tabs, bids } = await together(10, { uid2Token, storage: 'cookie' });
      expect(bids).to.deep.equal(each(tabs, await record(tabs[0], 'cookie')));
      expect(bids[0]).not.to.equal(uid2Token.advertising_token);
      expect(world.refreshes()).to.have.length(1);
    });
  }

  it('take the result from storage when the lock is not to be had', async () => {
    const uid2Token = await world.login('expired');
    const door = await gate(world);
    const asking = await openTab(world, { uid2Token });
    await until(world, () => door.waiting() === 1);
    // next in line, and never done
    await asking.page.evaluate(async () => {
      const { held } = await navigator.locks.query();
      navigator.locks.request(held![0].name!, () => new Promise(() => {}));
    });
    const waiting = await openTab(world, { uid2Token });
    const bid = waiting.bid();
    await inLine(asking.page, () => 2);
    door.open();
    expect(await bid).to.equal(await record(asking));
    expect(world.refreshes()).to.have.length(1);
  });

  it('opened after the refresh ask nothing', async () => {
    const uid2Token = await world.login('expired');
    const token = await (await openTab(world, { uid2Token })).bid();
    expect(await (await openTab(world, { uid2Token })).bid()).to.equal(token);
    expect(world.refreshes()).to.have.length(1);
  });
});

describe('A tab that ends in the middle of its refresh', () => {
  const world = inBrowser({ timers: true });
  let errors: ReturnType<typeof watchErrors>;
  beforeEach(() => { errors = watchErrors(world.context); });
  afterEach(() => errors.expectNone());

  /** One tab that asks an operator who never answers it, and one that waits for the lock. */
  async function askingAndWaiting() {
    await world.context.clock.setSystemTime(Date.now());
    const uid2Token = await world.login('expired');
    world.operator.admin.fault({ endpoint: 'refresh', kind: 'hang', times: 1 });
    const asking = await openTab(world, { uid2Token });
    await until(world, () => world.refreshes().length === 1);
    const waiting = await openTab(world, { uid2Token });
    const bid = waiting.bid();
    await inLine(waiting.page, () => 1);
    return { uid2Token, asking, waiting, bid };
  }

  async function expectRefreshed(tab: Tab, bid: Promise<string | undefined>, old: string) {
    expect(await bid).to.be.a('string').and.not.equal(old);
    expect(await tab.id()).to.equal(await bid);
    expect(world.refreshes()).to.have.length(2);
  }

  it('being closed, leaves the next tab to ask', async () => {
    const { uid2Token, asking, waiting, bid } = await askingAndWaiting();
    await asking.page.close();
    await expectRefreshed(waiting, bid, uid2Token.advertising_token);
  });

  it('loading a page of another site, leaves the next tab to ask', async () => {
    const { uid2Token, asking, waiting, bid } = await askingAndWaiting();
    await asking.page.goto('about:blank');
    await expectRefreshed(waiting, bid, uid2Token.advertising_token);
  });

  for (const storage of ['localStorage', 'cookie'] as const) {
    it(`loading the next page, asks again from there at once (${storage})`, async () => {
      const uid2Token = await world.login('expired');
      world.operator.admin.fault({ endpoint: 'refresh', kind: 'hang', times: 1 });
      const tab = await openTab(world, { uid2Token, storage });
      await until(world, () => world.refreshes().length === 1);
      await tab.load();
      await expectRefreshed(tab, tab.bid(), uid2Token.advertising_token);
    });
  }

  it('crashing, leaves the next tab to ask', async () => {
    const { uid2Token, asking, waiting, bid } = await askingAndWaiting();
    const crashed = asking.page.waitForEvent('crash');
    asking.page.goto('chrome://crash').catch(() => undefined);
    await crashed;
    await expectRefreshed(waiting, bid, uid2Token.advertising_token);
  });

  describe('being frozen', () => {
    const freeze = async ({ page }: Tab, state: 'frozen' | 'active') => {
      const cdp = await world.context.newCDPSession(page);
      await cdp.send('Page.setWebLifecycleState', { state });
    };

    // page.clock would also wake the frozen tab
    const pass = ({ page }: Tab, ms: number) => page.evaluate((given) => (window as any).__pwClock.controller.fastForward(given), ms);

    it('is waited for as long as a request may take', async () => {
      const { uid2Token, asking, waiting, bid } = await askingAndWaiting();
      await freeze(asking, 'frozen');
      await pass(waiting, PATIENCE);
      await expectRefreshed(waiting, bid, uid2Token.advertising_token);
    });

    it('does not keep tabs opened later waiting', async () => {
      const { uid2Token, asking, waiting, bid } = await askingAndWaiting();
      await freeze(asking, 'frozen');
      await pass(waiting, PATIENCE);
      const later = await openTab(world, { uid2Token });
      expect(await later.bid()).to.equal(await bid);
      expect(world.refreshes()).to.have.length(2);
    });

    it('has the other tab\'s token when it thaws', async () => {
      const { asking, waiting, bid } = await askingAndWaiting();
      await freeze(asking, 'frozen');
      await pass(waiting, PATIENCE);
      const token = await bid;
      expect(token).to.be.a('string');
      await freeze(asking, 'active');
      expect(await asking.bid()).to.equal(token);
      expect(world.refreshes()).to.have.length(2);
    });
  });
});

describe('Tabs in a browser that lacks', () => {
  const world = inBrowser();
  let errors: ReturnType<typeof watchErrors>;
  beforeEach(() => { errors = watchErrors(world.context); });
  afterEach(() => errors.expectNone());

  const COUNT = 4;

  // as text, since what compiles these files leaves names in functions that a page does not have
  const NO_LOCKS = 'delete Navigator.prototype.locks;';
  const NO_EVENTS = `
    const add = EventTarget.prototype.addEventListener;
    EventTarget.prototype.addEventListener = function (type, ...rest) { if (type !== 'storage') add.call(this, type, ...rest); };`;
  const NO_STORAGE = `
    Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('denied', 'SecurityError'); } });
    Object.defineProperty(document, 'cookie', { get: () => '', set() {} });`;

  for (const storage of ['localStorage', 'cookie'] as const) {
    it(`locks: one request per tab, all at once, and no tab is left with the old token (${storage})`, async () => {
      await world.context.addInitScript({ content: NO_LOCKS });
      const uid2Token = await world.login('expired');
      const door = await gate(world);
      const tabs = await openTabs(world, COUNT, { uid2Token, storage });
      const bids = Promise.all(tabs.map((tab) => tab.bid()));
      await until(world, () => door.waiting() === COUNT);
      door.open();
      for (const bid of await bids) expect(bid).to.be.a('string').and.not.equal(uid2Token.advertising_token);
      const again = await Promise.all(tabs.map((tab) => tab.bid()));
      expect(new Set(again)).to.have.property('size', 1);
      expect(world.refreshes()).to.have.length.within(1, COUNT);
    });
  }

  for (const storage of ['localStorage', 'cookie'] as const) {
    it(`storage events: one request, and the same token in all tabs (${storage})`, async () => {
      await world.context.addInitScript({ content: NO_EVENTS });
      const uid2Token = await world.login('expired');
      const door = await gate(world);
      const tabs = await openTabs(world, COUNT, { uid2Token, storage });
      const bids = Promise.all(tabs.map((tab) => tab.bid()));
      await inLine(tabs[0].page, () => COUNT - 1);
      door.open();
      expect(new Set(await bids)).to.have.property('size', 1);
      expect((await bids)[0]).to.be.a('string').and.not.equal(uid2Token.advertising_token);
      expect(world.refreshes()).to.have.length(1);
    });
  }

  for (const [lack, script] of [['storage', NO_STORAGE], ['storage and locks', NO_STORAGE + NO_LOCKS]]) {
    it(`${lack}: one request per tab, kept for as long as the page is open`, async () => {
      await world.context.addInitScript({ content: script });
      const uid2Token = await world.login('expired');
      const tabs = await openTabs(world, COUNT, { uid2Token });
      const bids = await Promise.all(tabs.map((tab) => tab.bid()));
      for (const bid of bids) expect(bid).to.be.a('string').and.not.equal(uid2Token.advertising_token);
      expect(await Promise.all(tabs.map((tab) => tab.bid()))).to.deep.equal(bids);
      expect(world.refreshes()).to.have.length(COUNT);
    });
  }
});
