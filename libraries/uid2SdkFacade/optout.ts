import { lifetimeOf, OPTOUT_MS } from '../uid2Session/identity.js';
import { givenIn } from './reader.js';
import type { Facade } from './facade.js';

/**
 * Until when the opt-out of this moment is to be kept for later pages, Unix ms; nothing if it is not.
 * 1. The operator's, which is in the record: 72 hours from its answer.
 * 2. The page's: 72 hours from now, unless another reader has been stored since.
 * 3. No other: what Prebid's config alone says is of this page.
 */
function endOf(facade: Facade): number | undefined {
  const { session, store, now } = facade.parts;
  if (session.decision().state !== 'optedOut') return undefined;
  if (session.isStored()) {
    const { record } = store.read({ isExpected: true, isSdkInCharge: false });
    return typeof record === 'object' && record.latestToken === 'optout' ? lifetimeOf(record, now()) : undefined;
  }
  return givenIn(facade) === 'optout' ? now() + OPTOUT_MS : undefined;
}

/** Keeps the opt-out as UID2's SDK would, where that is due; one that is kept already stays as it is. */
export function keepOptout(facade: Facade): void {
  const { parts, kept, life: { options } } = facade;
  const end = endOf(facade);
  if (end === undefined || kept.hasOptout()) return;
  kept.keepOptout(end, options);
  // other tabs may have been told of a logout only
  parts.tab.tell();
}
