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
  latestToken: Latest;
  originalIdentity?: { identity: string; salt: number };
  /** When the operator answered `latestToken`, Unix ms by this browser's clock. */
  updated?: number;
};

export type State = 'none' | 'fresh' | 'stale' | 'expired' | 'dead' | 'optedOut';

export type Published = { id: string } | { optout: true };

/** How long an opt-out is remembered, ms. */
export const OPTOUT_MS = 72 * 3600e3;

// longer than operators let a token be fresh
const TOO_FRESH_MS = 3 * 3600e3;

/**
 * The time of the operator, Unix ms. An answer is fresh when it comes, so one that looks stale, or too fresh to be
 * true, tells of a wrong clock here; operators let a token be fresh for a quarter of its lifetime.
 */
function operatorTime({ identity_expires: end, refresh_from: from }: Identity, updated: number, now: number): number {
  const fresh = from - updated;
  const stale = end - from;
  return updated && (fresh <= 0 || fresh > Math.max(stale, TOO_FRESH_MS)) ? now + fresh - stale / 3 : now;
}

/** What time makes of a record. */
export function stateOf(record: Stored | undefined, now: number): State {
  if (!record) return 'none';
  const { latestToken, updated = 0 } = record;
  if (latestToken === 'optout') return now < (updated || now) + OPTOUT_MS ? 'optedOut' : 'none';
  const time = operatorTime(latestToken, updated, now);
  return time >= latestToken.refresh_expires ? 'dead'
    : time >= latestToken.identity_expires ? 'expired'
      // a clock set back since the answer says nothing about the token's age
      : time >= latestToken.refresh_from || now < updated ? 'stale' : 'fresh';
}

/** How long the record stays fresh, ms. */
export const freshFor = ({ latestToken, updated = 0 }: Stored, now: number): number =>
  (latestToken === 'optout' ? Infinity : latestToken.refresh_from - operatorTime(latestToken, updated, now));

/** What bidders are given: never a token that has expired. */
export function published(record: Stored | undefined, now: number): Published | undefined {
  const state = stateOf(record, now);
  if (state === 'optedOut') return { optout: true };
  if (state === 'fresh' || state === 'stale') return { id: (record!.latestToken as Identity).advertising_token };
}
