// How things stand: one answer from all that page, module and server know. Each part of the page reads it. It needs no browser.
import type { SessionView, Status } from './page.js';
import { EXPIRED_ON_SERVER, fromNow, listed, reasonInWords, STATES } from './words.js';

export type Tone = 'good' | 'wait' | 'bad' | 'off';

/** What is known: the page's mode, the server's session, whether the operator was told of an opt-out here, and the module's status. */
export type Known = { mode: string; session: SessionView; optedOutHere: boolean; status: Status; now: number };

export type Standing = {
  /** Logged in, in this mode. */
  isHere: boolean;
  /** Logged in, in another mode. */
  isElsewhere: boolean;
  /** The operator serves this reader no token, whether the browser knows it yet or not. */
  isOut: boolean;
  /** The browser, or in server-only mode the server, knows of the opt-out. */
  knowsOut: boolean;
  state: string;
  chip: string;
  tone: Tone;
  means: string;
  /** Why, in words, with the code that status() gives. */
  why?: string;
  /** The reason whose cure helps, as the documentation lists it. */
  reason?: string;
  status: Status;
};

// In server-only mode the module is not asked at all, so the server's word counts.
function serverStatus(session: SessionView, now: number): Status {
  const { optedOut, identityExpires, refreshFrom, refreshExpires, lastError } = session ?? {};
  const facts = { source: session ? 'the server’s session' : undefined, identityExpires, refreshFrom, lastError };
  if (optedOut) return { ...facts, state: 'optedOut' };
  if (!identityExpires) return { ...facts, state: 'none' };
  const [state] = [['fresh', refreshFrom], ['stale', identityExpires], ['expired', refreshExpires]].find(([, until]) => now < Number(until)) ?? ['dead'];
  return { ...facts, state: String(state) };
}

function wordsOf(state: string, isOnServer: boolean): Pick<Standing, 'chip' | 'tone' | 'means'> {
  if (isOnServer && state === 'expired') return EXPIRED_ON_SERVER;
  return STATES[state] ?? { chip: state, tone: 'off', means: '' };
}

/** Why there is, or is no, UID2: from the server where that knows better than the module. */
function whyOf({ mode, session }: Known, status: Status, saidAtLogin: boolean): Pick<Standing, 'why' | 'reason'> {
  if (saidAtLogin) return { why: 'the operator has told this site’s server (opted out on the server)', reason: 'opted out on the server' };
  if (mode === 'server-only') return { why: session ? undefined : 'nobody is logged in (none)', reason: session ? undefined : 'none' };
  return { why: reasonInWords(status.reason), reason: status.reason && listed(status.reason) };
}

/** One answer for all parts of the page. */
export function standingOf(known: Known): Standing {
  const { mode, session, optedOutHere, now } = known;
  const isHere = session?.mode === mode;
  const isOnServer = mode === 'server-only';
  const status = isOnServer ? serverStatus(isHere ? session : null, now) : known.status;
  // the module may have no word of it: in server-only mode, or where it reads no cookie
  const saidAtLogin = isHere && session!.optedOut && ['none', 'optedOut'].includes(status.state) && status.reason !== 'optedOut';
  const state = saidAtLogin ? 'optedOut' : status.state;
  const knowsOut = state === 'optedOut';
  return {
    isHere,
    isElsewhere: !!session && !isHere,
    isOut: isHere && (session!.optedOut || optedOutHere || knowsOut),
    knowsOut,
    state,
    status,
    ...wordsOf(state, isOnServer),
    ...whyOf(known, status, saidAtLogin)
  };
}

/** Who is logged in and what the operator thinks of them, in one or two sentences. */
export function readerInWords({ isHere, isOut, knowsOut, status }: Standing, { optedOutHere, now, mode }: Known): string {
  if (!isHere || (!isOut && !knowsOut)) return '';
  if (knowsOut && !optedOutHere) return 'This reader has opted out of UID2. No token is sent. Only a new login asks the operator again.';
  if (knowsOut) return 'This reader has opted out of UID2, and the browser knows it. No token is sent.';
  const due = status.nextRefresh ?? status.refreshFrom;
  const when = due && due > now ? ` ${fromNow(due, now)}` : '';
  return `This reader has opted out at the operator. ${mode === 'server-only' ? 'The server' : 'The browser'} learns of it at the next refresh${when}. Until then the token goes out.`;
}
