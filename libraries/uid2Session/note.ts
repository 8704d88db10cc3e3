import type { Failure, Found, Hash, Memory, Note, Pause } from './types.js';

const FIRST_MS = 5e3;
const LONGEST_MS = 5 * 60e3;
const REFUSED_MS = 10 * 60e3;
/** A wait longer than any of ours is a clock gone wrong. */
const TOO_LONG_MS = 2 * REFUSED_MS;
/** So many ended tokens are kept for other tabs and later pages. */
const MOST_HASHES = 12;
const MOST_PAUSES = 8;

/** A number for the next login or logout: higher than any that this browser knows. */
export const nextNumber = ({ note, highestLogin }: Memory, now: number) =>
  Math.max(now, note.since + 1, highestLogin + 1);

/** The pause after one more failure. `random` is in [0, 1). */
export function pauseAfter(failure: Failure, before: Pause | undefined, now: number, random: number): Pause {
  const { failures = 0 } = before ?? {};
  const { kind, status = 0 } = failure;
  const isRefused = (kind === 'http' || kind === 'domain') && status >= 400 && status < 500;
  const wait = isRefused ? REFUSED_MS : Math.min(FIRST_MS * 2 ** failures, LONGEST_MS);
  // another document may have been refused meanwhile: that counts for longer
  const longer = Math.max(wait * (1 + random / 2), waitOf(before, now));
  return { ...failure, until: Math.round(now + longer), failures: failures + 1 };
}

/** How long the request must not be made, ms. */
export function waitOf(pause: Pause | undefined, now: number): number {
  const wait = pause ? pause.until - now : 0;
  return wait > 0 && wait < TOO_LONG_MS ? wait : 0;
}

/** The note with this pause, or without any of that key. */
export function withPause(note: Note, key: string, pause?: Pause): Note {
  const others = Object.entries(note.pauses).filter(([name]) => name !== key).slice(1 - MOST_PAUSES);
  return { ...note, pauses: Object.fromEntries(pause ? [...others, [key, pause]] : others) };
}

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

/** The note as it is kept: a page knows all tokens that it has seen end, storage the last ones. */
export const shortened = (note: Note): Note => ({ ...note, ended: note.ended.slice(-MOST_HASHES) });

/** Whether a logout has come after the reader whom the page has named. */
export const hasLeft = ({ claim: { login }, note }: Memory) => login > 0 && login < note.since;

/** Whether that, or another login. */
export const isSuperseded = ({ claim: { login }, note, highestLogin }: Memory) =>
  login > 0 && login < Math.max(note.since, highestLogin);

/**
 * For pauses, storage wins. If our note was there and is gone, the pauses are gone too. If storage never took it, ours
 * stay.
 */
function noteAfter({ note: known, isNoteInStorage }: Memory, found: Found<Note>): Note {
  if (typeof found === 'object') return found;
  return found === 'absent' && isNoteInStorage ? { ...known, pauses: {}, isSlow: false } : known;
}

/**
 * The memory with all that is known of logouts and failures. What storage has counts, but for a logout that is yet to
 * be noted there; `heard` is what another tab has told.
 */
export function withNote(memory: Memory, found: Found<Note>, news: Note = memory.note): Memory {
  const note = noteAfter(memory, found);
  const all = [memory.note, note, news];
  const since = Math.max(...all.map((one) => one.since));
  const sinceInStorage = typeof found === 'object' ? found.since : 0;
  return {
    ...memory,
    note: { ...note, since, ended: [...new Set(all.flatMap(({ ended }) => ended))] },
    isNoteInStorage: found === 'unreadable' ? memory.isNoteInStorage : found !== 'absent',
    isNoteToWrite: found !== 'unreadable' && sinceInStorage < since,
  };
}

const words = (): { [kind in Failure['kind']]?: string } => ({
  timeout: 'network',
  insecure: 'insecure page',
  ...(FEATURES.UID2_CSTG && {
    domain: 'domain not on the account\'s list: http',
    key: 'invalid serverPublicKey',
  }),
});

/** A failure in the words of `status()`. */
export const wordsOf = ({ kind, status }: Failure) => [words()[kind] ?? kind, status].join(' ').trim();
