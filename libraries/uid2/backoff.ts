/** After failures: the request that is not to be tried again before `at` (Unix ms), and how often it failed. */
export type Retry = { key: number; at: number; failures: number };

const FIRST_MS = 5e3;
const LONGEST_MS = 5 * 60e3;
const REFUSED_MS = 10 * 60e3;

/** What to wait for after one more failure of the request `key`; `random` is in [0, 1). */
export function retryAfter(error: string, key: number, before: Retry | undefined, now: number, random: number): Retry {
  const failures = before?.key === key ? before.failures + 1 : 1;
  const wait = /^http 4/.test(error) ? REFUSED_MS : Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_MS);
  return { key, failures, at: now + wait * (1 + random / 2) };
}

/** How long the request `key` must not be made, ms; a wait longer than any we set is a clock gone wrong. */
export function waitFor(key: number, retry: Retry | undefined, now: number): number {
  const wait = retry?.key === key ? retry.at - now : 0;
  return wait > 0 && wait < 2 * REFUSED_MS ? wait : 0;
}
