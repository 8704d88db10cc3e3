import { identityOf, lifetimeOf, OPTOUT_MS, ownerOf, stateOf } from './identity.js';
import type { NumberedRecord, StoredRecord } from './identity.js';
import { isEnded, nextNumber } from './note.js';
import type { Memory, Sight } from './types.js';

/** A record that storage had at the last look, and that is gone without a note, was removed by the page: a logout. */
export function withRemoval(memory: Memory, { record, now }: Sight): Memory {
  const { found, note } = memory;
  if (record !== 'absent' || !found || found.record.login < note.since || now >= found.until) return memory;
  const since = found.record.login + 1;
  return { ...memory, note: { ...note, since }, removedSince: since };
}

/** Takes in what storage has: the record, and what others keep. What is over, or has ended, is a leftover. */
export function withStored(memory: Memory, sight: Sight): Memory {
  const { record: stored, now, isInCookies } = sight;
  const record = typeof stored === 'object' ? numberedRecord(memory, stored, now) : undefined;
  const isCounted = doesCount(memory, sight, record);
  const isRecordOver = record !== undefined && !isCounted;
  const lent = lentNow(memory, sight);
  const hasLeftover = isRecordOver || lent === 'ended';
  return {
    ...memory,
    found: isCounted ? foundNow(record, now, isInCookies) : stillFound(memory, sight),
    // what this page has written is not there any more: it must replace the leftover
    written: isRecordOver ? undefined : memory.written,
    lent,
    leftoverSince: hasLeftover ? memory.leftoverSince ?? now : undefined,
  };
}

/** What others keep of the reader, as far as it counts. */
function lentNow(memory: Memory, { lent, hash }: Sight): Memory['lent'] {
  if (isEnded(memory, lentToken(lent), hash)) return 'ended';
  return lent?.isCopy ? undefined : lent;
}

/** The record that was found before, where storage cannot be read now: it may have been damaged. */
const stillFound = (memory: Memory, sight: Sight): Memory['found'] =>
  (sight.record === 'unreadable' && doesCount(memory, sight, memory.found?.record) ? memory.found : undefined);

/** Whether there is a record that counts: no logout has ended its login or tokens, and no opt-out is out of date. */
export function doesCount(memory: Memory, { now, hash }: Sight, record?: NumberedRecord): record is NumberedRecord {
  if (!record || record.login < memory.note.since) return false;
  const isForgotten = record.latestToken === 'optout' && stateOf(record, now) === 'none';
  const tokens = [ownerOf(record), identityOf(record)?.advertising_token];
  return !isForgotten && !tokens.some((token) => isEnded(memory, token, hash));
}

/** The token that others keep. */
export const lentToken = (lent: Memory['lent']): string | undefined =>
  (lent === 'ended' ? undefined : identityOf(lent?.record)?.advertising_token);

/**
 * The record, as storage has it now. In cookies an opt-out may take its place, and end after 72 hours: that it is gone
 * then is no logout.
 */
export function foundNow(record: NumberedRecord, now: number, isInCookies: boolean): Memory['found'] {
  const end = lifetimeOf(record, now);
  return { record, until: isInCookies ? Math.min(end, now + OPTOUT_MS) : end };
}

/**
 * The record with its numbers. Prebid's own module stores none. Then a token that we know keeps its numbers, and any
 * other counts as the latest when we first find it.
 */
function numberedRecord(memory: Memory, stored: StoredRecord, now: number): NumberedRecord {
  const { login, answers = stored.updated === undefined ? 0 : 1 } = stored;
  if (login !== undefined) return { ...stored, login, answers };
  const ofReader = [memory.record, memory.found?.record].filter((one) => one && ownerOf(one) === ownerOf(stored));
  const known = ofReader.find((one) => identityOf(one)?.advertising_token === identityOf(stored)?.advertising_token);
  if (known) return { ...stored, login: known.login, answers: known.answers };
  // another token of a reader we know: count it as one answer more
  const [earlier] = ofReader;
  return { ...stored, login: nextNumber(memory, now), answers: earlier ? earlier.answers + 1 : 0 };
}
