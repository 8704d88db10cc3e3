// R3: what is stored, and by whom.
import { playEach } from './sequences.ts';

playEach('what is stored (R3)', [
  ['leaves what another tab keeps for UID2\'s SDK, though its token has expired', { sdk: true }, [
    ['open', 1, 'shown', 'getId', 'B', 'expired'],
    ['login', 1, 'A', 'same'],
    ['init', 1, 'A', 'same'],
    ['sdkLogout', 1],
    ['open', 0, 'shown', 'getId', 'nobody', 'new'],
    ['open', 1, 'shown', 'getId', 'B', 'same'],
    ['rerender', 0],
  ]],
]);
