import { installGlobals } from './globals.ts';
import type { Event, Settings } from './events.ts';
import { play } from './world.ts';

const plain: Settings = { storage: 'localStorage', supply: 'params', locks: true, lives: 'production', bidWhileRefreshing: false, auctionDelay: 0, every: 0, late: false, sdk: false, wrong: 0, seed: 0 };

/** A fact, and a sequence that once broke it: the model has found it and shrunk it. */
type Sequence = [fact: string, world: Partial<Settings>, events: Event[]];

/** Plays sequences that are about one rule. */
export function playEach(rule: string, sequences: Sequence[]): void {
  describe(`model: ${rule}`, () => {
    let uninstall: () => void;
    before(() => { uninstall = installGlobals(); });
    after(() => uninstall());

    for (const [fact, world, events] of sequences) it(fact, () => play({ ...plain, ...world }, events));
  });
}
