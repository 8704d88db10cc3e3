import { SDK_KEYS, type Place } from './places.js';
import type { Identity, Latest, StoredRecord } from './identity.js';
import { jsonFrom, latestFrom, type Loose } from './parse.js';
import type { Lent } from './types.js';

/**
 * A token that others keep: a bare one of an early integration, or what UID2's own SDK has. A copy of our record, kept
 * for that SDK, comes last.
 */
export function lentIn(places: Place[], now: number, bare?: string): Lent | undefined {
  if (bare) {
    const times = { refresh_from: Infinity, identity_expires: Infinity };
    return { source: 'legacy', record: borrowed({ advertising_token: bare, ...times }) };
  }
  const kept = places.flatMap((place, at): Lent[] => {
    const value = jsonFrom(place.get(SDK_KEYS[at]));
    const latest = latestIn(value, now);
    if (!latest) return [];
    const record = latest === 'optout' ? { latestToken: latest } : borrowed(latest);
    return [{ source: 'sdk', record, isCopy: isCopy(value) }];
  });
  return kept.find((one) => !one.isCopy) ?? kept[0];
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

/** Whether an identity is only lent: nobody can refresh it. */
export const isBorrowed = (identity?: Identity) => identity?.refresh_token === '';

type Borrowed = Pick<Identity, 'advertising_token' | 'refresh_from' | 'identity_expires'>;

/** A token that is not ours to refresh: good until it expires, and then dead. */
const borrowed = ({ advertising_token: token, refresh_from: from, identity_expires: end }: Borrowed): StoredRecord => ({
  latestToken: {
    advertising_token: token, refresh_token: '', refresh_from: from, identity_expires: end, refresh_expires: end,
  },
});
