import { decide } from './decide.js';
import type { Env, PageSide } from './env.js';
import type { Decision, Memory } from './types.js';

/** A session's parts. */
export type Shell = {
  env: Env;
  page: PageSide;
  memory: Memory;
  isOpen: boolean;
  /** Auctions that wait. */
  waiting: (() => void)[];
  /** Whoever waits for the outcome of the request. */
  onSettled: (() => void)[];
};

/** The only place where the memory is replaced. */
export function remember(shell: Shell, change: Partial<Memory>): void {
  shell.memory = { ...shell.memory, ...change };
}

/** What follows from what is known at this moment. */
export const decisionOf = ({ env, page, memory }: Shell): Decision => decide({
  now: env.now(),
  elapsed: env.elapsed(),
  memory,
  denied: page.denial(),
  isHidden: env.tab.isHidden(),
  bidWhileRefreshing: page.bidWhileRefreshing(),
});
