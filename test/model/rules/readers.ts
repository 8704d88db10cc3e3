import { isAddress, OPTED_OUT, rootOf, userOf, type User } from '../operator.ts';
import { recordIn } from '../record.ts';
import { KEY, REMEMBERED, USERS, type Page } from './kinds.ts';
import type { Past, World } from './past.ts';

// Who the reader is: logins, and other tabs' (R2, R6).

export function createReaders(past: Past, { browser, isAlone }: World) {
  /** Whoever has seen a record that a page has removed since takes that for a logout. */
  function misses(page: Page) {
    const { seen } = page;
    if (past.isThere()) {
      const record = past.stored();
      page.seen = record ? { ...record, knows: past.count } : seen;
      return;
    }
    page.seen = undefined;
    const { removed } = past;
    if (!seen || !removed || removed.user !== seen.user || removed.at < seen.knows) return;
    if (!past.faulty && browser.now() < seen.until) page.ended.set(seen.user, Math.max(removed.at, page.ended.get(seen.user) ?? 0));
  }

  /** The page names somebody now whom it did not name before, or nobody any more. */
  function names(page: Page, name: string | undefined) {
    const { unseen } = page;
    page.told = name;
    page.named = past.count + 1;
    page.unseen = undefined;
    past.troubles++;
    if (!name) return;
    // whoever was named before a logout in another tab has left with it
    if (unseen?.name === name && past.lastLogout > unseen.at) {
      page.named = unseen.at;
      return;
    }
    const user = userOf(name);
    past.says(user);
    // another tab that has not heard of it may bring an earlier user back where nothing is stored of this one
    if (isAlone() && !page.blind) past.over(page, past.count, user);
    if (past.optOut?.root !== rootOf(name)) past.optOut = undefined;
  }

  /** Whoever is named by an address has logged out, or somebody else has logged in. */
  function isGone(page: Page, told: string) {
    const isOthers = past.isThere() && recordIn(browser)?.reader !== told;
    return past.isOver(page, userOf(told)) || isOthers || rootOf(page.published()?.id ?? told) !== told;
  }

  return {
    /** The module looks at what is stored, and at whom the page names now. */
    looks(page: Page, name: string | undefined) {
      if (page.denied) return;
      if (!page.blind) misses(page);
      if (name !== page.told) names(page, name);
      if (page.blind) return;
      // cookies that tell of it do not last for ever
      if ((past.logout && browser.now() >= past.logoutEnd) || (past.login.at && !browser.local.has(KEY) && !browser.cookie(KEY))) {
        past.logout = past.login.at = 0;
        past.lost = ++past.count;
      }
      const isBehind = page.knows < past.lost && page.knows > past.logout;
      if (page.told && isBehind && !past.isOver(page, userOf(page.told))) past.said.set(userOf(page.told), ++past.count);
      page.knows = ++past.count;
      if (past.logout) past.over(page, past.logout);
      if (past.login.at) past.over(page, past.login.at, past.login.user);
    },

    /** Whether other tabs can know of the login in this page depends on whether it got into storage. */
    kept(page: Page) {
      const { told } = page;
      // that is no login
      if (told === OPTED_OUT) return;
      const record = recordIn(browser);
      // what is damaged tells nothing, nor does an opt-out of long ago
      const isOfUse = record?.isWhole && (record.token !== undefined || browser.now() < record.end);
      // nor what pages may remember to have ended, though the note of it is gone
      const isEnded = told !== undefined && past.everEnded.has(told);
      const isKept = told !== undefined && !isEnded && !past.faulty && isOfUse === true && record?.reader === told;
      if (isKept) past.over(page, past.lastSaid(userOf(told)), userOf(told));
      else past.lost = ++past.count;
      past.isTampered ||= !isKept;
      past.unordered();
      past.login = isKept ? { at: past.lastSaid(userOf(told)), user: userOf(told) } : { at: 0 };
    },

    /** A page removes the record by itself: the reader has logged out. */
    removes() {
      const record = past.stored();
      past.troubles++;
      past.optOut = undefined;
      past.removal = ++past.count;
      if (record) past.removed = { user: record.user, at: past.removal };
      past.unordered();
    },

    /** The page names the same reader in a new object: after the record was removed that is a login; of an address whenever it is over. */
    again(page: Page) {
      const { told, named } = page;
      if (!told || !(isAddress(told) ? isGone(page, told) : past.removal >= Math.max(past.lastLogout, named))) return false;
      past.says(userOf(told));
      // what is said while it is denied may come after another tab has taken the removal for a logout
      if (!page.denied) page.named = past.count;
      return true;
    },

    /** The page has named its reader, perhaps another one than before: that one's token is sent, or none. */
    naming(page: Page, before: string | undefined) {
      const id = page.published()?.id;
      if (id && page.told && page.told !== before && userOf(id) !== userOf(page.told)) past.broken(`publishes ${id} for ${page.told}`);
    },

    loggedOut(page: Page, tokens: string[]) {
      const isSilent = page.denied || page.blind || past.faulty;
      past.troubles++;
      if (!past.faulty) past.over(page, ++past.count);
      else if (page.told) page.ended.set(userOf(page.told), ++past.count);
      past.optOut = past.pause = undefined;
      past.login.at = 0;
      // where a note may not be left it is like the page's own removal, and there is no way to tell other tabs
      if (isSilent) past.removal = ++past.count;
      else past.lastLogout = ++past.count;
      if (isSilent) past.lost = ++past.count;
      else [past.logout, past.logoutEnd] = [past.count, browser.now() + REMEMBERED];
      if (!isSilent) past.ended = [...past.ended.slice(-1), { tokens, at: past.count, until: past.logoutEnd }];
    },

    /** A message tells the page of this logout, whatever storage can do. */
    hearsOf(page: Page, since: number) {
      if (page.denied || past.jumped) return;
      past.count++;
      const isEarlier = (user: User) => (past.named.get(user) ?? 0) < since;
      USERS.filter(isEarlier).forEach((user) => page.ended.set(user, past.count));
    },

    /** Prebids that were told the same, and have looked, send the same. */
    agree(page: Page, other: Page) {
      if (page.told !== other.told || past.faulty || past.isTampered || !past.isClockRight()) return;
      const [one, two] = [page, other].map((each) => each.published()?.id);
      if (one !== two) past.broken(`publishes ${one} in one Prebid, and ${two} in another`);
    },
  };
}
