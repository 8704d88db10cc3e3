import { stateOf, type StoredRecord } from './identity.js';
import { KEY } from './lent.js';
import { plainTokenFrom, recordFrom } from './parse.js';
import type { Place } from './places.js';
import type { FoundRecord } from './types.js';

/** What one place has: the record, a bare token, nothing at all (`isEmpty`), or what cannot be read. */
type Copy = { place: Place; record?: StoredRecord; bare?: string; isEmpty: boolean };

/** The copy of the record that counts; `bare` is a bare token. */
type Best = { record: FoundRecord; place?: Place; bare?: string };

/**
 * The best record in these places: of a reader, rather than none; usable, rather than dead. One that `isExpected` is
 * looked for twice: another tab may have moved it between our looks at the two places.
 */
export function bestOf(places: Place[], now: number, isExpected: boolean): Best {
  const best = bestNow(places, now, false);
  return best.record === 'absent' && isExpected ? bestNow(places, now, true) : best;
}

/** `checksAccess` tells a record that is absent from one that is denied. In Prebid 9 that takes a write. */
function bestNow(places: Place[], now: number, checksAccess: boolean): Best {
  const copies = copiesIn(places, now);
  const { record, place } = copies.find((copy) => isUsable(copy, now)) ?? copies.find((copy) => copy.record) ?? {};
  if (record) return { record, place };
  const bare = copies.map((copy) => copy.bare).find((token) => token);
  // a bare token has replaced the record there, so the record is absent
  if (!copies.every((copy) => copy.isEmpty || copy.bare)) return { record: 'unreadable', bare };
  return { record: checksAccess && places.some((one) => !one.isReadable()) ? 'denied' : 'absent', bare };
}

/** What these places have, up to the first that is usable: cookies are slow to read. */
function copiesIn([first, ...others]: Place[], now: number): Copy[] {
  const copy = copyIn(first, now);
  return isUsable(copy, now) || others.length === 0 ? [copy] : [copy, ...copiesIn(others, now)];
}

const isUsable = ({ record }: Copy, now: number) => record !== undefined && stateOf(record, now) !== 'dead';

function copyIn(place: Place, now: number): Copy {
  const text = place.get(KEY);
  const record = recordFrom(text);
  // an opt-out of long ago is none any more
  const isNone = stateOf(record, now) === 'none';
  return { place, record: isNone ? undefined : record, bare: plainTokenFrom(text), isEmpty: text === null };
}
