import type { Identity, Latest, NumberedRecord, State, StoredRecord } from './identity.js';
import type { Early } from './early.js';
import type { FAILURES } from './parse.js';
import type { Pause } from './pause.js';

/** Where the token in use came from. */
export type Source = 'params' | 'cookie' | 'stored' | 'legacy' | 'sdk' | 'none';

/** What bidders are given. */
export type Published = { id: string } | { optout: true };

/** Who the page says the reader is. `flaw` says what is wrong with the params; `name` tells readers apart. */
export type Claim =
  | { kind: 'identity'; source: Source; name: string; identity: Identity; firstNeed?: undefined; flaw?: string }
  /** An address or phone number (DII): `value` is normalized. */
  | { kind: 'dii'; source: Source; name: string; value: string; firstNeed: Need; flaw?: string }
  /** `left` is a reader named to `window.__uid2` who has logged out since. */
  | { kind: 'nobody' | 'left'; name?: undefined; flaw?: string }
  /** The publisher's server was told that the reader has opted out. */
  | { kind: 'optedOut'; source: Source; name?: undefined; flaw?: string }
  /** Names somebody in a way that cannot work; `name` is the advertising token, if there is one. */
  | { kind: 'unusable'; flaw: string; name?: string };

/**
 * The claim with its login number, as it is remembered: never an address. The number is 0 of nobody, and of a token
 * that has `ended`: it was logged out before this page used it.
 */
export type NumberedClaim =
  { kind: Claim['kind'] | 'ended'; source: Source; login: number; name?: string; flaw?: string; firstNeed?: Need };

/** What a look at one value in storage gives; of the note, `unreadable` also if nobody has looked. */
export type Found<T> = T | 'absent' | 'unreadable';
/** The same of the record; `denied` if it may not be read, was not, or does not count. */
export type FoundRecord = Found<StoredRecord> | 'denied';

/** How a request failed. `status` is the operator's, with `http` and `domain`. */
export type Failure = { kind: (typeof FAILURES)[number]; status?: number };

/**
 * What came of a request: `latest`, or a failure with what the operator says of it. `isFinal` if it will never refresh
 * this identity again.
 */
export type Outcome = { latest?: Latest; failure?: Failure; message?: string; isFinal?: boolean };

/** What tabs tell each other beside the record. */
export type Note = {
  /** Logins below this number are over. */
  since: number;
  /** Short salted hashes of tokens that never come back. */
  ended: string[];
  /** By the key of what was asked. */
  pauses: { [key: string]: Pause };
  /** The operator has let a page wait for longer than its auctions do, and has not answered since. */
  isSlow?: boolean;
};

/** A token that is not ours to refresh. A copy of our own record is never used, but removed once a logout ended it. */
export type Lent = { source: Source; record: StoredRecord; isCopy?: boolean };

/**
 * What the operator is to be asked for this reader, now or later: a refresh of `identity`, or the first token. Failures
 * are noted under its `key`.
 */
export type Need = { key: string; identity?: Identity };

/** A request that is queued for the lock or sent. */
export type Asking = Need & { flight: AbortController };

/** What must be remembered between two looks: one value, replaced as a whole. */
export type Memory = {
  claim: NumberedClaim;
  /** The highest login number known: whoever has a lower one was superseded, and does not come back. */
  highestLogin: number;
  /** The record in use, stored or not. */
  record?: NumberedRecord;
  /** What storage has, as far as we know, if it counts. If it is gone before `until` (Unix ms), that is a logout. */
  found?: { record: NumberedRecord; until: number };
  /** Since when storage shows a leftover: a record that is over, or a lent token that has ended, Unix ms. */
  leftoverSince?: number;
  /** The stamp of what was last written, whether storage took it or not. */
  written?: string;
  note: Note;
  /** The `since` of the note in storage, as far as we know; nothing if it has none. */
  sinceStored?: number;
  /** The `since` that the page itself has caused by removing the record. */
  removedSince?: number;
  /** What others keep of the reader; `ended` if a logout has ended that token. */
  lent?: Lent | 'ended';
  asking?: Asking;
  /** A failure that may have come from leaving the page: its key, the pause before, and when (ms elapsed). */
  doubt?: { key: string; before?: Pause; at: number };
  /** An auction may need the answer: then a hidden page asks too. */
  isWanted: boolean;
};

/** What one look finds besides the note. */
export type Sight = {
  now: number;
  claim: Claim;
  /** The page has named its reader in a new object. */
  isNewObject: boolean;
  early?: Early;
  record: FoundRecord;
  lent?: Lent;
  isInCookies: boolean;
  /** A token is refreshed after so many ms at the latest. */
  every: number;
  hash: Hash;
};

export type Hash = (text: string, seed?: number) => string;
/** Everything that a decision needs. */
export type View = {
  now: number;
  memory: Memory;
  /** How long ago this document has asked the operator lately, whichever of its Prebids, ms. */
  requestAges: number[];
  /** Why nothing is done but a logout: a denial, or `notConfigured`. */
  off?: string;
  /** The page is hidden, and no auction waits. */
  isHidden: boolean;
  bidWhileRefreshing: boolean;
};

/** What follows from a view. */
export type Decision = {
  state: State;
  /** Why bidders get what they get: one word or line, `ok` exactly when they get a token. */
  reason: string;
  source: Source;
  publish?: Published;
  identity?: Identity;
  need?: Need;
  /** Whether the request may be made now. */
  mayAsk: boolean;
  /** Whether it is on its way, or waits for the lock. */
  isAsking: boolean;
  /** Whether an auction waits for it. */
  hold: boolean;
  /** When the operator is asked next, Unix ms. */
  nextRefresh?: number;
  /** When to look again, Unix ms. */
  wakeAt: number;
  /** What storage is to have: see `keepOf`. */
  keep: NumberedRecord | 'remove' | 'asIs';
  error?: Failure;
};
