import { ownerOf, stampOf, type NumberedRecord } from './identity.js';
import { foundNow } from './found.js';
import { shortened } from './note.js';
import { remember, type Shell } from './shell.js';
import type { Decision } from './types.js';

/** Makes storage what a decision says, and tells other tabs what has changed there. */
export function writeOut(shell: Shell, wanted: Decision['keep']): void {
  if (wanted === 'asIs') return;
  if (wanted === 'remove' || wanted === 'clear') removeRecord(shell, wanted);
  else writeRecord(shell, wanted);
}

/** Removes the record; on `clear`, what others keep too. That tells nobody: other tabs find it at their own look. */
function removeRecord(shell: Shell, wanted: 'remove' | 'clear'): void {
  const { env, memory: { lent } } = shell;
  if (wanted === 'clear') env.store.clear();
  const isRemoved = wanted === 'remove' && env.store.remove();
  remember(shell, { found: undefined, leftoverSince: undefined, lent: lent === 'ended' ? undefined : lent });
  if (isRemoved) env.tab.tell();
}

function writeRecord(shell: Shell, record: NumberedRecord): void {
  const { env, page, memory } = shell;
  const before = memory.found?.record;
  const isThere = env.store.write(record);
  remember(shell, { written: stampOf(record) });
  if (isThere) {
    remember(shell, { found: foundNow(record, env.now(), page.isInCookies()) });
    return env.tab.tell();
  }
  if (before) afterRefusal(shell, record, before);
}

/**
 * Storage refused the record. Keep the same reader's older one, but never another reader's, nor a token after an
 * opt-out.
 */
function afterRefusal(shell: Shell, record: NumberedRecord, before: NumberedRecord): void {
  const { env } = shell;
  if (ownerOf(before) === ownerOf(record) && record.latestToken !== 'optout') return;
  // tried once: where storage is blocked it never goes
  remember(shell, { found: undefined });
  if (env.store.remove()) env.tab.tell();
}

/** Writes the note for other tabs and later pages, where that is allowed; says whether it is there. */
export function writeNote(shell: Shell): boolean {
  const { env, page, memory: { note } } = shell;
  if (page.denial() !== undefined) return false;
  const isNoteInStorage = env.store.writeNote(shortened(note));
  remember(shell, { isNoteInStorage, isNoteToWrite: false });
  // not where storage refuses it: it is behind at each look, and two Prebids would tell each other without end
  if (isNoteInStorage) env.tab.tell();
  return isNoteInStorage;
}
