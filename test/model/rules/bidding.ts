import { rootOf, userOf } from '../operator.ts';
import { recordIn } from '../record.ts';
import type { Page } from './kinds.ts';
import type { Past, World } from './past.ts';

// What bidders are given, and what is said of it (R5, R6, R8, R14, R15, R16, R19).

export function createBidding(past: Past, { browser, operator, settings }: World) {
  /** A token that bidders would be given now. */
  function checkToken(page: Page, token: string) {
    const identity = operator.identities.get(token);
    if (!identity) return past.broken('publishes what no operator has made');
    // an answer's times are put right where the clock is wrong
    const isPlain = !operator.answered.has(token) || past.isClockRight();
    if (isPlain && browser.now() >= identity.identity_expires) past.broken(`publishes ${token}, expired`);
    if (past.isOver(page, userOf(token))) past.broken(`publishes ${token}, of a user who has left`);
    const { optOut } = past;
    const isOptedOut = optOut?.root === rootOf(token) && page.knows > optOut.at && browser.now() < optOut.until;
    if (isOptedOut) past.broken(`publishes ${token}, of a user who has opted out`);
    if (isEnded(page, token)) past.broken(`publishes ${token}, which a logout has ended`);
    if (page.blind && !page.told && !page.unaware) past.broken(`publishes ${token} from storage that is denied`);
  }

  /** R14: a logout has ended this very token, and the page has looked since. */
  const isEnded = (page: Page, token: string) => past.ended.some(({ tokens, at, until }) =>
    tokens.includes(token) && page.knows > at && browser.now() < until);

  return {
    /** What bidders would be given now; where activity rules have turned, from the next look on. */
    checkPublished(page: Page) {
      const value = page.tab.frozen ? undefined : page.published();
      if (value && page.denied && !page.unaware) past.broken('publishes although it is denied');
      if (value?.optout && !past.everOptedOut) past.broken('publishes an opt-out that nobody has made');
      if (value?.id) checkToken(page, value.id);
    },

    /** R19: `ok` exactly when there is a token. */
    checkStatus(page: Page) {
      if (page.tab.frozen || !page.configured) return;
      const { reason } = page.decided();
      const id = page.published()?.id;
      if ((reason === 'ok') !== (id !== undefined)) past.broken(`says ${reason} and publishes ${id}`);
    },

    /** R19: what `status()` has said just before an auction is what the auction then sends, or waits for. */
    checkSaid(page: Page, said: string, isHeld: boolean) {
      const id = page.published()?.id;
      if (said === 'ok' && !id) past.broken('says ok, and its next auction has no token');
      if (said !== 'ok' && id && !isHeld) past.broken(`says ${said}, and its next auction sends ${id}`);
    },

    /** R8: an auction begins, so the state was looked at again: what storage has of this reader is sent. */
    bids(page: Page) {
      if (!page.told || page.denied || page.blind || past.faulty || past.isTampered || !past.isClockRight()) return;
      const record = recordIn(browser);
      if (record?.reader !== page.told || !record.token || browser.now() >= record.expires) return;
      const id = page.published()?.id;
      if (id !== record.token && !past.isOver(page, userOf(page.told))) past.broken(`bids ${id} where storage has ${record.token}`);
    },

    /** In the end, when all is well: who is logged in has a token. */
    goesOn(page: Page) {
      const { told } = page;
      if (!told || past.isOver(page, userOf(told)) || past.everOptedOut || past.faulty || !past.isClockRight()) return;
      // whoever is named again after a removal may have been logged out by another tab, which took that for a logout
      if (past.removal > 0 || past.lastLogout > page.named || past.everEnded.has(told)) return;
      // whoever was named elsewhere since has taken their place, though nothing is stored of them yet
      if (past.lost > page.named) return;
      // so does the cookie of a dead token that took the record's place, as it ends
      if (settings.storage === 'cookie' && !past.isThere()) return;
      const { state, reason } = page.decided();
      if (state !== 'dead' && !page.published()?.id) past.broken(`has no token for ${told} in the end (${reason})`);
    },
  };
}
