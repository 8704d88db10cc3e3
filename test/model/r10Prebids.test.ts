// R10: Prebids of one document tell each other what they have done.
import { playEach } from './sequences.ts';

playEach('Prebids of one document (R10)', [
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
  ['two Prebids do not tell each other without end: a token that was named again before the news of its end', {}, [
    ['open', 2, 'shown', 'getId', 'A', 'same'],
    ['consent', 2, 'denied', 'heard'],
    ['logout', 2],
    ['open', 0, 'shown', 'getId', 'A', 'same'],
    ['second', 0],
    ['auction', 1],
  ]],
]);
