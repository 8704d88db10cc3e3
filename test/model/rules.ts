import { createBidding } from './rules/bidding.ts';
import { createHolds } from './rules/holds.ts';
import { createLeaving } from './rules/leaving.ts';
import { createPast, type World } from './rules/past.ts';
import { createReaders } from './rules/readers.ts';
import { createRequests } from './rules/requests.ts';
import { createStorageRules } from './rules/storage.ts';
import type { Page } from './rules/kinds.ts';

// What must hold after every step, told from outside: from what was said to tabs and what they did, never from their variables.

export function createRules(world: World) {
  const past = createPast(world);
  const bidding = createBidding(past, world);
  const holds = createHolds(past);
  const leaving = createLeaving(past, world);
  return {
    past,
    ...createReaders(past, world),
    ...createRequests(past, leaving, world),
    ...createStorageRules(past),
    ...bidding,
    ...holds,
    ...leaving,
    /** What must hold at any time. */
    check(page: Page) {
      holds.checkHolds(page);
      bidding.checkPublished(page);
      bidding.checkStatus(page);
    },
  };
}

export type Rules = ReturnType<typeof createRules>;
