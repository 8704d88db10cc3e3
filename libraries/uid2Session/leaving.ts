import { act, drop } from './look.js';
import { withNote } from './note.js';
import { withPause } from './pause.js';
import { offBy, remember, type Shell } from './shell.js';
import { writeNote } from './write.js';
import type { Failure, Memory } from './types.js';

/** A request that failed so shortly before the page is left may have failed for that, ms. */
const DOUBT_MS = 3000;
/** How long after a navigation that came to nothing the operator is asked again, ms. */
const STAYED_MS = 5000;

/** Whether a request has failed as the page is about to be left: that is no failure of the operator's. */
export const hasFailedByLeaving = ({ env }: Shell, { kind }: Failure) => kind === 'network' && env.tab.isLeaving();

/** The page may stay after all: then it looks, and asks, again. */
export function goOnIfStayed(shell: Shell): void {
  act(shell);
  shell.env.tab.wakeAfter(STAYED_MS);
}

/** What is to be taken back of a failure, if the page is left so soon that it may have failed for that. */
export const doubtOf = ({ env, memory: { note } }: Shell, { kind }: Failure, key: string): Memory['doubt'] =>
  (kind === 'network' ? { key, before: note.pauses[key], at: env.elapsed() } : undefined);

/** The page is left: ends its request, and takes back a failure that this may have caused. */
export function leave(shell: Shell): void {
  const { env, memory: { doubt } } = shell;
  drop(shell);
  if (!doubt || offBy(shell) !== undefined) return;
  // where leaving was announced, such a failure was not noted
  if (env.tab.isLeaving() || env.elapsed() - doubt.at > DOUBT_MS) return;
  // another tab may have logged the reader out, or been answered: then there is no pause any more
  remember(shell, withNote(shell.memory, env.store.readNote(true)));
  const { note } = shell.memory;
  if (!note.pauses[doubt.key]) return;
  remember(shell, { doubt: undefined, note: withPause(note, doubt.key, doubt.before) });
  writeNote(shell);
}
