import { wordsOf } from './words.js';
import { isValid, type State } from './identity.js';
import type { Offers } from './offers.js';
import type { Decision, Source } from './types.js';

/** The answer of `pbjs.uid2.status()`: words and times (Unix ms), never a secret. */
export type Status = {
  state: State;
  /** One word or line; modules/uid2IdSystem.md lists them, each with its cure. */
  reason: string;
  source: Source;
  identityExpires?: number;
  refreshFrom?: number;
  /** When the operator is asked next, if the page is visible then or runs an auction. */
  nextRefresh?: number;
  /** How the last request failed: `network`, `http <status>`, `unreadable` and so on. */
  lastError?: string;
  /** Bidders of the last auction that are not given the token. */
  withheldFrom?: string[];
};

/** What only the door knows. */
export type Facts = {
  /** Why Prebid has not asked us yet, if it has not. */
  idle?: string;
  /** Whether this page may use storage, and read this cookie. Asked only if it matters. */
  isStorageDenied(): boolean;
  isCookieDenied(): boolean;
  hasTwoEntries: boolean;
  /** Auctions do not wait. */
  isImpatient: boolean;
  /** Bidders that are not given the token there is, and whether these are all. */
  withheld: Offers['withheld'];
  /** Whether the entry is for this bidder, be it that it is for all. */
  isListed(bidder: string): boolean;
};

type Withheld = ReturnType<Facts['withheld']>;

/** Nothing was found: then it matters why. */
const NOTHING = ['none', 'no cookie'];

function reasonOf({ reason }: Decision, facts: Facts, { without, isFromAll }: Withheld): string {
  if (facts.idle) return facts.idle;
  if (NOTHING.includes(reason)) return nothingOf(reason, facts);
  if (reason === 'refreshing' && facts.isImpatient) return 'no auctionDelay';
  return reason === 'ok' && isFromAll ? withheldOf(without, facts) : reason;
}

function nothingOf(reason: string, facts: Facts): string {
  if (facts.isStorageDenied()) return 'storage denied';
  if (facts.isCookieDenied()) return 'cookie not disclosed';
  return facts.hasTwoEntries ? 'two entries' : reason;
}

const NONE_WITHHELD: Withheld = { without: [], isFromAll: false };

/** Why bidders have none: another list would not help one that is on it. */
const withheldOf = (without: string[], { isListed }: Facts) =>
  (without.some(isListed) ? 'transmitEids denied' : 'bidder not listed');

/** Of a bare token nobody knows the times. */
const known = (time?: number) => (time === Infinity ? undefined : time);

/** The answer of `pbjs.uid2.status()`. */
export function statusOf(decision: Decision, facts: Facts): Status {
  const { state, source, identity, nextRefresh, error } = decision;
  const withheld = isValid(state) ? facts.withheld() : NONE_WITHHELD;
  const { without } = withheld;
  return {
    state,
    reason: reasonOf(decision, facts, withheld),
    source,
    lastError: error && wordsOf(error),
    identityExpires: known(identity?.identity_expires),
    refreshFrom: known(identity?.refresh_from),
    nextRefresh,
    ...(without.length > 0 && { withheldFrom: without }),
  };
}
