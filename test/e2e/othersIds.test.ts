// R8: what we do for our token costs no other vendor its ID.
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { bundle } from './bundle.ts';
import { inBrowser } from './support.ts';
import { gate, until } from './tabs.ts';
import { type Ids, type Log, openWithVendor, type Setup, startVendor, TDID, TDID_SOURCE, UID2_SOURCE } from './vendor.ts';

const HOUR = 3600_000;
const AUCTION_DELAY = 2000;
const prebid = () => bundle('ours', 'unifiedIdSystem');

/** With a consent platform, or without. */
const PLATFORMS = { '': false, ', with a consent platform': true };

/** Fails unless both IDs were sent, ours as another token than these; tells which. */
function expectBoth(ids: Ids, ...old: string[]): string {
  expect(ids).to.have.keys(UID2_SOURCE, TDID_SOURCE);
  expect(ids[TDID_SOURCE]).to.equal(TDID);
  expect(ids[UID2_SOURCE]).not.to.be.oneOf(old);
  return ids[UID2_SOURCE];
}

/** The vendor of each test of a suite, and what has happened. */
function withVendor() {
  const vendor = {} as Awaited<ReturnType<typeof startVendor>> & { log: Log };
  beforeEach(async () => {
    const log: Log = [];
    Object.assign(vendor, await startVendor(log), { log });
  });
  afterEach(() => vendor.close());
  return vendor;
}

describe('Another vendor\'s ID module that is slow (R8)', () => {
  const world = inBrowser({ prebid });
  const vendor = withVendor();
  const open = (setup: Omit<Setup, 'vendor'>) => openWithVendor(world, vendor.log, { ...setup, vendor: vendor.url });
  const isAsked = () => until(world, () => vendor.log.includes('vendor asked'));

  for (const age of ['stale', 'expired'] as const) {
    const token = age === 'stale' ? 'a stale token' : 'an expired token';

    for (const [platform, hasPlatform] of Object.entries(PLATFORMS)) {
      it(`keeps its ID beside ${token}, if it answers after the operator${platform}`, async () => {
        const { auction, bids, uid2Token, ...page } = await open({ age, hasPlatform });
        const first = auction();
        if (hasPlatform) await page.consent();
        await isAsked();
        await page.hasNewToken(uid2Token.advertising_token);
        expect(bids).to.deep.equal([]);
        vendor.answer();
        await first;
        const id = expectBoth(bids[0], uid2Token.advertising_token);
        await auction();
        expect(expectBoth(bids[1])).to.equal(id);
        await world.later(5 * HOUR);
        await auction();
        expectBoth(bids[2], uid2Token.advertising_token, id);
        expect(vendor.log.filter((one) => one === 'vendor asked')).to.have.length(1);
        expect(world.refreshes()).to.have.length(2);
      });

      it(`keeps its ID beside ${token}, if it answers before the operator${platform}`, async () => {
        const operator = await gate(world);
        const { auction, bids, uid2Token, ...page } = await open({ age, hasPlatform });
        const first = auction();
        if (hasPlatform) await page.consent();
        await isAsked();
        await until(world, () => operator.waiting() === 1);
        expect(bids).to.deep.equal([]);
        vendor.answer();
        operator.open();
        await first;
        expectBoth(bids[0], uid2Token.advertising_token);
        expect(world.refreshes()).to.have.length(1);
      });
    }

    it(`keeps its ID in a second auction that begins while the first waits for it (${age})`, async () => {
      const { auction, bids, uid2Token, ...page } = await open({ age });
      const both = Promise.all([auction(), auction()]);
      await isAsked();
      await page.hasNewToken(uid2Token.advertising_token);
      vendor.answer();
      await both;
      bids.forEach((ids) => expectBoth(ids, uid2Token.advertising_token));
      expect(bids).to.have.length(2);
      expect(vendor.log).to.deep.equal(['vendor asked', 'vendor answered', 'bid', 'bid']);
      expect(world.refreshes()).to.have.length(1);
    });

    it(`is waited for while our token, which has failed before, is asked for once more (${age})`, async () => {
      world.operator.admin.fault({ endpoint: 'refresh', kind: 'status', status: 500, times: 1 });
      const { page, auction, bids, uid2Token, hasNewToken } = await open({ age });
      await page.waitForFunction(() => (window as any).pbjs.uid2.status().lastError);
      await world.later(30_000);
      const held = auction();
      await isAsked();
      await hasNewToken(uid2Token.advertising_token);
      expect(bids).to.deep.equal([]);
      vendor.answer();
      await held;
      expectBoth(bids[0], uid2Token.advertising_token);
    });
  }
});

describe('An operator and another vendor that do not answer (R8)', () => {
  const world = inBrowser({ prebid, timers: true });
  const vendor = withVendor();
  const open = (setup: Omit<Setup, 'vendor'>) => openWithVendor(world, vendor.log, { ...setup, vendor: vendor.url, auctionDelay: AUCTION_DELAY });
  const areAsked = (requests = 1) => until(world, () => vendor.log.includes('vendor asked') && world.refreshes().length === requests);

  /** Lets an auctionDelay pass, and less than another, once both are asked: with the vendor still silent, bidders must be asked. */
  async function expectBid(page: Page, held: Promise<void>): Promise<void> {
    await page.clock.runFor(1.5 * AUCTION_DELAY);
    await until(world, () => vendor.log.includes('bid'));
    expect(vendor.log).to.deep.equal(['vendor asked', 'bid']);
    await held;
  }

  /** From here on time passes only when it is told to. */
  const stop = async (page: Page) => page.clock.pauseAt(await page.evaluate(() => Date.now() + 1000));

  beforeEach(() => world.context.clock.install());

  for (const age of ['stale', 'expired'] as const) {
    for (const [platform, hasPlatform] of Object.entries(PLATFORMS)) {
      it(`cost an auction one auctionDelay, not two (${age}${platform})`, async () => {
        world.operator.admin.fault({ endpoint: 'refresh', kind: 'hang' });
        const { auction, bids, uid2Token, page, consent } = await open({ age, hasPlatform });
        await stop(page);
        const held = auction();
        if (hasPlatform) await consent();
        await areAsked();
        expect(bids).to.deep.equal([]);
        await expectBid(page, held);
        expect(bids).to.deep.equal([age === 'stale' ? { [UID2_SOURCE]: uid2Token.advertising_token } : {}]);
      });
    }
  }

  it('cost a later auction, too, one auctionDelay, not two', async () => {
    vendor.setQuick(true);
    const { page, auction } = await open({ age: 'expired' });
    await auction();
    vendor.setQuick(false);
    vendor.log.length = 0;
    world.operator.admin.fault({ endpoint: 'refresh', kind: 'hang' });
    world.operator.admin.setClock(5 * HOUR);
    await page.clock.setSystemTime(await page.evaluate(() => Date.now()) + 5 * HOUR);
    await stop(page);
    await page.evaluate(() => { (window as any).pbjs.refreshUserIds({ submoduleNames: ['unifiedId'] }); });
    const held = auction();
    await areAsked(2);
    await expectBid(page, held);
  });
});
