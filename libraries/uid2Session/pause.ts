import type { Failure, Note } from './types.js';

/** A failure that is waited out: `until` is Unix ms, `failures` how many there were in a row. */
export type Pause = Failure & { until: number; failures: number };

const FIRST_MS = 5e3;
const LONGEST_MS = 5 * 60e3;
const REFUSED_MS = 10 * 60e3;
/** A wait longer than any of ours is a clock gone wrong. */
const TOO_LONG_MS = 2 * REFUSED_MS;
const MOST_PAUSES = 8;

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
