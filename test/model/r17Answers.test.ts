// R17: an answer is not believed for being one.
import { playEach } from './sequences.ts';

playEach('the operator\'s answers (R17)', [
  ['takes no answer that waited for hours in a frozen page for a fresh one', {}, [
    ['open', 2, 'shown', 'getId', 'A', 'stale'],
    ['freeze', 2],
    ['time', 'awake', '5 h'],
    ['auction', 0],
  ]],
]);
