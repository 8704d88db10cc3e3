import { isSame } from './decide.js';
import { ownerOf, stampOf, type NumberedRecord } from './identity.js';
import { seenNow } from './found.js';
import { observe } from './memory.js';
import { hasLeft, withNote } from './note.js';
import { decisionOf, offBy, remember, type Shell } from './shell.js';
import type { Decision, News } from './types.js';

/** Never wake again sooner than this, ms, however short-lived the tokens are. */
const BREATH_MS = 1000;

/** Takes in what the page, storage and other tabs say. */
export function gather(shell: Shell, heard?: News): void {
  const { env: { now, hash, store }, page } = shell;
  const note = store.readNote();
  const { claim, isAnew } = page.takeClaim(hasLeft(shell.memory, note, heard));
  const isAside = page.isAside();
  if (isAside && claim.kind === 'nobody') remember(shell, { record: undefined, found: undefined, seen: undefined });
  const { memory } = shell;
  const kept = store.read({ isExpected: memory.seen !== undefined, isAside });
  const isInCookies = store.isInCookies();
  const sight = { now: now(), every: page.every(), hash, claim, isAnew, note, heard, isInCookies, ...kept };
  remember(shell, observe(memory, sight));
}

/** Looks at everything again, as far as that is allowed. */
export function see(shell: Shell, heard?: News): void {
  if (offBy(shell, true) === undefined) gather(shell, heard);
  // a logout is one, whatever may be done here
  else if (heard) remember(shell, withNote(shell.memory, { note: 'unreadable', heard, hash: shell.env.hash }));
}

/** Looks at everything again, and carries out what follows: so it may drop a request. It asks nobody. */
export function look(shell: Shell, heard?: News): Decision {
  see(shell, heard);
  return act(shell);
}

/** Makes storage, waiting auctions and the timer what the decision says. */
export function act(shell: Shell): Decision {
  const { env, page } = shell;
  const decision = decisionOf(shell);
  keep(shell, decision);
  if (shell.memory.isNoteBehind && offBy(shell) === undefined) keepNote(shell);
  const { asking } = shell.memory;
  if (asking && !isSame(asking, decision.need)) {
    drop(shell);
    return act(shell);
  }
  if (!decision.hold || !asking) release(shell);
  // decided once more, as what was just kept needs no second look
  const wait = (decisionOf(shell).wakeAt - env.now()) * (1 + env.random() / 200);
  env.tab.wakeAfter(Math.max(wait, BREATH_MS));
  page.changed();
  return decision;
}

function keep(shell: Shell, { keep: wanted }: Decision): void {
  const { env } = shell;
  if (wanted === 'asIs') return;
  if (wanted === 'none' || wanted === 'cleared') {
    endEarlier(shell);
    if (wanted === 'cleared') env.store.clear();
    // what others keep ('cleared') each tab clears for itself
    const isNews = wanted === 'none' && env.store.remove();
    remember(shell, { found: undefined, seen: undefined, lateSince: undefined, isLentOver: false });
    if (isNews) env.tab.tell();
  } else if (write(shell, wanted)) {
    env.tab.tell();
  }
}

/** Whoever was stored before an address is over: other tabs must not take that for a logout by the page. */
function endEarlier(shell: Shell): void {
  const { record, note } = shell.memory;
  if (!record || record.latestToken || record.login <= note.since) return;
  remember(shell, { note: { ...note, since: record.login } });
  keepNote(shell);
}

/** Writes the record; says whether that has changed anything. */
function write(shell: Shell, record: NumberedRecord): boolean {
  const { env, memory: { found } } = shell;
  const isThere = env.store.write(record);
  // what it should have replaced must not come back
  const isOthersLeft = found !== undefined && (ownerOf(found) !== ownerOf(record) || record.latestToken === 'optout');
  const isGone = !isThere && isOthersLeft && env.store.remove();
  remember(shell, { written: stampOf(record) });
  if (isThere) remember(shell, { found: record, seen: seenNow(record, env.now(), env.store.isInCookies()) });
  // once: where storage is blocked it cannot be seen to go
  else if (isOthersLeft) remember(shell, { found: undefined, seen: undefined });
  return isThere || isGone;
}

/** Writes the note for other tabs and later pages. */
export function keepNote(shell: Shell): void {
  const { env, memory } = shell;
  const isNoteKept = env.store.writeNote(memory.note);
  remember(shell, { isNoteKept, isNoteBehind: false });
  // what did not change is no news: two Prebids would tell each other without end
  if (isNoteKept) env.tab.tell();
}

/** Lets waiting auctions go. */
const release = (shell: Shell) => shell.waiting.splice(0).forEach((go) => go());

/** Tells that no request is on its way any more. */
export function askingOver(shell: Shell): void {
  remember(shell, { asking: undefined });
  shell.onSettled.splice(0).forEach((go) => go());
}

/** Ends the request: its answer is not wanted any more. */
export function drop(shell: Shell): void {
  const { asking } = shell.memory;
  askingOver(shell);
  asking?.flight.abort();
  release(shell);
}
