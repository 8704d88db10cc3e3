import { expect } from 'chai';
import type { Identity } from '../../operator/index.ts';
import type { Tab } from './engine.ts';
import type { Visit } from './pages.ts';
import { until } from './until.ts';
import { inEngine } from './world.ts';

/** Runs a script that leaves the page: it may be gone before the script has returned. */
const go = (tab: Tab, script: string) => tab.run(script).catch(() => undefined);

const BROWSERS = { 'a browser that tells so before': false, 'a browser that does not tell so before': true };

for (const [browser, isSilent] of Object.entries(BROWSERS)) {
  describe(`A page that is left in mid-request, in ${browser}`, () => {
    const world = inEngine();
    let uid2Token: Identity;

    /** A page whose auction waits for an answer that never comes; the operator is well again after it. */
    async function openWaiting(): Promise<Visit> {
      uid2Token = await world.login('expired');
      world.operator.admin.fault({ endpoint: 'refresh', kind: 'hang', times: 1 });
      const page = await world.open({ uid2Token }, { isSilent });
      await page.begin();
      await until('the request', () => world.requests().length === 1);
      return page;
    }

    // An engine may end the page's requests as soon as the reader leaves, and the page runs on until the next one comes.
    // So the next one comes when the page has had a second to take that for a failure.
    const RUN_ON = 'window.isOld = true; setTimeout(() => navigator.sendBeacon(\'/message\'), 1000);';
    const IS_NEW = 'return !window.isOld && document.readyState === \'complete\'';

    /** Leaves by this script, for a page of this path that takes its time. */
    async function leave({ tab }: Visit, path: string, script: string): Promise<void> {
      const letGo = world.publisher.hold(path);
      await go(tab, RUN_ON + script);
      await until('a second of the old page', () => world.publisher.listeners() > 0);
      world.publisher.tell('');
      letGo();
      await until('the new page', () => tab.run(IS_NEW).catch(() => false));
    }

    it('by a link: the next page has the UID2 in its first bids', async () => {
      const page = await openWaiting();
      const next = world.address({ uid2Token }, { path: '/next', isSilent });
      const link = `Object.assign(document.body.appendChild(document.createElement('a')), { href: '${next}' })`;
      await leave(page, '/next', `${link}.click()`);
      expect(await page.auction()).to.be.a('string');
    });

    it('by a reload: the page has the UID2 in its first bids', async () => {
      const page = await openWaiting();
      await leave(page, '/', 'location.reload()');
      expect(await page.auction()).to.be.a('string');
    });

    it('by closing it: the next tab has the UID2 in its first bids', async () => {
      const page = await openWaiting();
      await page.tab.close();
      const next = await world.open({ uid2Token }, { isSilent });
      expect(await next.auction()).to.be.a('string');
    });

    it('for something that turns out to be no page: it goes on, and has the UID2 without another auction', async () => {
      const page = await openWaiting();
      await go(page.tab, 'location.href = \'/download\'');
      await until('UID2', () => page.id());
      expect(await page.tab.run('return location.pathname')).to.equal('/');
    });
  });
}

describe('A page that comes back from the cache of the back button', () => {
  const world = inEngine();

  async function goAway(page: Visit): Promise<void> {
    await go(page.tab, `location.href = ${JSON.stringify(world.address({}, { path: '/other' }))}`);
    await until('the other page', () =>
      page.tab.run('return location.pathname === \'/other\' && !!pbjs.uid2').catch(() => false));
  }

  async function comeBack(page: Visit): Promise<void> {
    await go(page.tab, 'history.back()');
    await until('the page, as it was', () => page.tab.run('return !!window.isBack').catch(() => false));
  }

  it('has the UID2 in its bids', async () => {
    const uid2Token = await world.login();
    const page = await world.open({ uid2Token });
    expect(await page.auction()).to.equal(uid2Token.advertising_token);
    await goAway(page);
    await comeBack(page);
    expect(await page.auction()).to.equal(uid2Token.advertising_token);
  });

  it('has none if the reader has logged out on the page between', async () => {
    const page = await world.open({ uid2Token: await world.login('expired') });
    expect(await page.auction()).to.be.a('string');
    await goAway(page);
    expect(await page.auction()).to.be.a('string');
    await page.tab.run('pbjs.uid2.disconnect()');
    await comeBack(page);
    expect(await page.auction()).to.equal(undefined);
  });
});
