import { NAMES, rootOf, userOf, valueOf } from '../operator.ts';
import { COPIES, type Page } from './kinds.ts';
import type { Past } from './past.ts';

// What may be kept, and when storage may be touched at all (R3, R14, R15, R16).

export function createStorageRules(past: Past) {
  /** A tab has written something of this token's user. */
  function keeps(page: Page, token: string) {
    const { removed } = past;
    const isBack = removed?.user === userOf(token) && past.isOver(page, removed.user);
    if (isBack) past.broken(`stores ${token}, of a user whose record the page has removed`);
    if (past.logout > past.lastSaid(userOf(token))) past.broken(`stores ${token}, of a user who has logged out`);
  }

  /** R18: no address or number is ever stored. */
  function secret(text: string) {
    if (NAMES.some((name) => text.includes(valueOf(name)))) past.broken('stores an address');
  }

  return {
    /** A tab has written the record. */
    recorded(page: Page, text: string) {
      secret(text);
      let record;
      try {
        record = JSON.parse(text);
      } catch (e) {}
      const { originalToken, latestToken } = record ?? {};
      if (latestToken === 'optout') {
        if (/refresh_token|identity_expires/.test(text)) past.broken('keeps tokens of a user who has opted out');
        return;
      }
      const token = latestToken?.advertising_token;
      if (!token) return past.broken('stores what is no record');
      if (originalToken && rootOf(originalToken.advertising_token) !== rootOf(token)) past.broken('stores a record of two users');
      // another reader's record in the place of an opt-out lifts it, as theirs was the later login
      if (past.optOut && past.optOut.root !== rootOf(token)) past.optOut = undefined;
      keeps(page, token);
    },

    /** A tab has written something else: a copy for UID2's own SDK is the reader's too. */
    copied(page: Page, key: string, text: string) {
      secret(text);
      const token: string | undefined = COPIES.includes(key) ? JSON.parse(text).advertising_token : undefined;
      if (token) keeps(page, token);
    },

    /** A tab has removed the record: where it can write nothing instead, others take that for a logout. */
    cleared() {
      if (past.faulty) past.removal = ++past.count;
    },

    /** The page's module reads or writes. */
    touches(page: Page) {
      if (page.denied && !page.deleting) past.broken('reads or writes although it is denied');
    },
  };
}
