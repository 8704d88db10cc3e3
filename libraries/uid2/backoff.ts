/**
 * What tabs and later pages must know besides the record: the number of the last logout, higher than any login's before it; and of a request
 * that failed: which (`identity_expires` of its token), when it may be tried again (Unix ms), how often it failed, and how.
 */
export type Note = [logout: number, key?: number, at?: number, failures?: number, error?: string];

const FIRST_MS = 5e3;
const LONGEST_MS = 5 * 60e3;
const REFUSED_MS = 10 * 60e3;

/** What is to be remembered of one more failure; `random` is in [0, 1). */
export function noteAfter(logout: number, key: number, error: string, before: number, now: number, random: number): Note {
  const wait = /4..$/.test(error) ? REFUSED_MS : Math.min(FIRST_MS * 2 ** before, LONGEST_MS);
  return [logout, key, Math.round(now + wait * (1 + random / 2)), before + 1, error];
}

/** How long the request must not be made, ms; a wait longer than any of ours is a clock gone wrong. */
export function pauseOf(at: number, now: number): number {
  const pause = at - now;
  return pause > 0 && pause < 12e5 ? pause : 0;
}
