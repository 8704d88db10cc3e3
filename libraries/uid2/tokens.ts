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
  /** When the operator answered `latestToken`, Unix ms. */
  updated?: number;
};

export type State = 'none' | 'fresh' | 'stale' | 'expired' | 'dead' | 'optedOut';

/** How long an opt-out is remembered, ms. */
export const OPTOUT_MS = 72 * 3600e3;

/** What time makes of a record. */
export function stateOf(record: Stored | undefined, now: number): State {
  const { latestToken, updated = now } = record ?? {};
  return !latestToken ? 'none'
    : latestToken === 'optout' ? (now - updated < OPTOUT_MS ? 'optedOut' : 'none')
      : now < latestToken.refresh_from && now < latestToken.identity_expires ? 'fresh'
        : now < latestToken.identity_expires ? 'stale'
          : now < latestToken.refresh_expires ? 'expired' : 'dead';
}

/** Whether bidders may have the token: never one that has expired. */
export const isValid = (state: State) => state === 'fresh' || state === 'stale';

/** Whether the operator can make it fresh again. */
export const isDue = (state: State) => state === 'stale' || state === 'expired';

/** Tells the user of one record from that of another. */
export const ownerOf = (record?: Stored) => record?.originalToken?.advertising_token ?? record?.originalIdentity?.identity;
