import { MOST_A_MINUTE } from './decide.js';
import type { Requests } from './env.js';

/** Where the document keeps when it has asked: one list for all of its Prebids, whenever they are loaded. */
const ASKED: unique symbol = Symbol.for('uid2 asked');

declare global {
  interface Window {
    [ASKED]?: number[];
  }
}

/** The requests of a window's document; `elapsed` is a clock that nobody sets, ms. */
export function requestsOf(page: Window, elapsed: () => number): Requests {
  const lately = () => page[ASKED] ?? [];
  return {
    lately,
    count: () => { page[ASKED] = [...lately().slice(1 - MOST_A_MINUTE), elapsed()]; },
  };
}
