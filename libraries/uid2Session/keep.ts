import { isValid, ownerOf, type Reader, type State } from './identity.js';
import { stampOf } from './memory.js';
import type { Decision, Memory, View } from './types.js';

/** How long a record that is over may stay in storage: another tab may be about to replace it, ms. */
export const LATE_MS = 1000;

/** What storage is to have: this record, none, or what it has. */
export function keepOf({ memory, now, denied }: View, record: Reader | undefined, state: State): Decision['keep'] {
  if (denied || memory.claim.kind === 'unusable') return 'asIs';
  const { found } = memory;
  // a record that is over, and that nobody has replaced
  const leftover = isLongLate(memory, now) ? clearing(memory) : 'asIs';
  if (!record || isUnowned(record)) return leftover;
  // the operator is yet to tell of this reader, but another one must not be found
  if (!record.latestToken) return found ? 'none' : leftover;
  return isWorth(state) || found ? unlessThere(memory, record) : 'asIs';
}

/** An expired token alone is not worth keeping. */
const isWorth = (state: State) => isValid(state) || state === 'optedOut';

const unlessThere = (memory: Memory, record: Reader) => (isThere(memory, record) ? 'asIs' : record);

const clearing = ({ isLentOver }: Memory) => (isLentOver ? 'cleared' : 'none');

const isLongLate = ({ lateSince = Infinity }: Memory, now: number) =>
  lateSince < Infinity && Math.abs(now - lateSince) >= LATE_MS;

const isUnowned = (record: Reader) => !ownerOf(record) && !record.answers;

const isThere = ({ found, written }: Memory, record: Reader) => stampOf(record) === (found ? stampOf(found) : written);
