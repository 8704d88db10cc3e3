import { isSame } from './decide.js';
import { ownerOf, stampOf, type NumberedRecord } from './identity.js';
import { foundNow } from './found.js';
import { observe } from './memory.js';
import { hasLeft, shortened, withNote } from './note.js';
import { decisionOf, offBy, remember, type Shell } from './shell.js';
import type { Decision, Note } from './types.js';

/** Never wake again sooner than this, ms, however short-lived the tokens are. */
const BREATH_MS = 1000;

/** Takes in what is known of logouts, and where that is allowed what the page and storage say. */
export function see(shell: Shell, news?: Note, isOff = offBy(shell, true) !== undefined): void {
  const { env: { store, tab }, listener, memory } = shell;
  tab.open(listener);
  // a logout is one, whatever may be done here
  remember(shell, withNote(memory, isOff ? 'unreadable' : store.readNote(), news));
  if (!isOff) gather(shell);
}

function gather(shell: Shell): void {
  const { env: { now, hash, store }, page } = shell;
  const { claim, isAnew } = page.takeClaim(hasLeft(shell.memory));
  const isAside = page.isAside();
  const { memory } = shell;
  const kept = store.read({ isExpected: memory.found !== undefined, isAside });
  const sight = { now: now(), every: page.every(), hash, claim, isAnew, isInCookies: page.isInCookies(), ...kept };
  remember(shell, observe(memory, sight));
}

/** Looks at everything again, and carries out what follows: so it may drop a request. It asks nobody. */
export function look(shell: Shell, news?: Note): Decision {
  see(shell, news);
  return act(shell);
}

/**
 * Makes storage, waiting auctions and the timer what the decision says. If it `writesLater`, as an auction may be about
 * to start, another look writes the record, after this task of the browser's.
 */
export function act(shell: Shell, writesLater = false): Decision {
  const { env, page } = shell;
  dropUnneeded(shell);
  const decision = decisionOf(shell);
  // other tabs hear of a logout before they see anything go
  if (shell.memory.isNoteBehind) keepNote(shell);
  if (writesLater && typeof decision.keep === 'object') env.soon(() => look(shell));
  else keep(shell, decision);
  if (!decision.hold || !shell.memory.asking) release(shell);
  const wait = (decision.wakeAt - env.now()) * (1 + env.random() / 200);
  env.tab.wakeAfter(Math.max(wait, BREATH_MS));
  page.changed();
  return decision;
}

/** Ends a request that is needed no more. */
function dropUnneeded(shell: Shell): void {
  const { asking } = shell.memory;
  if (asking && !isSame(asking, decisionOf(shell).need)) drop(shell);
}

function keep(shell: Shell, { keep: wanted }: Decision): void {
  if (wanted === 'asIs') return;
  if (wanted === 'none' || wanted === 'cleared') empty(shell, wanted);
  else if (write(shell, wanted)) shell.env.tab.tell();
}

/** Takes the record out of storage; if that is to be `cleared`, what others keep too: that each tab does for itself. */
function empty(shell: Shell, wanted: 'none' | 'cleared'): void {
  const { env, memory: { lent } } = shell;
  if (wanted === 'cleared') env.store.clear();
  const isRemoved = wanted === 'none' && env.store.remove();
  remember(shell, { found: undefined, lateSince: undefined, lent: lent === 'over' ? undefined : lent });
  if (isRemoved) env.tab.tell();
}

/** Writes the record; says whether that has changed anything. */
function write(shell: Shell, record: NumberedRecord): boolean {
  const { env, page, memory } = shell;
  const found = memory.found?.record;
  const isThere = env.store.write(record);
  // what it should have replaced must not come back
  const isOthersLeft = found !== undefined && (ownerOf(found) !== ownerOf(record) || record.latestToken === 'optout');
  const isGone = !isThere && isOthersLeft && env.store.remove();
  remember(shell, { written: stampOf(record) });
  if (isThere) remember(shell, { found: foundNow(record, env.now(), page.isInCookies()) });
  // its removal is tried only once: where storage is blocked it is never seen to go
  else if (isOthersLeft) remember(shell, { found: undefined });
  return isThere || isGone;
}

/** Writes the note for other tabs and later pages, where that is allowed; says whether it is there. */
export function keepNote(shell: Shell): boolean {
  const { env, page, memory: { note } } = shell;
  if (page.denial() !== undefined) return false;
  const isNoteKept = env.store.writeNote(shortened(note));
  remember(shell, { isNoteKept, isNoteBehind: false });
  // not where storage refuses it: it is behind at each look, and two Prebids would tell each other without end
  if (isNoteKept) env.tab.tell();
  return isNoteKept;
}

/** Lets waiting auctions go. */
const release = (shell: Shell) => shell.waiting.splice(0).forEach((go) => go());

/** Ends the request: its answer is not wanted any more. */
export function drop(shell: Shell): void {
  const { asking } = shell.memory;
  remember(shell, { asking: undefined });
  asking?.flight.abort();
  release(shell);
}
