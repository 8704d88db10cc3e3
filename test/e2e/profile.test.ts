import { expect } from 'chai';
import type { BrowserContext, Page } from 'playwright-core';
import { openTab } from './tabs.ts';
import { inBrowser } from './support.ts';

// in this order: what the first leaves, the second must not find
describe('A browser profile that was used', () => {
  const world = inBrowser();
  const used: { context?: BrowserContext; page?: Page; frozen?: Page } = {};
  let names: number;

  const count = (page: Page) => page.evaluate(() => Object.getOwnPropertyNames(window).length);

  it('is left with something of everything', async () => {
    const tab = await openTab(world);
    const { page } = tab;
    // all of Prebid's own globals are there then
    await tab.bid();
    names = await count(page);
    const { page: frozen } = await openTab(world);
    Object.assign(used, { context: world.context, page, frozen });
    await world.context.addInitScript({ content: 'window.added = 1' });
    await world.context.route('**/nowhere', (route) => route.fulfill({ body: 'ours' }));
    await world.later(3600_000);
    await page.goto(world.url);
    await page.evaluate(() => {
      localStorage.setItem('left', '1');
      sessionStorage.setItem('left', '1');
      document.cookie = 'left=1';
      navigator.locks.request('left', () => new Promise(() => {}));
    });
    await (await world.context.newCDPSession(frozen)).send('Page.setWebLifecycleState', { state: 'frozen' });
    await page.waitForFunction(async () => (await navigator.locks.query()).held!.length === 1);
  });

  it('is the same, and has nothing of it', async () => {
    expect(world.context).to.equal(used.context);
    expect(used.frozen!.isClosed()).to.equal(true);
    const tab = await openTab(world);
    const { page } = tab;
    await tab.bid();
    expect(page).to.equal(used.page);
    const there = await page.evaluate(async () => ({
      localStorage: { ...localStorage },
      sessionStorage: { ...sessionStorage },
      cookie: document.cookie,
      locks: (await navigator.locks.query()).held,
      route: await (await fetch('/nowhere')).text(),
      now: Date.now()
    }));
    expect(there.route).to.include('Publisher');
    expect(there.now).to.be.closeTo(Date.now(), 60_000);
    expect(there).to.deep.include({ localStorage: {}, sessionStorage: {}, cookie: '', locks: [] });
    expect(await count(page)).to.equal(names);
    expect(await world.context.cookies()).to.deep.equal([]);
  });

  it('is left with something by its only page, which cannot be used again', async () => {
    const page = await world.page();
    await page.route('**/nowhere', (route) => route.fulfill({ body: 'ours' }));
    await page.goto(world.url);
    await page.evaluate(() => localStorage.setItem('left', '1'));
  });

  it('has nothing of that', async () => {
    const { page } = await openTab(world);
    expect(await page.evaluate(() => ({ ...localStorage }))).to.deep.equal({});
    used.context = world.context;
  });

  it('is not used again after a test that sets its timers', async () => {
    expect(world.context).to.equal(used.context);
    await world.context.clock.install();
  });

  it('is another then', () => {
    expect(world.context).not.to.equal(used.context);
  });
});
