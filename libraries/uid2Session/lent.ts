import type { Place } from './places.js';
import type { Latest, StoredRecord } from './identity.js';
import { jsonFrom, latestFrom, type Loose } from './parse.js';
import type { Lent } from './types.js';

/** Where the record is, or a bare token of an early integration. */
export const KEY = '__uid2_advertising_token';
/** Where UID2's own SDK keeps the identity: the key of localStorage, and the cookie. */
export const SDK_KEYS = ['UID2-sdk-identity', '__uid_2'];

/** A token that others keep: a bare one of an early integration, or what UID2's own SDK has. */
export function lentIn([local, cookies]: Place[], now: number, bare?: string): Lent | undefined {
  if (bare) return { source: 'legacy', record: borrowed(bare, Infinity, Infinity) };
  const texts = [local.get(SDK_KEYS[0]), cookies.get(SDK_KEYS[1])];
  const latest = texts.map((text) => sdkFrom(jsonFrom(text), now)).find((one) => one);
  if (latest === undefined || latest === 'optout') return latest && { source: 'sdk', record: { latestToken: latest } };
  return { source: 'sdk', record: borrowed(latest.advertising_token, latest.refresh_from, latest.identity_expires) };
}

/** What UID2's own SDK has kept, unless its time is over. */
export function sdkFrom(value: Loose, now: number): Latest | undefined {
  const { refresh_expires: end, status, isCopy } = value ?? {};
  // a copy of our record: if that is gone, it was a logout
  if (isCopy) return undefined;
  // localStorage knows no end of an opt-out
  return typeof end === 'number' && end < now ? undefined : latestFrom(status, value);
}

/** A token that is not ours to refresh: good until it expires, and then dead. */
const borrowed = (token: string, from: number, end: number): StoredRecord => ({ latestToken: {
  advertising_token: token, refresh_token: '', refresh_from: from, identity_expires: end, refresh_expires: end,
} });
