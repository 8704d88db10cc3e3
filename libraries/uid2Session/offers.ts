/** A bidder of an auction, and whether its request has the token. */
export type Sent = { bidder: string; hasToken: boolean };

/** The same, remembered: whether it might have had the token, and whether it had none. */
type Offer = { bidder: string; isLet: boolean; isWithheld: boolean };

/** Which bidders get the token. `maySend` tells whether the entry and the rules let a bidder have it at this moment. */
export function createOffers(maySend: (bidder: string) => boolean) {
  let isOffered = false;
  let last: Offer[] = [];

  const rememberOne = ({ bidder, hasToken }: Sent): Offer => {
    const isLet = maySend(bidder);
    return { bidder, isLet, isWithheld: isOffered ? !hasToken : !isLet };
  };

  /** As in the last auction, unless a rule has changed since. */
  const isWithheldNow = ({ bidder, isLet, isWithheld }: Offer) => {
    const isLetNow = maySend(bidder);
    return isLetNow === isLet ? isWithheld : !isLetNow;
  };

  return {
    /** Whether the auction whose requests are made now offers the token at all. */
    offered(hasToken: boolean) { isOffered = hasToken; },
    /** Whose request has the token. */
    sent(requests: Sent[]) { last = requests.map(rememberOne); },
    /** The last auction's bidders that the next one gives no token; and whether these are all. */
    withheld() {
      const without = last.filter(isWithheldNow).map(({ bidder }) => bidder);
      return { without, isFromAll: without.length > 0 && without.length === last.length };
    },
  };
}

export type Offers = ReturnType<typeof createOffers>;
