import { isValid, received, stateOf, type Latest, type NumberedRecord } from './identity.js';
import { doubtOf, hasFailedByLeaving } from './leaving.js';
import { act, drop, look } from './look.js';
import { pauseAfter, withPause } from './pause.js';
import { decisionOf, remember, type Shell } from './shell.js';
import { keepNote } from './write.js';
import type { TimedSend } from './env.js';
import type { Asking, Need, Outcome } from './types.js';

/** So many times news of other tabs is waited for, once the lock is had. */
const MOST_NEWS = 5;

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
    wantNoMore(shell);
  };
  shell.env.lock(async (hasWaited) => {
    // what the tab that had the lock was answered may come later than the lock: it comes with that tab's news
    if (hasWaited) await catchUp(shell, asking);
    await askAlone(shell, asking, request);
  }).then(end, end);
}

/** No auction wants anything, unless it is being asked for. */
export function wantNoMore(shell: Shell): void {
  if (!shell.memory.asking) remember(shell, { isWanted: false });
}

/** Waits for news of the tab that had the lock: until nobody is to be asked, none comes, or so many have come. */
async function catchUp(shell: Shell, asking: Asking): Promise<void> {
  for (let news = 0; news < MOST_NEWS; news++) {
    const isDue = look(shell).mayAsk && shell.memory.asking === asking;
    if (!isDue || !await shell.env.tab.nextNews()) return;
  }
}

/** Holding the lock: look again, ask, look again. The answer counts only if it is still needed. */
async function askAlone(shell: Shell, asking: Asking, request: TimedSend): Promise<void> {
  const { env } = shell;
  const { mayAsk, need } = look(shell);
  if (shell.memory.asking !== asking || !mayAsk || !need) return;
  env.requests.count();
  const began = env.now();
  const outcome = await request(asking.flight, () => markSlow(shell, asking));
  look(shell);
  if (shell.memory.asking !== asking) return;
  // the answer serves every waiting auction
  remember(shell, { asking: undefined, isWanted: false });
  const record = outcome.latest && answered(shell, outcome.latest, began);
  if (record) return commit(shell, need, record);
  if (outcome.isFinal) expire(shell, need);
  fail(shell, need, outcome);
}

/** The record with this answer; nothing if that is of no use by now. */
function answered({ env, page, memory: { record } }: Shell, latest: Latest, began: number): NumberedRecord | undefined {
  if (!record) return undefined;
  const next = { ...record, updated: env.now(), answers: record.answers + 1 };
  if (latest === 'optout') {
    const token = record.originalToken?.advertising_token;
    // what tells the reader again, and nothing that can be used
    const originalToken = token === undefined ? undefined : { advertising_token: token };
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
  const { note } = shell.memory;
  const hadFailed = note.pauses[key] !== undefined || note.isSlow;
  remember(shell, { record, note: { ...withPause(note, key), isSlow: false } });
  act(shell);
  if (hadFailed) keepNote(shell);
}

/** An answer that is of no use counts as unreadable. */
function fail(shell: Shell, { key }: Need, { failure = { kind: 'unreadable' }, message }: Outcome): void {
  const { env, page, memory: { note } } = shell;
  if (hasFailedByLeaving(shell, failure)) return;
  const pause = pauseAfter(failure, note.pauses[key], env.now(), env.random());
  // a refusal, or an answer that makes no sense, is an answer
  const isSlow = note.isSlow && (failure.kind === 'network' || failure.kind === 'timeout');
  const doubt = doubtOf(shell, failure, key);
  remember(shell, { note: { ...withPause(note, key, pause), isSlow }, doubt });
  keepNote(shell);
  page.changed(failure, message);
  act(shell);
}

/** The next pages need not wait for an operator that has kept this one's auction waiting in vain. */
function markSlow(shell: Shell, asking: Asking): void {
  // a rule may have turned, or another tab logged the reader out
  look(shell);
  if (shell.memory.asking !== asking) return;
  remember(shell, { note: { ...shell.memory.note, isSlow: true } });
  keepNote(shell);
  act(shell);
}
