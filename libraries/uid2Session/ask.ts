import { isValid, received, stateOf, type Latest, type NumberedRecord } from './identity.js';
import { doubtOf, goOnIfStayed, hasFailedByLeaving } from './leaving.js';
import { act, drop, look } from './look.js';
import { pauseAfter, withPause } from './pause.js';
import { decisionOf, remember, type Shell } from './shell.js';
import { writeNote } from './write.js';
import type { TimedSend } from './env.js';
import type { Asking, Need, Outcome } from './types.js';

/** So many changes by other tabs are waited for, once the lock is had. */
const MOST_CHANGES = 5;

/** Asks the operator, if that is due and nobody does yet. */
export function ask(shell: Shell): void {
  const { mayAsk, need } = decisionOf(shell);
  if (shell.memory.asking || !mayAsk || !need) return;
  const asking: Asking = { ...need, flight: new AbortController() };
  remember(shell, { asking });
  // keys are made while the lock is waited for
  const request = shell.page.prepare(need);
  const end = () => {
    if (shell.memory.asking === asking) {
      drop(shell);
      act(shell);
    }
    clearWanted(shell);
  };
  shell.env.lock(async (hasWaited) => {
    // what the tab that had the lock has written may be seen later than the lock is had: it tells when it writes
    if (hasWaited) await catchUp(shell, asking);
    await askAlone(shell, asking, request);
  }).then(end, end);
}

/** Asks for an auction. If no request starts, a hidden page stays quiet from here on. */
export function askForAuction(shell: Shell): void {
  ask(shell);
  clearWanted(shell);
}

/** No auction wants an answer, unless it is being asked for. */
function clearWanted(shell: Shell): void {
  if (!shell.memory.asking) remember(shell, { isWanted: false });
}

/** Waits for what the tab that had the lock tells: until nobody is to be asked, it tells nothing, or has so often. */
async function catchUp(shell: Shell, asking: Asking): Promise<void> {
  for (let change = 0; change < MOST_CHANGES; change++) {
    const isDue = look(shell).mayAsk && shell.memory.asking === asking;
    if (!isDue || !await shell.env.tab.nextChange()) return;
  }
}

/** Holding the lock: look again, ask, look again. The answer counts only if it is still needed. */
async function askAlone(shell: Shell, asking: Asking, request: TimedSend): Promise<void> {
  const { env } = shell;
  if (!look(shell).mayAsk || shell.memory.asking !== asking) return;
  env.requests.count();
  const began = env.now();
  const outcome = await request(asking.flight, () => markSlow(shell, asking));
  look(shell);
  if (shell.memory.asking !== asking) return;
  // the answer serves every waiting auction
  remember(shell, { asking: undefined, isWanted: false });
  const record = outcome.latest && answered(shell, outcome.latest, began);
  if (record) return commit(shell, asking, record);
  if (outcome.isFinal) expire(shell, asking);
  fail(shell, asking, outcome);
}

/** The record with this answer; nothing if that is of no use by now. */
function answered({ env, page, memory: { record } }: Shell, latest: Latest, began: number): NumberedRecord | undefined {
  if (!record) return undefined;
  const next = { ...record, updated: env.now(), answers: record.answers + 1 };
  if (latest === 'optout') {
    const { originalToken: given } = record;
    // what tells the reader again, and nothing that can be used
    const originalToken = given && { advertising_token: given.advertising_token };
    return { ...next, latestToken: latest, originalToken };
  }
  const identity = received(latest, page.every(), began);
  return isValid(stateOf({ latestToken: identity }, env.now())) ? { ...next, latestToken: identity } : undefined;
}

/** The operator will not refresh this identity any more: it ends now, whatever its own times say. */
function expire(shell: Shell, { identity }: Need): void {
  const { env, memory: { record } } = shell;
  if (!record || !identity) return;
  const at = env.now();
  const latestToken = { ...identity, identity_expires: at, refresh_expires: at };
  remember(shell, { record: { ...record, latestToken, updated: at, answers: record.answers + 1 } });
}

function commit(shell: Shell, { key }: Need, record: NumberedRecord): void {
  const { pauses, isSlow } = shell.memory.note;
  const hadFailed = pauses[key] !== undefined || isSlow;
  const recovered = () => ({ ...withPause(shell.memory.note, key), isSlow: false });
  remember(shell, { record, note: recovered() });
  act(shell);
  if (!hadFailed) return;
  // a callback of the page may have looked: then storage's note, with the failure, is in memory again
  remember(shell, { note: recovered() });
  writeNote(shell);
}

/** An answer that is of no use counts as unreadable. */
function fail(shell: Shell, { key }: Need, { failure = { kind: 'unreadable' }, message }: Outcome): void {
  const { env, page, memory: { note } } = shell;
  if (hasFailedByLeaving(shell, failure)) return goOnIfStayed(shell);
  const pause = pauseAfter(failure, note.pauses[key], env.now(), env.random());
  // a refusal, or an answer that makes no sense, is an answer
  const isSlow = note.isSlow && (failure.kind === 'network' || failure.kind === 'timeout');
  const doubt = doubtOf(shell, failure, key);
  remember(shell, { note: { ...withPause(note, key, pause), isSlow }, doubt });
  writeNote(shell);
  page.notify(failure, message);
  act(shell);
}

/** The next pages need not wait for an operator that has kept this one's auction waiting in vain. */
function markSlow(shell: Shell, asking: Asking): void {
  // a rule may have turned, or another tab logged the reader out
  look(shell);
  if (shell.memory.asking !== asking) return;
  remember(shell, { note: { ...shell.memory.note, isSlow: true } });
  writeNote(shell);
  act(shell);
}
