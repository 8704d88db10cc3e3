import { ask, askForAuction } from './ask.js';
import { isStored } from './keep.js';
import { act, drop, look, takeIn } from './look.js';
import { loggedOut } from './logout.js';
import { NOTHING } from './memory.js';
import { leave } from './leaving.js';
import { nextCall } from './nextCall.js';
import { isEnded, isSuperseded, withNote } from './note.js';
import { decisionOf, remember, type Shell } from './shell.js';
import { writeNote } from './write.js';
import type { Env, Listener, PageSide, Session } from './env.js';
import type { Note } from './types.js';

/**
 * Who the reader is, what bidders get and its renewal: the shell around `decide`. `env` are the effects, `page` is
 * what the publisher says. Nothing is read or listened to before the first look.
 */
export function createSession(env: Env, page: PageSide): Session {
  const listener: Listener = {
    onChange: (news) => somethingChanged(shell, news),
    onVisibility: () => visibilityChanged(shell),
    onLeave: () => leave(shell),
  };
  const shell: Shell = { env, page, listener, memory: NOTHING, waiting: [] };
  return {
    look: () => look(shell),
    lookFirst: () => look(shell, true),
    takeIn: () => takeIn(shell),
    notice: () => takeIn(shell, true),
    ask: () => askForAuction(shell),
    renew: () => renew(shell),
    wait: () => wait(shell),
    hold: () => hold(shell),
    disconnect: (cookie) => disconnect(shell, cookie),
    decision: () => decisionOf(shell),
    stored: () => (isStored(shell.memory) ? shell.memory.record : undefined),
    isSuperseded: () => isSuperseded(shell.memory) || page.isEarlyOver(),
    hasEnded: (token) => isEnded(shell.memory, token, env.hash),
  };
}

/** The page is shown or hidden: only auctions that wait still want an answer. */
function visibilityChanged(shell: Shell): void {
  remember(shell, { isWanted: false });
  somethingChanged(shell);
}

/** News of a logout counts whatever is denied, before consent is known, and while the config has no entry of ours. */
function somethingChanged(shell: Shell, news?: Note): void {
  if (news) {
    if (news.since > shell.memory.note.since) shell.page.logoutHeard(news.since);
    remember(shell, withNote(shell.memory, 'unreadable', news));
  }
  // before anybody has asked us, consent may not be known, nor the operator
  if (shell.page.mayStart()) renew(shell);
  // whom a page has named to `window.__uid2` it is told of even so
  else if (news) shell.page.notify();
}

function renew(shell: Shell): void {
  look(shell);
  ask(shell);
}

function hold(shell: Shell): Promise<void> | undefined {
  remember(shell, { isWanted: true });
  // an auction may begin before the page is known
  if (!shell.page.mayStart()) return undefined;
  look(shell);
  return wait(shell);
}

function wait(shell: Shell): Promise<void> | undefined {
  askForAuction(shell);
  return decisionOf(shell).hold ? nextCall(shell.waiting) : undefined;
}

/** Ends the login, whatever is in the config or on its way. */
function disconnect(shell: Shell, cookie?: string): void {
  const { env, page } = shell;
  const isDenied = page.denial('recheck') !== undefined;
  // only a denial keeps it from looking, not a config without us
  takeIn(shell, isDenied);
  // whom the page names now is no login once that is allowed
  page.logoutHeard(Infinity);
  remember(shell, loggedOut(shell.memory, env.now(), page.tokens(!isDenied), env.hash));
  drop(shell);
  // other tabs hear of it before they see anything go; a full storage may have room only then
  const isWritten = writeNote(shell);
  env.store.clear(cookie);
  if (!isWritten) writeNote(shell);
  env.tab.tell(shell.memory.note);
  act(shell);
}
