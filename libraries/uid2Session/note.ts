import type { Found, Hash, Memory, Note } from './types.js';

/** So many ended tokens are kept for other tabs and later pages. */
const MOST_HASHES = 12;

/** A number for the next login or logout: higher than any that this browser knows. */
export const nextNumber = ({ note, highestLogin }: Memory, now: number) =>
  Math.max(now, note.since + 1, highestLogin + 1);

/** Enough to know a token again, and of no other use. */
const shortHash = (token: string, hash: Hash) => hash(token).slice(-8);

/** Whether a logout has ended this token. Nothing is hashed where there was none. */
export const isEnded = ({ note: { ended } }: Memory, token: string | undefined, hash: Hash) =>
  token !== undefined && ended.length > 0 && ended.includes(shortHash(token, hash));

/** The note with these tokens as the last that have ended. */
export function withEnded(note: Note, tokens: string[], hash: Hash): Note {
  const last = tokens.map((token) => shortHash(token, hash));
  return { ...note, ended: [...note.ended.filter((one) => !last.includes(one)), ...new Set(last)] };
}

/** The note as it is kept: a page knows all tokens that have ended since it began, storage the last ones. */
export const shortened = (note: Note): Note => ({ ...note, ended: note.ended.slice(-MOST_HASHES) });

/** Whether a logout, or another login, has come after the reader whom the page has named. */
export const isSuperseded = ({ claim: { login }, note, highestLogin }: Memory) =>
  login > 0 && login < Math.max(note.since, highestLogin);

/**
 * For pauses, storage wins. If our note was there and is gone, the pauses are gone too. If storage never took it, ours
 * stay.
 */
function noteAfter({ note: known, sinceStored }: Memory, found: Found<Note>): Note {
  if (typeof found === 'object') return found;
  return found === 'absent' && sinceStored !== undefined ? { ...known, pauses: {}, isSlow: false } : known;
}

/**
 * The memory with all that is known of logouts and failures. What storage has counts, but for a logout that is yet to
 * be noted there; `news` is what another tab has told.
 */
export function withNote(memory: Memory, found: Found<Note>, news: Note = memory.note): Memory {
  const note = noteAfter(memory, found);
  const all = [memory.note, note, news];
  const since = Math.max(...all.map((one) => one.since));
  const sinceStored = typeof found === 'object' ? found.since : undefined;
  return {
    ...memory,
    note: { ...note, since, ended: [...new Set(all.flatMap(({ ended }) => ended))] },
    sinceStored: found === 'unreadable' ? memory.sinceStored : sinceStored,
  };
}

/** Whether storage lacks a logout that we know of. */
export const isNoteBehind = ({ note, sinceStored = 0 }: Memory) => sinceStored < note.since;
