/** A bidder of an auction, and whether its request has the token. */
export type Sent = { bidder: string; hasToken: boolean };

/** `mayHave`: entry and rules allowed it then. `isWithheld`: it got none, for that or a reason of Prebid's. */
type Offer = { bidder: string; mayHave: boolean; isWithheld: boolean };

/** Which bidders get the token. `maySend` tells whether the entry and the rules let a bidder have it at this moment. */
export function createOffers(maySend: (bidder: string) => boolean) {
  let isOffered = false;
  let last: Offer[] = [];

  const rememberOne = ({ bidder, hasToken }: Sent): Offer => {
    const mayHave = maySend(bidder);
    return { bidder, mayHave, isWithheld: isOffered ? !hasToken : !mayHave };
  };

  /** As in the last auction, unless a rule has changed since. */
  const isWithheldNow = ({ bidder, mayHave, isWithheld }: Offer) => {
    const mayHaveNow = maySend(bidder);
    return mayHaveNow === mayHave ? isWithheld : !mayHaveNow;
  };

  return {
    /** Whether the auction whose requests are made now offers the token at all. */
    auctionBegins(hasToken: boolean) { isOffered = hasToken; },
    /** Whose request has the token. */
    requestsMade(requests: Sent[]) { last = requests.map(rememberOne); },
    /** The last auction's bidders that the next one gives no token; and whether these are all. */
    withheld() {
      const without = last.filter(isWithheldNow).map(({ bidder }) => bidder);
      return { without, isFromAll: without.length > 0 && without.length === last.length };
    },
  };
}

export type Offers = ReturnType<typeof createOffers>;
