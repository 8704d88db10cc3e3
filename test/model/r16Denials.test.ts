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
]);
