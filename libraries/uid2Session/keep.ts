import { isValid, ownerOf, stampOf, type NumberedRecord, type State } from './identity.js';
import type { Decision, Memory, View } from './types.js';

/** How long a record that is over may stay in storage: another tab may be about to replace it, ms. */
const LEFTOVER_MS = 1000;

/**
 * Ms until a leftover is removed, 0 or less if that is now. Infinity if there is none, or if it stays: where all is
 * forbidden, and while the params cannot work, as they may name this very reader once they are mended.
 */
export function msUntilLeftoverGoes({ memory: { claim, leftoverSince }, off, now }: View): number {
  const mayGo = off === undefined && claim.kind !== 'unusable';
  return mayGo && leftoverSince !== undefined ? LEFTOVER_MS - Math.abs(now - leftoverSince) : Infinity;
}

/**
 * What storage is to have. A record: write it. `remove`: none, be it ours or a lent token that has ended. `asIs`: what
 * it has.
 */
export function keepOf(view: View, record: NumberedRecord | undefined, state: State): Decision['keep'] {
  const { memory } = view;
  const mayKeep = isWorthWriting(state) || memory.found !== undefined;
  if (!record || !isOwned(record) || !mayKeep) return msUntilLeftoverGoes(view) <= 0 ? 'remove' : 'asIs';
  // the operator is yet to tell of this reader, but another one must not be found
  if (!record.latestToken) return 'remove';
  return isWritten(memory, record) ? 'asIs' : record;
}

/** Has an owner; without one it is kept only once the operator has answered for it. */
const isOwned = (record: NumberedRecord) => ownerOf(record) !== undefined || record.answers > 0;

/** Only these are written to empty storage; a record that was found is replaced by any. */
const isWorthWriting = (state: State) => isValid(state) || state === 'optedOut';

/** Whether storage has the record in use, as far as this page knows. */
export const isStored = ({ found, record }: Memory) =>
  found !== undefined && record !== undefined && stampOf(found.record) === stampOf(record);

/** Whether storage has this record; or, where it shows none, whether it was written before and refused. */
const isWritten = ({ found, written }: Memory, record: NumberedRecord) =>
  stampOf(record) === (found ? stampOf(found.record) : written);
