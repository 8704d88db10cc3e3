import { ownerOf, stampOf, type NumberedRecord } from './identity.js';
import { foundNow } from './found.js';
import { shortened } from './note.js';
import { remember, type Shell } from './shell.js';
import type { Decision } from './types.js';

/** Makes storage what a decision says, and tells other tabs what has changed there. */
export function writeOut(shell: Shell, wanted: Decision['keep']): void {
  if (wanted === 'remove') removeRecord(shell);
  else if (wanted !== 'asIs') writeRecord(shell, wanted);
}

/** Removes the record; and what others keep, if that has ended: this tells nobody, other tabs find it themselves. */
function removeRecord(shell: Shell): void {
  const { env, memory: { lent } } = shell;
  const hasEnded = lent === 'ended';
  if (hasEnded) env.store.clear();
  const isRemoved = !hasEnded && env.store.remove();
  remember(shell, { found: undefined, leftoverSince: undefined, lent: hasEnded ? undefined : lent });
  if (isRemoved) env.tab.tell();
}

function writeRecord(shell: Shell, record: NumberedRecord): void {
  const { env, page, memory: { found } } = shell;
  const isThere = env.store.write(record);
  remember(shell, { written: stampOf(record) });
  if (isThere) {
    remember(shell, { found: foundNow(record, env.now(), page.isInCookies()) });
    return env.tab.tell();
  }
  // refused: the same reader's older record stays, but never another reader's, nor a token after an opt-out
  const mayStay = !found || (ownerOf(found.record) === ownerOf(record) && record.latestToken !== 'optout');
  // tried once: where storage is blocked it never goes
  if (!mayStay) removeRecord(shell);
}

/** Writes the note for other tabs and later pages, where that is allowed; says whether it is there. */
export function writeNote(shell: Shell): boolean {
  const { env, page, memory: { note } } = shell;
  if (page.denial() !== undefined) return false;
  const isThere = env.store.writeNote(shortened(note));
  remember(shell, { sinceStored: isThere ? note.since : undefined });
  // not where storage refuses it: it is behind at each look, and two Prebids would tell each other without end
  if (isThere) env.tab.tell();
  return isThere;
}
