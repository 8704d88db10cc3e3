import { lifetimeOf, OPTOUT_MS } from '../uid2Session/identity.js';
import { remember, type Facade } from './facade.js';
import { isOptoutKept, keepValue, keptIdentity } from './kept.js';
import { givenIn } from './reader.js';
import type { Parts } from '../uid2Session/parts.js';

/** Storage's note as text: each logout changes it, and each failure to get a token for somebody. */
const noteOf = ({ store }: Parts) => JSON.stringify(store.readNote(true));

/** Remembers that the page gives an opt-out now, just after the logout that comes with it. */
export function noteGiven(facade: Facade): void {
  const { parts } = facade;
  // where all is forbidden it may not be read
  const note = parts.page.denial() === undefined ? noteOf(parts) : undefined;
  remember(facade, { optout: { end: parts.now() + OPTOUT_MS, note } });
}

/**
 * Until when the opt-out of a reader who has opted out is to be kept for later pages, Unix ms; nothing if it is not.
 * 1. The operator's, which is in the record: 72 hours from its answer.
 * 2. The page's: 72 hours from when it was given, unless a logout or another reader has come since, in whichever tab.
 * 3. No other: what Prebid's config alone says is of this page.
 */
function endOf(facade: Facade): number | undefined {
  const { parts, life: { optout } } = facade;
  const record = parts.session.stored();
  if (record) return record.latestToken === 'optout' ? lifetimeOf(record, parts.now()) : undefined;
  const { end, note = noteOf(parts) } = optout ?? {};
  const isLast = note === noteOf(parts) && keptIdentity(facade) === undefined;
  return givenIn(facade) === 'optout' && isLast ? end : undefined;
}

/** Keeps the opt-out as UID2's SDK would, where that is due; one that is kept already stays as it is. */
export function keepOptout(facade: Facade): void {
  const end = endOf(facade);
  if (end === undefined || isOptoutKept(facade)) return;
  keepValue(facade, { status: 'optout', refresh_expires: end, identity_expires: end });
  // other tabs may have been told of a logout only
  facade.parts.tab.tell();
}
