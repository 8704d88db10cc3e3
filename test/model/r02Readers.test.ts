// R2: a record made for another reader is replaced, never mixed.
import { playEach } from './sequences.ts';

playEach('whose record it is (R2)', [
  ['keeps to the user whom the page named while consent was denied', {}, [
    ['open', 1, 'shown', 'getId', 'A', 'same'],
    ['consent', 1, 'denied', 'heard'],
    ['login', 1, 'B', 'same'],
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
]);
