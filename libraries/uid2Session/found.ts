import { identityOf, lifetimeOf, OPTOUT_MS, ownerOf, stateOf } from './identity.js';
import type { NumberedRecord, StoredRecord } from './identity.js';
import { isEnded, nextNumber } from './note.js';
import type { Memory, Sight } from './types.js';

/** Takes in the record of storage. One that counts no more is not found: it is late from then on. */
export function withFound(memory: Memory, sight: Sight): Memory {
  const { record: stored, now } = sight;
  // what is lent may be over too: then its time goes on
  const lateSince = memory.lent === 'over' ? memory.lateSince : undefined;
  const withoutFound = { ...memory, found: undefined, lateSince };
  if (stored === 'unreadable') {
    // it may have been damaged: the last one found stays
    const { found } = memory;
    return countsNoMore(memory, sight, found?.record) ? withoutFound : { ...withoutFound, found };
  }
  if (stored === 'absent' || stored === 'denied') return withoutFound;
  const record = numbered(withoutFound, stored, memory.found?.record, now);
  if (countsNoMore(memory, sight, record)) {
    // what this page had written is not there any more: it must replace this one
    return { ...withoutFound, written: undefined, lateSince: memory.lateSince ?? now };
  }
  return { ...withoutFound, found: foundNow(record, now, sight.isInCookies) };
}

/** Takes what others keep of the reader, unless a logout has ended it. */
export function withLent(memory: Memory, { lent, hash, now }: Sight): Memory {
  const token = lent && lent.latest !== 'optout' ? lent.latest.advertising_token : undefined;
  if (!isEnded(memory, token, hash)) return { ...memory, lent };
  return { ...memory, lent: 'over', lateSince: memory.lateSince ?? now };
}

/** Whether a record counts no more: its login or its tokens have ended, or its opt-out was long ago. */
function countsNoMore(memory: Memory, { now, hash }: Sight, record?: NumberedRecord): boolean {
  if (!record || record.login < memory.note.since || isForgotten(record, now)) return true;
  return [ownerOf(record), identityOf(record)?.advertising_token].some((token) => isEnded(memory, token, hash));
}

/** Whether it is an opt-out of long ago, which counts no more. */
export const isForgotten = (record: NumberedRecord | undefined, now: number) =>
  record?.latestToken === 'optout' && stateOf(record, now) === 'none';

/**
 * The record, as storage has it now. In cookies an opt-out may take its place, and end after 72 hours: that it is gone
 * then is no logout.
 */
export function foundNow(record: NumberedRecord, now: number, isInCookies: boolean): Memory['found'] {
  const end = lifetimeOf(record, now);
  return { record, until: isInCookies ? Math.min(end, now + OPTOUT_MS) : end };
}

/** What Prebid's own module stores has no numbers: it counts as the latest when it is first seen. */
function numbered(
  memory: Memory, stored: StoredRecord, before: NumberedRecord | undefined, now: number,
): NumberedRecord {
  const { login, answers = stored.updated === undefined ? 0 : 1 } = stored;
  if (login !== undefined) return { ...stored, login, answers };
  const ofReader = [memory.record, before].filter((one) => one !== undefined && ownerOf(one) === ownerOf(stored));
  const same = ofReader.find((one) => identityOf(one)?.advertising_token === identityOf(stored)?.advertising_token);
  if (same) return { ...stored, login: same.login, answers: same.answers };
  // another token of a reader that we know is a newer answer
  const [earlier] = ofReader;
  return { ...stored, login: nextNumber(memory, now), answers: earlier ? earlier.answers + 1 : 0 };
}

/** A record that storage had at the last look, and that is gone without a note, was removed by the page: a logout. */
export function withRemoval(memory: Memory, { record, now }: Sight): Memory {
  const { found, note } = memory;
  if (record !== 'absent' || !found || found.record.login < note.since || now >= found.until) return memory;
  const since = found.record.login + 1;
  return { ...memory, note: { ...note, since }, isNoteBehind: true, removal: since };
}
