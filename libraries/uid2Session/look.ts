import { observe } from './memory.js';
import { isNoteBehind, withNote } from './note.js';
import { decisionOf, offBy, remember, type Shell } from './shell.js';
import { writeOut, writeNote } from './write.js';
import type { Decision, Note } from './types.js';

/** Never wake again sooner than this, ms, however short-lived the tokens are. */
const SHORTEST_WAKE_MS = 1000;

/** Looks at everything again, and carries out what follows: so it may drop a request. It asks nobody. See `act`. */
export function look(shell: Shell, writesLater = false): Decision {
  takeIn(shell);
  return act(shell, writesLater);
}

/** Only takes in what there is: where the module `isOff`, only whom the page names. */
export function takeIn(shell: Shell, isOff = offBy(shell, 'recheck') !== undefined): void {
  const { env, listener, memory, page } = shell;
  env.tab.open(listener);
  const isAnywhere = memory.found === undefined || saysSomething(memory.note);
  remember(shell, withNote(memory, isOff ? 'unreadable' : env.store.readNote(isAnywhere)));
  if (isOff) page.notice(Math.max(memory.note.since, memory.highestLogin));
  else gather(shell);
}

/** Then it may be in the other place, which is read only where it matters: cookies are slow. */
const saysSomething = ({ since, pauses, isSlow }: Note) =>
  since > 0 || isSlow === true || Object.keys(pauses).length > 0;

/** Takes in params, cookies and storage. */
function gather(shell: Shell): void {
  const { env: { hash, now, store }, page, memory } = shell;
  const taken = page.takeClaim(memory.claim.login, memory.note.since);
  const how = { isExpected: memory.found !== undefined, isSdkInCharge: page.isSdkInCharge() };
  const always = { now: now(), every: page.every(), hash, isInCookies: page.isInCookies() };
  remember(shell, observe(memory, { ...always, ...taken, ...store.read(how) }));
}

/**
 * Makes storage, waiting auctions and the timer what the decision says. If it `writesLater`, as an auction may be about
 * to start, another look writes the record, after this task of the browser's.
 */
export function act(shell: Shell, writesLater = false): Decision {
  const { env, page } = shell;
  const decision = decisionOf(shell);
  // nobody needs the request any more, or waits for it
  if (!decision.isAsking) drop(shell);
  else if (!decision.hold) release(shell);
  // other tabs hear of a logout before they see anything go
  if (isNoteBehind(shell.memory) && offBy(shell) === undefined) writeNote(shell);
  if (writesLater && typeof decision.keep === 'object') env.soon(() => look(shell));
  else writeOut(shell, decision.keep);
  const wait = (decision.wakeAt - env.now()) * (1 + env.random() / 200);
  env.tab.wakeAfter(Math.max(wait, SHORTEST_WAKE_MS));
  page.notify();
  return decision;
}

/** Ends the request: its answer is not wanted any more. */
export function drop(shell: Shell): void {
  const { asking } = shell.memory;
  remember(shell, { asking: undefined });
  asking?.flight.abort();
  release(shell);
}

/** Lets waiting auctions go. */
const release = (shell: Shell) => shell.waiting.splice(0).forEach((go) => go());
