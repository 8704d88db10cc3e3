// R15: an opt-out stays known, and ends with a logout or another reader.
import { playEach } from './sequences.ts';

playEach('after an opt-out (R15)', [
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
]);
