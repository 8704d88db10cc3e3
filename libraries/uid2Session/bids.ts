import type { Sent } from './offers.js';

const EID_SOURCE = 'uidapi.com';

type Eid = { source?: string; uids?: { id?: string }[] } | null | undefined;
type Bid = { bidder?: string; userId?: { uid2?: unknown }; userIdAsEids?: Eid[] };
type Ortb2 = { user?: { ext?: { eids?: Eid[] } } };
type Fragments = { global?: Ortb2; bidder?: { [bidder: string]: Ortb2 } } | undefined;
type BidderRequest = { bidderCode?: string; bids?: Bid[]; ortb2?: Ortb2 };

/** Prebid 9 leaves in the page's ad units what it found for an earlier auction: ours goes. */
export function clearOldIds(request: { adUnits?: { bids?: Bid[] }[] } | undefined): void {
  request?.adUnits?.forEach(({ bids }) => bids?.forEach((bid) => {
    delete bid.userId?.uid2;
    const { userIdAsEids: eids } = bid;
    if (Array.isArray(eids)) bid.userIdAsEids = eids.filter((eid) => eid?.source !== EID_SOURCE);
  }));
}

const tokenIn = (ortb2?: Ortb2): string | undefined => {
  const eids = ortb2?.user?.ext?.eids;
  return Array.isArray(eids) ? eids.find((eid) => eid?.source === EID_SOURCE)?.uids?.[0]?.id : undefined;
};

/** Whether an auction offers the token to bidders, or to some of them. */
export const isOffered = ({ global, bidder = {} }: Fragments = {}) =>
  [global, ...Object.values(bidder)].some((ortb2) => tokenIn(ortb2) !== undefined);

/**
 * Gives each bid `userId.uid2.id` from the eids that this bidder may see: Prebid 10 dropped it, and some adapters still
 * read it. Tells which bidders have the token.
 */
export const giveToken = (requests: BidderRequest[]): Sent[] => requests.map((request) => {
  const id = tokenIn(request.ortb2);
  if (id) request.bids?.forEach((bid) => { bid.userId = { uid2: { id }, ...bid.userId }; });
  return { bidder: request.bidderCode ?? '', hasToken: id !== undefined };
});
