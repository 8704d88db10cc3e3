import { stateOf, type StoredRecord } from './identity.js';
import { plainTokenFrom, recordFrom } from './parse.js';
import { KEY, type Place } from './places.js';
import type { FoundRecord } from './types.js';

/** What one place has: the record, a bare token, nothing at all (`isEmpty`), or what cannot be read. */
type Contents = { place: Place; record?: StoredRecord; isUsable: boolean; bare?: string; isEmpty: boolean };

/** The record that counts, and where it is; `bare` is a bare token. */
type Best = { record: FoundRecord; place?: Place; bare?: string };

/**
 * The best record in these places: of a reader, rather than none; usable, rather than dead. One that `isExpected` is
 * looked for twice: another tab may have moved it between our looks at the two places.
 */
export function bestOf(places: Place[], now: number, isExpected: boolean): Best {
  const first = contentsOf(places[0], now);
  // cookies are slow to read
  const contents = first.isUsable ? [first] : [first, contentsOf(places[1], now)];
  const { record, place } = contents.find((one) => one.isUsable) ?? contents.find((one) => one.record) ?? {};
  if (record) return { record, place };
  const bare = contents.map((one) => one.bare).find((token) => token);
  // a bare token has replaced the record there, so the record is absent
  if (!contents.every((one) => one.isEmpty || one.bare)) return { record: 'unreadable', bare };
  if (!isExpected) return { record: 'absent', bare };
  // absent, or merely denied: in Prebid 9 it takes a write to tell
  const isReadable = places.every((one) => one.isReadable());
  return isReadable ? bestOf(places, now, false) : { record: 'denied', bare };
}

function contentsOf(place: Place, now: number): Contents {
  const text = place.get(KEY);
  const record = recordFrom(text);
  const state = stateOf(record, now);
  // an opt-out of long ago is none any more
  const isNone = state === 'none';
  const isUsable = !isNone && state !== 'dead';
  return { place, record: isNone ? undefined : record, isUsable, bare: plainTokenFrom(text), isEmpty: text === null };
}
