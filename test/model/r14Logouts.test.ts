// R14: whoever has logged out stays so, in every tab.
import { playEach } from './sequences.ts';

playEach('after a logout (R14)', [
  ['does not fall back to the user before when the page names one who has logged out', {}, [
    ['open', 1, 'shown', 'getId', 'A', 'same'],
    ['logout', 1],
    ['login', 1, 'C', 'same'],
    ['login', 1, 'A', 'same'],
  ]],
  ['takes the publisher\'s cookie away too while the entry is out of the config', { supply: 'cookie' }, [
    ['open', 0, 'shown', 'getId', 'A', 'same'],
    ['takeOut', 0, 'drop'],
    ['logout', 0],
  ]],
  ['does not fall back to the user before when the config names one again whom __uid2 has logged out', { sdk: true }, [
    ['open', 2, 'shown', 'getId', 'A', 'same'],
    ['sdkLogout', 2],
    ['login', 2, 'B', 'same'],
    ['login', 2, 'A', 'same'],
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
  ['tells a logout from the login before when the clock was set back in between', {}, [
    ['open', 0, 'shown', 'getId', 'A', 'same'],
    ['open', 1, 'shown', 'getId', 'A', 'same'],
    ['clock', 'backwards', '11 min'],
    ['logout', 0],
    ['operator', 'ok'],
  ]],
  ['stores nobody again whose record the page removes, named by its cookie and by __uid2', { supply: 'cookie', sdk: true }, [
    ['open', 0, 'shown', 'getId', 'A', 'same'],
    ['init', 0, 'A', 'same'],
    ['remove', 0],
    ['auction', 0],
    ['auction', 0],
  ]],
]);
