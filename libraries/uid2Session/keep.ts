import { isValid, ownerOf, stampOf, type NumberedRecord, type State } from './identity.js';
import type { Decision, Memory, View } from './types.js';

/** How long a record that is over may stay in storage: another tab may be about to replace it, ms. */
export const LATE_MS = 1000;

/**
 * Whether what is over may go from storage: nothing does where we are denied, nor while the params cannot work, as they
 * may name the very reader once they are mended.
 */
export const mayClear = ({ memory, denied }: View) => denied === undefined && memory.claim.kind !== 'unusable';

/** What storage is to have: this record, none, or what it has. */
export function keepOf(view: View, record: NumberedRecord | undefined, state: State): Decision['keep'] {
  const { memory, now } = view;
  const isKept = record !== undefined && isOwned(record) && (isWorth(state) || memory.found !== undefined);
  if (!isKept) return mayClear(view) && isTimeToClear(memory, now) ? clearing(memory) : 'asIs';
  // the operator is yet to tell of this reader, but another one must not be found
  if (!record.latestToken) return 'none';
  return isWritten(memory, record) ? 'asIs' : record;
}

/** Nobody's record but by an answer of the operator's: it is not kept before that. */
const isOwned = (record: NumberedRecord) => ownerOf(record) !== undefined || record.answers > 0;

/** An expired token alone is not worth keeping: only in the place of another reader's. */
const isWorth = (state: State) => isValid(state) || state === 'optedOut';

/** Storage has shown a record that is over for a while, and nobody has replaced it. */
const isTimeToClear = ({ lateSince = Infinity }: Memory, now: number) =>
  lateSince < Infinity && Math.abs(now - lateSince) >= LATE_MS;

const clearing = ({ isLentOver }: Memory) => (isLentOver ? 'cleared' : 'none');

/** Whether storage has this record; or, where it shows none, whether it was written before and refused. */
const isWritten = ({ found, written }: Memory, record: NumberedRecord) =>
  stampOf(record) === (found ? stampOf(found) : written);
