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

/** What the browser keeps of the reader; the first three fields are shared with Prebid's own module. */
export type StoredRecord = {
  originalToken?: { advertising_token: string } & Partial<Identity>;
  /** Absent only of an address, until the operator answers. Never so in storage. */
  latestToken?: Latest;
  originalIdentity?: { identity: string; salt: number };
  /** When the operator answered `latestToken`, Unix ms. */
  updated?: number;
  /** The login number: of two records the higher one is the later login. */
  login?: number;
  /** How often the operator has answered since that login. */
  answers?: number;
};

/** A record in use: every one has its numbers. */
export type NumberedRecord = StoredRecord & { login: number; answers: number };

export type State = 'none' | 'fresh' | 'stale' | 'expired' | 'dead' | 'optedOut';

/** How long an opt-out is remembered, ms. */
export const OPTOUT_MS = 72 * 3600e3;

// no operator lets a token be fresh for longer than this, unless it stays stale for longer still
const FRESH_MS = 3 * 3600e3;

const isTooFresh = ({ refresh_from: from, identity_expires: end }: Identity, now: number) =>
  from - now > Math.max(end - from, FRESH_MS);

/** What time makes of a record. A token that is fresh for too long counts as stale: the clock was set back. */
export function stateOf(record: StoredRecord | undefined, now: number): State {
  const { latestToken, updated = now } = record ?? {};
  if (!latestToken) return 'none';
  if (latestToken === 'optout') return Math.abs(now - updated) < OPTOUT_MS ? 'optedOut' : 'none';
  const { refresh_from: from, identity_expires: end, refresh_expires: last } = latestToken;
  if (now < end) return now < from && !isTooFresh(latestToken, now) ? 'fresh' : 'stale';
  return now < last ? 'expired' : 'dead';
}

/** Whether bidders may have the token: never one that has expired. */
export const isValid = (state: State) => state === 'fresh' || state === 'stale';

/** The identity in a record; none of an address that waits for its first answer, nor of an opt-out. */
export const identityOf = (record?: StoredRecord): Identity | undefined =>
  (record?.latestToken === 'optout' ? undefined : record?.latestToken);

/** When a record is of no use any more, Unix ms. */
export const lifetimeOf = (record: StoredRecord, now: number): number =>
  identityOf(record)?.refresh_expires ?? (record.updated ?? now) + OPTOUT_MS;

/** The token, or the hashed identity, that the publisher supplied for the record: tells one reader from another. */
export const ownerOf = (record?: StoredRecord) =>
  record?.originalToken?.advertising_token ?? record?.originalIdentity?.identity;

/** Which answer a record holds; equal for two copies of one record. */
export function stampOf(record: NumberedRecord): string {
  const { login, answers, updated } = record;
  return [login, answers, updated, ownerOf(record), identityOf(record)?.advertising_token].join();
}

/**
 * An answer to a request made at `now`, in the time of this browser's clock. A token is fresh when it is made, for a
 * quarter of its life as operators have it. One that does not look so tells how wrong the clock is.
 * Due again after `every` ms at the latest.
 */
export function received(identity: Identity, every: number, now: number): Identity {
  const { refresh_from: from, identity_expires: end, refresh_expires: last } = identity;
  // operators let a token be stale for three times as long as fresh
  const freshFor = (end - from) / 3;
  const looksFresh = now < from && !isTooFresh(identity, now);
  const wrong = looksFresh ? 0 : now + freshFor - from;
  return {
    ...identity,
    refresh_from: Math.min(Math.max(from + wrong, now + freshFor / 3), now + every),
    identity_expires: end + wrong,
    refresh_expires: last + wrong,
  };
}
