// Simulations in a process of its own: settings come as messages, progress and results go as messages.
import { createOurs } from './ours.ts';
import { createPrebid } from './prebid.ts';
import { simulate, type Result, type Setting } from './simulate.ts';

const POLICIES = { ours: createOurs, theirs: createPrebid };
export type Order = { setting: Setting; policy: keyof typeof POLICIES };
export type Word = { share: number } | { result: Result };

process.on('message', async ({ setting, policy }: Order) => {
  const say = (word: Word) => process.send!(word);
  say({ result: await simulate(setting, POLICIES[policy], (share) => say({ share })) });
});
