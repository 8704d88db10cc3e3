/** What the operator answers to generate or refresh; times are Unix ms. */
export type Identity = {
  advertising_token: string;
  refresh_token: string;
  identity_expires: number;
  refresh_from: number;
  refresh_expires: number;
  /** AES-256 key of the next refresh answer, base64; absent on identities made by API v1. */
  refresh_response_key?: string;
};

export type Latest = Identity | 'optout';

/** What the browser keeps; the first three fields are shared with Prebid's own module. */
export type Stored = {
  originalToken?: { advertising_token: string } & Partial<Identity>;
  /** Absent before the first answer; never so in storage. */
  latestToken?: Latest;
  originalIdentity?: { identity: string; salt: number };
  /** When the operator answered `latestToken`, Unix ms. */
  updated?: number;
  /** Counts the logins in this browser, and its fraction what became of one: the higher number is the later record. */
  login?: number;
};

export type State = 'none' | 'fresh' | 'stale' | 'expired' | 'dead' | 'optedOut';

/** How long an opt-out is remembered, ms. */
export const OPTOUT_MS = 72 * 3600e3;

// no operator lets a token be fresh for longer than this, unless it stays stale for longer still
const FRESH_MS = 3 * 3600e3;

const isTooFresh = ({ refresh_from: from, identity_expires: end }: Identity, now: number) => from - now > Math.max(end - from, FRESH_MS);

/** What time makes of a record; a token too fresh to be true tells of a clock set back, and not when it was made. */
export function stateOf(record: Stored | undefined, now: number): State {
  const { latestToken, updated = now } = record ?? {};
  if (!latestToken) return 'none';
  if (latestToken === 'optout') return Math.abs(now - updated) < OPTOUT_MS ? 'optedOut' : 'none';
  if (now < latestToken.identity_expires) return now < latestToken.refresh_from && !isTooFresh(latestToken, now) ? 'fresh' : 'stale';
  return now < latestToken.refresh_expires ? 'expired' : 'dead';
}

/** Whether bidders may have the token: never one that has expired. */
export const isValid = (state: State) => state === 'fresh' || state === 'stale';

/** Whether the operator can make it fresh again. */
export const isDue = (state: State) => state === 'stale' || state === 'expired';

/** The token, or the hashed identity, that the publisher supplied for the record: tells one user from another. */
export const ownerOf = (record?: Stored) => record?.originalToken?.advertising_token ?? record?.originalIdentity?.identity;

/**
 * The answer to a request made at `now`, in the time of this browser's clock. It is fresh when it is made, for a quarter of its
 * life as operators have it; one that does not look so tells how wrong the clock is. Due again after `every` ms at the latest.
 */
export function received(identity: Identity, every: number, now: number): Identity {
  const { refresh_from: from, identity_expires: end, refresh_expires: last } = identity;
  const third = (end - from) / 3;
  const wrong = now < from && !isTooFresh(identity, now) ? 0 : now + third - from;
  return {
    ...identity,
    refresh_from: Math.min(Math.max(from + wrong, now + third / 3), now + every),
    identity_expires: end + wrong,
    refresh_expires: last + wrong,
  };
}
