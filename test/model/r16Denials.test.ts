// R16: where consent or a rule denies us, nothing is read, kept or asked.
import { playEach } from './sequences.ts';

playEach('where it is denied (R16)', [
  ['keeps no note of a slow operator once a rule has turned', { auctionDelay: 1000 }, [
    ['open', 1, 'shown', 'getId', 'A', 'expired'],
    ['rule', 1, 'enrichEids', 'denied'],
    ['operator', 'silent'],
    ['time', 'awake', '40 d'],
    ['login', 0, 'A', 'same'],
  ]],
  ['takes whom a page names whose consent platform denies it at first, once that allows it', { late: true }, [
    ['open', 1, 'shown', 'getId', 'A', 'same'],
    ['open', 0, 'shown', 'getId', 'nobody', 'new'],
    ['consent', 1, 'denied', 'heard'],
    ['logout', 0],
  ]],
  ['touches no storage any more after a logout before the consent platform has answered', { late: true }, [
    ['open', 1, 'shown', 'getId', 'A', 'same'],
    ['consent', 1, 'allowed', 'heard'],
    ['open', 0, 'shown', 'getId', 'A', 'same'],
    ['logout', 0],
    ['time', 'awake', '40 d'],
  ]],
  ['touches no storage any more after a logout of a page whose entry was taken out for good', { storage: 'cookie' }, [
    ['open', 0, 'shown', 'getId', 'A', 'same'],
    ['takeOut', 0, 'drop'],
    ['logout', 0],
    ['time', 'awake', '5 h'],
  ]],
]);
