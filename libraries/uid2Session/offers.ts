/** A bidder of an auction, and whether its request has the token. */
export type Sent = { bidder: string; hasToken: boolean };

/** `isBarred`: it got none for a reason of Prebid's, though the entry and the rules let it have one. */
type Offer = { bidder: string; isBarred: boolean };

/** Which bidders get the token. `maySend` tells whether the entry and the rules let a bidder have it at this moment. */
export function createOffers(maySend: (bidder: string) => boolean) {
  let isOffered = false;
  let last: Offer[] = [];
  return {
    /** Whether the auction whose requests are made now offers the token at all. */
    auctionBegins(hasToken: boolean) { isOffered = hasToken; },
    /** Whose request has the token. */
    requestsMade(requests: Sent[]) {
      last = requests.map(({ bidder, hasToken }) => ({ bidder, isBarred: isOffered && !hasToken && maySend(bidder) }));
    },
    /** The last auction's bidders that the next one gives no token; and whether these are all. */
    withheld() {
      const without = last.filter(({ bidder, isBarred }) => isBarred || !maySend(bidder)).map(({ bidder }) => bidder);
      return { without, isFromAll: without.length > 0 && without.length === last.length };
    },
  };
}

export type Offers = ReturnType<typeof createOffers>;
