import type { Browser } from '../browser.ts';
import { userOf, type Operator, type User } from '../operator.ts';
import { recordIn } from '../record.ts';
import type { Settings } from '../events.ts';
import { KEY, REMEMBERED, USERS, type Page } from './kinds.ts';

// What has happened in all tabs, as far as rules depend on it. Whatever is said, by a page or the operator, has a number.

export type World = { browser: Browser; operator: Operator; settings: Settings; isAlone(): boolean };

export type Past = ReturnType<typeof createPast>;

export function createPast({ browser, settings }: World) {
  const said = new Map<User, number>();
  const past = {
    count: 0,
    /** How often something happened that may make the outcome of a request one of the past. */
    troubles: 0,
    said,
    /** The same without what is only taken for said, as nobody can have heard better. */
    named: new Map<User, number>(),
    /** The last logout that storage tells of, and until when (Unix ms). */
    logout: 0,
    logoutEnd: 0,
    /** The last logout of all, and when the record was last removed in some other way. */
    lastLogout: 0,
    removal: 0,
    /** The record that a page has removed by itself. */
    removed: undefined as { user: User; at: number } | undefined,
    login: { at: 0 } as { at: number; user?: User },
    /** When a login was said that left no trace in storage: who has not heard of an earlier one never will. */
    lost: 0,
    optOut: undefined as { root: string; at: number; until: number } | undefined,
    everOptedOut: false,
    pause: undefined as { key: string; until: number; failures: number } | undefined,
    /** The tokens that the last two logouts have ended: a note has room for more, but not for all. */
    ended: [] as { tokens: string[]; at: number; until: number }[],
    /** All tokens that any logout may have ended. */
    everEnded: new Set<string>(),
    rightClock: !settings.wrong,
    jumped: false,
    faulty: false,
    isTampered: false,

    // thrown in the middle of the module it might be caught there
    broken(rule: string) {
      browser.broken ??= new Error(rule);
    },

    lastSaid: (user: User) => said.get(user) ?? 0,
    isOver: (page: Page, user: User) => (page.ended.get(user) ?? 0) > past.lastSaid(user),

    /** Whether the page knows that whom it names is over, since it has named them. */
    isOut: (page: Page) => page.told !== undefined && (page.ended.get(userOf(page.told)) ?? 0) > page.named,

    /** Whether nobody can have said anything that ends whom the page names. */
    isIn: (page: Page) => page.told !== undefined && !past.everEnded.has(page.told) &&
      Math.max(past.lastLogout, past.removal, ...said.values()) <= page.named,

    over(page: Page, since: number, except?: User) {
      USERS.forEach((user) => { if (user !== except) page.ended.set(user, Math.max(since, page.ended.get(user) ?? 0)); });
    },

    says(user: User) {
      said.set(user, ++past.count);
      past.named.set(user, past.count);
    },

    trouble: () => past.troubles++,
    isClockRight: () => past.rightClock && !past.jumped,

    /** Nothing that tabs tell each other through storage can be relied on, so far. */
    tampered() {
      past.troubles++;
      past.isTampered = true;
      unordered();
      past.removal = past.lost = ++past.count;
      past.removed = undefined;
      past.logout = past.login.at = 0;
      past.optOut = past.pause = undefined;
      past.ended = [];
    },

    /** From here on storage fails, or does not any more. */
    fails() {
      past.faulty = true;
      past.tampered();
    },

    /** The clock was set. */
    jumps() {
      past.jumped = true;
      unordered();
      past.troubles++;
      past.optOut = past.pause = undefined;
      past.ended = [];
    },

    unordered,

    /** Whose record is stored, and when it ends; nothing if it cannot be told. */
    stored(): { user: User; until: number } | undefined {
      const record = recordIn(browser);
      // the module takes nothing that is damaged for a record
      if (!record?.reader || !record.isWhole) return undefined;
      return { user: userOf(record.reader), until: Math.min(record.end, browser.now() + REMEMBERED) };
    },

    isThere: () => browser.local.has(KEY) || browser.cookie(KEY) !== undefined,
  };

  /** The later login is told by what is stored, or else by the clock: where both have been changed nobody can. */
  function unordered() {
    past.faulty ||= past.jumped && (past.isTampered || past.removal > 0);
  }

  return past;
}
