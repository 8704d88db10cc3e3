// When an opt-out is kept for later pages of `window.__uid2`, and until when.
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import type { Identity } from '../../operator/index.ts';
import { ANSWERS, answer, answers, disconnect, GONE, HOUR, listening, OTHER, row, SDK_KEY, setFrom, setHidden, setIdentity, stored, withSdk } from './sdkPage.ts';

const OPTOUT = { status: 'optout' };

describe('window.__uid2 keeps an opt-out', () => {
  const world = withSdk();
  const { load, waiting, init } = world;

  /** A page that gives an opt-out before its consent platform has answered, and another one. */
  async function twoPages(): Promise<[Page, Page]> {
    const page = await waiting();
    await init(page);
    await setIdentity(page, OPTOUT);
    const other = await load();
    await init(other);
    return [page, other];
  }
  const name = (page: Page) => setFrom(page, 'setIdentityFromEmail', OTHER, world.operator.cstg);
  const keptIn = async (page: Page) => (await stored(page, SDK_KEY))?.status;

  /** What the next page is answered. */
  async function answersNext(page: Page): Promise<unknown[]> {
    await load(page);
    await init(page);
    return answers(page);
  }

  const NAMES: Record<string, (page: Page) => Promise<unknown>> = {
    'an expired identity, which is not refreshed': async (page) => setIdentity(page, await world.login('expired', OTHER)),
    'an address, for which no token comes': name,
  };
  for (const [how, act] of Object.entries(NAMES)) {
    it(`not as consent comes, where another page has named the next reader since, by ${how}`, async () => {
      const [page, other] = await twoPages();
      for (const endpoint of ['refresh', 'client-generate'] as const) world.operator.admin.fault({ endpoint, kind: 'status', status: 500 });
      await act(other);
      const before = await stored(other, SDK_KEY);
      await answer(page);
      expect(await stored(other, SDK_KEY)).to.deep.equal(before);
      expect((await answersNext(other))[4]).to.equal(false);
    });
  }
  it('no longer than until another page, which has named the next reader meanwhile, hears that no token comes', async () => {
    const [page, other] = await twoPages();
    await setHidden(other, true);
    const named = name(other);
    await answer(page);
    world.operator.admin.fault({ endpoint: 'client-generate', kind: 'status', status: 500 });
    await setHidden(other, false);
    await named;
    expect(await answersNext(other)).to.deep.equal(GONE);
  });
  const LEAVES: Record<string, (page: Page) => Promise<unknown>> = {
    'logged out': disconnect,
    'logged in and out': async (page) => {
      await init(page, await world.login());
      await disconnect(page);
    },
  };
  for (const [how, leave] of Object.entries(LEAVES)) {
    it(`not as consent comes, where another page has ${how} since`, async () => {
      const [page, other] = await twoPages();
      await leave(other);
      await answer(page);
      expect([await keptIn(other), await answersNext(other)]).to.deep.equal([undefined, GONE]);
    });
  }
  it('not again as consent comes again, where another page has logged out since', async () => {
    const [page, other] = await twoPages();
    await answer(page);
    await other.waitForFunction(() => (window as any).__uid2.hasOptedOut());
    await disconnect(other);
    await page.evaluate(() => (window as any).answer(true));
    await answer(page);
    expect([await keptIn(other), await answersNext(other)]).to.deep.equal([undefined, GONE]);
  });
  it('for 72 hours from when the page has given it, though consent comes later', async () => {
    const [page] = await twoPages();
    const given = Date.now();
    await world.later(HOUR);
    await answer(page);
    expect((await stored(page, SDK_KEY)).refresh_expires).to.be.within(given + 71.9 * HOUR, given + 72 * HOUR);
  });
  it('that the page has given while all was forbidden, once it is allowed', async () => {
    const page = await load();
    await init(page);
    const setCoppa = (coppa: boolean) => page.evaluate((value) => {
      (window as any).pbjs.setConfig({ coppa: value });
      dispatchEvent(new Event('pageshow'));
    }, coppa);
    await setCoppa(true);
    await setIdentity(page, OPTOUT);
    expect(await keptIn(page)).to.equal(undefined);
    await setCoppa(false);
    expect([await keptIn(page), await answersNext(page)]).to.deep.equal(['optout', row(ANSWERS.optedOut)]);
  });
  for (const isFirst of [true, false]) {
    it(`not that only Prebid's config names, be it set ${isFirst ? 'after' : 'before'} init`, async () => {
      const visitor = await world.open({ params: {} });
      const page = await listening(visitor);
      if (isFirst) await init(page);
      await visitor.configure({ uid2Token: OPTOUT as Partial<Identity> });
      if (!isFirst) await init(page);
      expect([(await answers(page))[4], await keptIn(page)]).to.deep.equal([true, undefined]);
      await page.evaluate(() => {
        (window as any).pbjs.setConfig({ coppa: true });
        dispatchEvent(new Event('pageshow'));
        (window as any).pbjs.setConfig({ coppa: false });
        dispatchEvent(new Event('pageshow'));
      });
      expect([(await answers(page))[4], await keptIn(page)]).to.deep.equal([true, undefined]);
    });
  }
  it('and tells other pages of it once, though consent comes again', async () => {
    const [page, other] = await twoPages();
    await other.evaluate(() => {
      const channel = new BroadcastChannel('uid2');
      channel.onmessage = ({ data }) => { (window as any).told = [...(window as any).told ?? [], data]; };
    });
    const tell = (text: string) => page.evaluate((data) => { new BroadcastChannel('uid2').postMessage(data); }, text);
    await answer(page);
    await tell('first');
    await page.evaluate(() => (window as any).answer(true));
    await answer(page);
    await tell('second');
    await other.waitForFunction(() => (window as any).told?.includes('second'));
    expect(await other.evaluate(() => (window as any).told.slice(-2))).to.deep.equal(['first', 'second']);
  });
});
