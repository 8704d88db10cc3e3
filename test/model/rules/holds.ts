import { PATIENCE, type Hold, type Page } from './kinds.ts';
import type { Past } from './past.ts';

// How long auctions wait for us (R7, R8).

export function createHolds(past: Past) {
  /** Holds that are to end in the task that runs now, and why. */
  const waiting: [Hold[], string][] = [];

  return {
    /** What held auctions is over: a logout, another user, a denial. */
    ended(holds: Hold[], why: string) {
      // they are called back in the same task, a few promises later
      waiting.push([holds, why]);
    },

    /** No auction is held twice, for longer than a request may take, or for what is over. */
    checkHolds(page: Page) {
      for (const [holds, why] of waiting.splice(0)) if (holds.some(({ calls }) => !calls)) past.broken(`goes on holding an auction after ${why}`);
      page.holds.forEach(({ calls, waited }) => {
        if (calls > 1) past.broken('calls back twice');
        if (!calls && waited > 2 * PATIENCE + 10) past.broken(`holds an auction for ${waited} ms`);
      });
    },
  };
}
