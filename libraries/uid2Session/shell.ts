import { decide } from './decide.js';
import type { Env, Listener, PageSide } from './env.js';
import type { Decision, Memory } from './types.js';

/** A session's parts. */
export type Shell = {
  env: Env;
  page: PageSide;
  /** Hears the tab, from the first look on. */
  listener: Listener;
  memory: Memory;
  /** Auctions that wait. */
  waiting: (() => void)[];
};

/** The only place where the memory is replaced. */
export function remember(shell: Shell, change: Partial<Memory>): void {
  shell.memory = { ...shell.memory, ...change };
}

/** Why nothing is done but a logout: consent or an activity rule forbids it, or Prebid's config has no entry now. */
export const offBy = ({ page }: Shell, how?: 'recheck'): string | undefined =>
  page.denial(how) ?? (page.isRemoved() ? 'notConfigured' : undefined);

/** What follows from what is known at this moment. */
export function decisionOf(shell: Shell): Decision {
  const { env, page, memory, waiting } = shell;
  return decide({
    now: env.now(),
    memory,
    requestAges: env.requests.lately().map((at) => env.elapsed() - at),
    off: offBy(shell),
    isHidden: env.tab.isHidden() && waiting.length === 0,
    bidWhileRefreshing: page.bidWhileRefreshing(),
  });
}
