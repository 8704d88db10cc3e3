import { createBidding } from './rules/bidding.ts';
import { createHolds } from './rules/holds.ts';
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
  return {
    past,
    ...createReaders(past, world),
    ...createRequests(past, world),
    ...createStorageRules(past),
    ...bidding,
    ...holds,
    /** What must hold at any time. */
    check(page: Page) {
      holds.checkHolds(page);
      bidding.checkPublished(page);
      bidding.checkStatus(page);
    },
  };
}

export type Rules = ReturnType<typeof createRules>;
