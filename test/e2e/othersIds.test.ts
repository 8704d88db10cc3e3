// R8: what we do for our token costs no other vendor its ID.
import { expect } from 'chai';
import { bundle } from './bundle.ts';
import { inBrowser } from './support.ts';
import { type Ids, type Log, openWithVendor, startVendor, TDID, TDID_SOURCE, UID2_SOURCE } from './vendor.ts';

const HOUR = 3600_000;
/** Longer than the operator takes, and than the pages' other waits. */
const SLOW = [1500, 2400];
const AUCTION_DELAY = 2000;
/** A vendor that answers after one auctionDelay, and before two in a row would be over. */
const SOONER_THAN_TWO = 3500;

describe('Another vendor\'s ID module that is slow', () => {
  const world = inBrowser({ prebid: () => bundle('ours', 'unifiedIdSystem') });
  let log: Log;
  let takes: number;
  let vendor: Awaited<ReturnType<typeof startVendor>>;

  beforeEach(async () => {
    log = [];
    vendor = await startVendor(log, () => takes);
  });
  afterEach(() => vendor.close());

  const open = (age: 'stale' | 'expired', more: { consent?: number; auctionDelay?: number } = {}) =>
    openWithVendor(world, log, { age, vendor: vendor.url, ...more });
  /** Fails unless both IDs were sent, ours as a new token; tells which. */
  function expectBoth(ids: Ids, ...old: string[]): string {
    expect(ids).to.have.keys(UID2_SOURCE, TDID_SOURCE);
    expect(ids[TDID_SOURCE]).to.equal(TDID);
    expect(ids[UID2_SOURCE]).not.to.be.oneOf(old);
    return ids[UID2_SOURCE];
  }

  for (const age of ['stale', 'expired'] as const) {
    for (const ms of SLOW) {
      for (const consent of [undefined, 700]) {
        const platform = consent ? ', with a consent platform that is slow too' : '';

        it(`keeps its ID beside ${age === 'stale' ? 'a' : 'an'} ${age} token: after ${ms} ms${platform}`, async () => {
          takes = ms;
          const { auction, bids, uid2Token } = await open(age, { consent });
          await auction();
          const first = expectBoth(bids[0], uid2Token.advertising_token);
          await auction();
          expect(expectBoth(bids[1])).to.equal(first);
          await world.later(5 * HOUR);
          await auction();
          expectBoth(bids[2], uid2Token.advertising_token, first);
          expect(log.filter((one) => one === 'vendor asked')).to.have.length(1);
          expect(world.refreshes()).to.have.length(2);
        });
      }
    }

    it(`keeps its ID in a second auction that begins while the first waits for it (${age})`, async () => {
      takes = SLOW[0];
      const { auction, bids, uid2Token } = await open(age);
      await Promise.all([auction(), auction()]);
      bids.forEach((ids) => expectBoth(ids, uid2Token.advertising_token));
      expect(bids).to.have.length(2);
      expect(log).to.deep.equal(['vendor asked', 'vendor answered', 'bid', 'bid']);
      expect(world.refreshes()).to.have.length(1);
    });

    it(`is waited for while our token, which has failed before, is asked for once more (${age})`, async () => {
      takes = SLOW[1];
      world.operator.admin.fault({ endpoint: 'refresh', kind: 'status', status: 500, times: 1 });
      const { page, auction, bids, uid2Token } = await open(age);
      await page.waitForFunction(() => (window as any).pbjs.uid2.status().lastError);
      await world.later(30_000);
      await auction();
      expectBoth(bids[0], uid2Token.advertising_token);
    });

    for (const consent of [undefined, 700]) {
      const platform = consent ? ' and the consent platform' : '';

      it(`and an operator that hangs${platform} cost an auction one auctionDelay, not two (${age})`, async () => {
        takes = SOONER_THAN_TWO;
        world.operator.admin.fault({ endpoint: 'refresh', kind: 'hang' });
        const { auction, bids, uid2Token } = await open(age, { auctionDelay: AUCTION_DELAY, consent });
        await auction();
        expect(log).to.include('bid').and.not.include('vendor answered');
        expect(bids).to.deep.equal([age === 'stale' ? { [UID2_SOURCE]: uid2Token.advertising_token } : {}]);
      });
    }
  }

  it('and an operator that hangs cost a later auction, too, one auctionDelay, not two', async () => {
    takes = 0;
    const { page, auction } = await open('expired', { auctionDelay: AUCTION_DELAY });
    await auction();
    takes = SOONER_THAN_TWO;
    world.operator.admin.fault({ endpoint: 'refresh', kind: 'hang' });
    await world.later(5 * HOUR);
    log.length = 0;
    await page.evaluate(() => { (window as any).pbjs.refreshUserIds({ submoduleNames: ['unifiedId'] }); });
    await auction();
    expect(log).to.deep.equal(['vendor asked', 'bid']);
    expect(world.refreshes()).to.have.length(2);
  });
});
