import { installGlobals } from './globals.ts';
import type { Event, Settings } from './events.ts';
import { play } from './world.ts';

const plain: Settings = { storage: 'localStorage', supply: 'params', locks: true, lives: 'production', bidWhileRefreshing: false, every: 0, sdk: false, wrong: 0, seed: 0 };

// Each was found by the model, and shrunk.
const FOUND: [fact: string, world: Partial<Settings>, events: Event[]][] = [
  ['takes no answer that waited for hours in a frozen page for a fresh one', {}, [
    ['open', 2, 'shown', 'getId', 'A', 'stale'],
    ['freeze', 2],
    ['time', 'awake', '5 h'],
    ['auction', 0],
  ]],
  ['keeps to the user whom the page named while consent was denied', {}, [
    ['open', 1, 'shown', 'getId', 'A', 'same'],
    ['consent', 1, 'denied', 'heard'],
    ['login', 1, 'B', 'same'],
  ]],
  ['does not fall back to the user before when the page names one who has logged out', {}, [
    ['open', 1, 'shown', 'getId', 'A', 'same'],
    ['logout', 1],
    ['login', 1, 'C', 'same'],
    ['login', 1, 'A', 'same'],
  ]],
  ['keeps an opt-out from a tab that hears late of the logout before it', { seed: 740441 }, [
    ['open', 0, 'shown', 'getId', 'B', 'stale'],
    ['open', 1, 'shown', 'getId', 'A', 'same'],
    ['open', 0, 'shown', 'getId', 'B', 'same'],
    ['answer', 0, 'ok'],
    ['optOut', 'B'],
    ['logout', 0],
    ['open', 0, 'shown', 'getId', 'B', 'same'],
    ['time', 'awake', '1 min'],
    ['open', 1, 'shown', 'getId', 'nobody', 'same'],
  ]],
  ['keeps an opt-out from a tab that looks late for the logout before it', { storage: 'cookie' }, [
    ['open', 1, 'shown', 'getId', 'A', 'same'],
    ['open', 0, 'hidden', 'getId', 'A', 'same'],
    ['time', 'awake', '1 d'],
    ['logout', 1],
    ['open', 1, 'shown', 'getId', 'A', 'same'],
    ['answer', 0, 'optout'],
    ['answer', 0, 'ok'],
  ]],
  ['hears of a logout that took the publisher\'s cookie away too', { storage: 'cookie', supply: 'cookie' }, [
    ['open', 0, 'shown', 'getId', 'A', 'same'],
    ['open', 1, 'shown', 'getId', 'A', 'dead'],
    ['clock', 'backwards', '40 d'],
    ['logout', 0],
    ['auction', 0],
  ]],
  ['hears of a logout that was followed by a failure', {}, [
    ['open', 0, 'shown', 'getId', 'A', 'same'],
    ['open', 1, 'shown', 'getId', 'nobody', 'same'],
    ['freeze', 0],
    ['logout', 1],
    ['login', 1, 'B', 'expired'],
    ['answer', 0, '500'],
    ['thaw', 0],
    ['auction', 0],
  ]],
  ['keeps the opt-out of a login that only another tab has seen', { supply: 'cookie', wrong: 5 }, [
    ['open', 2, 'shown', 'getId', 'B', 'same'],
    ['open', 1, 'shown', 'getId', 'A', 'same'],
    ['logout', 1],
    ['logout', 0],
    ['auction', 0],
    ['reload', 0],
    ['open', 0, 'shown', 'getId', 'B', 'same'],
    ['answer', 0, 'optout'],
  ]],
  ['tells a login from those before when the clock was set back in between', {}, [
    ['open', 1, 'shown', 'getId', 'A', 'same'],
    ['login', 1, 'B', 'same'],
    ['open', 0, 'shown', 'getId', 'A', 'same'],
    ['login', 1, 'A', 'same'],
    ['time', 'awake', '1 ms'],
    ['clock', 'backwards', '40 d'],
    ['open', 0, 'shown', 'getId', 'A', 'same'],
    ['login', 1, 'B', 'same'],
    ['login', 1, 'C', 'same'],
    ['answer', 0, 'ok'],
  ]],
  ['tells a logout from the login before when the clock was set back in between', {}, [
    ['open', 0, 'shown', 'getId', 'A', 'same'],
    ['open', 1, 'shown', 'getId', 'A', 'same'],
    ['clock', 'backwards', '11 min'],
    ['logout', 0],
    ['operator', 'ok'],
  ]],
  ['keeps to the user whom the page named while storage was blocked', {}, [
    ['open', 1, 'shown', 'getId', 'B', 'same'],
    ['storage', 'blocked'],
    ['open', 1, 'shown', 'getId', 'A', 'dead'],
    ['storage', 'none'],
    ['login', 0, 'A', 'same'],
  ]],
  ['goes on with the named user, whatever is done to the record', { wrong: 100 }, [
    ['open', 2, 'shown', 'getId', 'A', 'same'],
    ['time', 'awake', '11 min'],
    ['open', 1, 'shown', 'getId', 'A', 'stale'],
    ['damage', 'half'],
    ['login', 2, 'C', 'same'],
    ['auction', 0],
    ['reload', 1],
  ]],
  ['keeps a user from another tab no longer than it is stored', {}, [
    ['open', 1, 'shown', 'getId', 'A', 'same'],
    ['open', 0, 'shown', 'getId', 'A', 'same'],
    ['login', 0, 'C', 'same'],
    ['time', 'awake', '1 d'],
    ['logout', 0],
    ['damage', 'clear'],
    ['answer', 0, 'page'],
  ]],
  ['two Prebids do not tell each other without end: the record', { wrong: -5 }, [
    ['open', 2, 'shown', 'getId', 'A', 'same'],
    ['storage', 'full'],
    ['second', 2],
    ['auction', 0],
  ]],
  ['two Prebids do not tell each other without end: the note', {}, [
    ['open', 0, 'shown', 'getId', 'A', 'same'],
    ['clock', 'forwards', '1 d'],
    ['logout', 0],
    ['open', 1, 'shown', 'getId', 'A', 'same'],
    ['storage', 'full'],
    ['open', 0, 'shown', 'getId', 'A', 'same'],
    ['open', 0, 'shown', 'getId', 'A', 'new'],
    ['second', 0],
  ]],
  ['stores nobody again whose record the page removes, named by its cookie and by __uid2', { supply: 'cookie', sdk: true }, [
    ['open', 0, 'shown', 'getId', 'A', 'same'],
    ['init', 0, 'A', 'same'],
    ['remove', 0],
    ['auction', 0],
    ['auction', 0],
  ]],
  ['does not bring a token back that is named again while a later reader waits for the first one', { sdk: true }, [
    ['open', 0, 'shown', 'getId', 'nobody', 'same'],
    ['init', 0, 'A', 'same'],
    ['open', 2, 'shown', 'getId', 'A', 'same'],
    ['setFrom', 0, 'A', 'email'],
    ['rerender', 2],
    ['time', 'awake', '1 ms'],
  ]],
  ['does not bring a token back that is named again after another reader\'s login', { storage: 'cookie', lives: 'short', wrong: -100 }, [
    ['open', 1, 'hidden', 'getId', 'A', 'same'],
    ['open', 0, 'shown', 'getId', 'A', 'same'],
    ['time', 'awake', '1 d'],
    ['burst', 0],
    ['rerender', 1],
    ['second', 0],
  ]],
  ['leaves what another tab keeps for UID2\'s SDK, though its token has expired', { sdk: true }, [
    ['open', 1, 'shown', 'getId', 'B', 'expired'],
    ['login', 1, 'A', 'same'],
    ['init', 1, 'A', 'same'],
    ['sdkLogout', 1],
    ['open', 0, 'shown', 'getId', 'nobody', 'new'],
    ['open', 1, 'shown', 'getId', 'B', 'same'],
    ['rerender', 0],
  ]],
];

describe('model: sequences that once broke a rule', () => {
  let uninstall: () => void;
  before(() => { uninstall = installGlobals(); });
  after(() => uninstall());

  for (const [fact, world, events] of FOUND) it(fact, () => play({ ...plain, ...world }, events));
});
