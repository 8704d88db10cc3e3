import { stateOf, type StoredRecord } from './identity.js';
import { KEY } from './lent.js';
import { plainTokenFrom, recordFrom } from './parse.js';
import type { Place } from './places.js';
import type { Found, FoundRecord } from './types.js';

/** What one place has of the record. */
type Copy = { place: Place; text: Found<string>; record?: StoredRecord };

/** What counts of all copies; `bare` is a bare token. */
type Best = { record: FoundRecord; place?: Place; bare?: string };

/**
 * The best record in these places: of a reader, rather than none; usable, rather than dead. One that `isExpected` is
 * looked for twice: in a move between two places the first look may have missed it.
 */
export function bestIn(places: Place[], now: number, isExpected: boolean): Best {
  const best = bestAtOnce(places, now, false);
  return best.record === 'absent' && isExpected ? bestAtOnce(places, now, true) : best;
}

/** `tellsDenied` is to tell a record that is absent from one that is merely denied: in Prebid 9 that takes a write. */
function bestAtOnce(places: Place[], now: number, tellsDenied: boolean): Best {
  const copies = copiesIn(places, now);
  const { record, place } = copies.find((copy) => isUsable(copy, now)) ?? copies.find((copy) => copy.record) ?? {};
  if (record) return { record, place };
  const tokens = copies.map(({ text }) => plainTokenFrom(text));
  const bare = tokens.find((token) => token !== undefined);
  // whoever put a bare token there has taken the record away: it is absent, not unreadable
  const hasNoRecord = copies.every(({ text }, at) => text === 'absent' || tokens[at] !== undefined);
  if (!hasNoRecord) return { record: 'unreadable', bare };
  return { record: tellsDenied && places.some((one) => !one.isReadable()) ? 'denied' : 'absent', bare };
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
  return { place, text, record: stateOf(record, now) === 'none' ? undefined : record };
}
