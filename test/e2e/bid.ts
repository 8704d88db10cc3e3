// A page's config and its auctions, for tests that do without a visitor.
import type { Frame, Page } from 'playwright-core';
import { PATIENT } from './patience.ts';
import { SSPS } from './ssps.ts';
import type { World } from './support.ts';
import type { Params } from './visitor.ts';

/** What a page tells Prebid about its reader. */
export const configOf = ({ operator }: World, params: Params, auctionDelay = PATIENT) => ({
  userSync: {
    auctionDelay, syncEnabled: false, userIds: [{ name: 'uid2', params: { uid2ApiBase: operator.url, ...params } }]
  }
});

/** The UID2 that a bidder is given in an auction of this document's Prebid, or another one by its global. */
export const bid = (document: Page | Frame, name = 'pbjs'): Promise<string | undefined> =>
  document.evaluate(async ([global, bids]) => {
    const prebid = (window as any)[global];
    const adUnits = [{ code: 'banner', mediaTypes: { banner: { sizes: [[300, 250]] } }, bids }];
    await prebid.requestBids({ adUnits, timeout: 5000 });
    const requested = prebid.getEvents().filter(({ eventType }: any) => eventType === 'bidRequested');
    return requested.at(-1).args.bids[0].userIdAsEids?.[0]?.uids[0].id;
  }, [name, [{ bidder: 'appnexus', params: SSPS.appnexus.params }]] as const);
