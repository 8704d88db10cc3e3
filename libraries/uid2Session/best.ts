import { stateOf, type StoredRecord } from './identity.js';
import { plainTokenFrom, recordFrom } from './parse.js';
import { KEY, type Place } from './places.js';
import type { FoundRecord } from './types.js';

/** What one place has: the record, a bare token, nothing at all (`isEmpty`), or what cannot be read. */
type Contents = { place: Place; record?: StoredRecord; bare?: string; isEmpty: boolean };

/** The record that counts, and where it is; `bare` is a bare token. */
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
  const contents = contentsIn(places, now);
  const { record, place } = contents.find((one) => isUsable(one, now)) ?? contents.find((one) => one.record) ?? {};
  if (record) return { record, place };
  const bare = contents.map((one) => one.bare).find((token) => token);
  // a bare token has replaced the record there, so the record is absent
  if (!contents.every((one) => one.isEmpty || one.bare)) return { record: 'unreadable', bare };
  return { record: checksAccess && places.some((one) => !one.isReadable()) ? 'denied' : 'absent', bare };
}

/** What these places have, up to the first that is usable: cookies are slow to read. */
function contentsIn([first, ...others]: Place[], now: number): Contents[] {
  const content = contentsOf(first, now);
  const isEnough = isUsable(content, now) || others.length === 0;
  return isEnough ? [content] : [content, ...contentsIn(others, now)];
}

const isUsable = ({ record }: Contents, now: number) => record !== undefined && stateOf(record, now) !== 'dead';

function contentsOf(place: Place, now: number): Contents {
  const text = place.get(KEY);
  const record = recordFrom(text);
  // an opt-out of long ago is none any more
  const isNone = stateOf(record, now) === 'none';
  return { place, record: isNone ? undefined : record, bare: plainTokenFrom(text), isEmpty: text === null };
}
