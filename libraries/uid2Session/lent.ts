import { SDK_KEYS, type Place } from './places.js';
import type { Identity, Latest, StoredRecord } from './identity.js';
import { jsonFrom, latestFrom, type Loose } from './parse.js';
import type { Lent } from './types.js';

/**
 * A token that others keep: a bare one of an early integration, or what UID2's own SDK has. A copy of our record, kept
 * for that SDK, comes last.
 */
export function lentIn([local, cookies]: Place[], now: number, bare?: string): Lent | undefined {
  if (bare) return { source: 'legacy', record: borrowed(bare, Infinity, Infinity) };
  const values = [jsonFrom(local.get(SDK_KEYS[0])), jsonFrom(cookies.get(SDK_KEYS[1]))];
  const kept = values.map((value) => ({ latest: latestIn(value, now), isCopy: isCopy(value) }));
  const best = kept.find((one) => one.latest && !one.isCopy) ?? kept.find((one) => one.latest);
  if (!best?.latest) return undefined;
  const { latest } = best;
  const record = latest === 'optout' ? { latestToken: latest } : borrowedOf(latest);
  return { source: 'sdk', record, isCopy: best.isCopy };
}

/** What UID2's own SDK has kept, unless its time is over. A copy is none: if our record is gone, it was a logout. */
export const sdkFrom = (value: Loose, now: number): Latest | undefined =>
  (isCopy(value) ? undefined : latestIn(value, now));

const isCopy = (value: Loose) => value?.isCopy === true;

function latestIn(value: Loose, now: number): Latest | undefined {
  const { refresh_expires: end, status } = value ?? {};
  // localStorage knows no end of an opt-out
  return typeof end === 'number' && end < now ? undefined : latestFrom(status, value);
}

const borrowedOf = ({ advertising_token: token, refresh_from: from, identity_expires: end }: Identity) =>
  borrowed(token, from, end);

/** Whether an identity is only lent: nobody can refresh it. */
export const isBorrowed = (identity?: Identity) => identity?.refresh_token === '';

/** A token that is not ours to refresh: good until it expires, and then dead. */
const borrowed = (token: string, from: number, end: number): StoredRecord => ({
  latestToken: {
    advertising_token: token, refresh_token: '', refresh_from: from, identity_expires: end, refresh_expires: end,
  },
});
