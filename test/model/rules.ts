import type { Browser, Tab } from './browser.ts';
import { rootOf, userOf, type Operator, type User } from './operator.ts';
import type { Settings } from './events.ts';
import type { Identity } from '../../libraries/uid2Session/identity.js';

// What must hold after every step, told from outside: from what was said to tabs and what they did, never from their variables.

export const PATIENCE = 5000;
const FIRST = 5e3;
const LONGEST = 300e3;
const REFUSED = 600e3;
const REMEMBERED = 72 * 3600e3;
const USERS: User[] = ['A', 'B', 'C'];
const KEY = '__uid2_advertising_token';

/** What we know of a page, besides what the browser does. */
export interface Page {
  tab: Tab;
  denied: boolean;
  /** The user's data are being deleted, which no denial forbids. */
  deleting: boolean;
  /** Whether the module has been told its params. */
  configured: boolean;
  /** The supplied token that the module has last seen. */
  told?: string;
  /** When it was told. */
  named: number;
  /** Of how much that was said in all tabs this one knows, as it has looked. */
  knows: number;
  /** The record that storage had at the last look: whose it was, and until when its absence tells something. */
  seen?: { user: User; knows: number; until: number };
  /** Since when users are over in this tab. */
  ended: Map<User, number>;
  /** Whether an auction has asked since the page was last shown. */
  asked: boolean;
  /** When the page queued for the lock, whether it might ask then, and whether it was frozen afterwards. */
  queued: number;
  permitted: boolean;
  stopped: boolean;
  holds: Hold[];
  published(): { id?: string; optout?: true } | undefined;
}

export type Hold = { calls: number; waited: number };
type Reply = { status: number; text: string };

export interface Request {
  page: Page;
  identity: Identity;
  start: number;
  troubles: number;
  answered: boolean;
  /** Made without the lock, as it could not be had in time. */
  lockless: boolean;
  take(answer?: Reply): void;
}

export function createRules(browser: Browser, operator: Operator, { locks, wrong }: Settings, isAlone: () => boolean) {
  const rightClock = !wrong;
  /** Whatever is said, by a page or the operator, gets a number. */
  let count = 0;
  const said = new Map<User, number>();
  /** The same without what is only taken for said, as nobody can have heard better. */
  const named = new Map<User, number>();
  let logout = 0;
  let logoutEnd = 0;
  /** The last logout of all, and when the record was last removed in some other way. */
  let lastLogout = 0;
  let removal = 0;
  /** The record that a page has removed by itself. */
  let removed: { user: User; at: number } | undefined;
  let login: { at: number; user?: User } = { at: 0 };
  /** When a login was said that left no trace in storage: who has not heard of an earlier one never will. */
  let lost = 0;
  let optOut: { root: string; at: number; until: number } | undefined;
  let everOptedOut = false;
  let pause: { token: string; until: number; failures: number } | undefined;
  /** How often something happened that may make the outcome of a request one of the past. */
  let troubles = 0;
  let jumped = false;
  let faulty = false;
  let isTampered = false;
  /** Holds that are to end in the task that runs now, and why. */
  const waiting: [Hold[], string][] = [];

  const lastSaid = (user: User) => said.get(user) ?? 0;
  const isOver = (page: Page, user: User) => (page.ended.get(user) ?? 0) > lastSaid(user);

  // thrown in the middle of the module it might be caught there
  function broken(rule: string) {
    browser.broken ??= new Error(rule);
  }

  function over(page: Page, since: number, except?: User) {
    USERS.forEach((user) => { if (user !== except) page.ended.set(user, Math.max(since, page.ended.get(user) ?? 0)); });
  }

  function says(user: User) {
    said.set(user, ++count);
    named.set(user, count);
  }

  /** The later login is told by what is stored, or else by the clock: where both have been changed nobody can. */
  function unordered() {
    faulty ||= jumped && isTampered;
  }

  /** Nothing that tabs tell each other through storage can be relied on, so far. */
  function tampered() {
    troubles++;
    isTampered = true;
    unordered();
    removal = lost = ++count;
    removed = undefined;
    logout = login.at = 0;
    optOut = pause = undefined;
  }

  /** Whose record is stored, and when it ends; nothing if it cannot be told. */
  function stored(): { user: User; until: number } | undefined {
    try {
      const { originalToken, latestToken, updated } = JSON.parse(browser.local.get(KEY) ?? browser.cookie(KEY) ?? '');
      const end = latestToken === 'optout' ? updated + REMEMBERED : latestToken.refresh_expires;
      const token: string = originalToken.advertising_token;
      return { user: userOf(token), until: Math.min(end, browser.now() + REMEMBERED) };
    } catch (e) {}
  }

  const isThere = () => browser.local.has(KEY) || browser.cookie(KEY) !== undefined;

  /** Whoever has seen a record that a page has removed since takes that for a logout. */
  function misses(page: Page) {
    const { seen } = page;
    if (isThere()) {
      const record = stored();
      page.seen = record ? { ...record, knows: count } : seen;
      return;
    }
    page.seen = undefined;
    if (!seen || !removed || removed.user !== seen.user || removed.at < seen.knows) return;
    if (!faulty && browser.now() < seen.until) page.ended.set(seen.user, Math.max(removed.at, page.ended.get(seen.user) ?? 0));
  }

  return {
    broken,
    says,
    tampered,
    trouble: () => troubles++,
    troubles: () => troubles,
    isClockRight: () => rightClock && !jumped,

    jumped() {
      jumped = true;
      unordered();
      troubles++;
      optOut = pause = undefined;
    },

    /** From here on storage fails, or does not any more. */
    faulty() {
      faulty = true;
      tampered();
    },

    /** The module looks at what is stored, and at what the page supplies now. */
    looks(page: Page, supplied: Identity | undefined) {
      if (page.denied) return;
      misses(page);
      const token = supplied?.advertising_token;
      if (token !== page.told) {
        page.told = token;
        page.named = count + 1;
        troubles++;
        if (token) {
          const user = userOf(token);
          says(user);
          // another tab that has not heard of it may bring an earlier user back where nothing is stored of this one
          if (isAlone()) over(page, count, user);
          if (optOut?.root !== rootOf(token)) optOut = undefined;
        }
      }
      // cookies that tell of it do not last for ever
      if ((logout && browser.now() >= logoutEnd) || (login.at && !browser.local.has(KEY) && !browser.cookie(KEY))) {
        logout = login.at = 0;
        lost = ++count;
      }
      if (page.told && page.knows < lost && page.knows > logout && !isOver(page, userOf(page.told))) said.set(userOf(page.told), ++count);
      page.knows = ++count;
      if (logout) over(page, logout);
      if (login.at) over(page, login.at, login.user);
    },

    /** Whether other tabs can know of the login in this page depends on whether it got into storage. */
    kept(page: Page) {
      const { told } = page;
      const text = browser.local.get(KEY) ?? browser.cookie(KEY);
      let kept;
      try {
        const { originalToken, latestToken, updated } = JSON.parse(text!);
        const isOptOut = latestToken === 'optout' && browser.now() - updated < REMEMBERED;
        // what is damaged tells nothing, nor does an opt-out of long ago
        if (isOptOut || latestToken.refresh_token) kept = originalToken.advertising_token;
      } catch (e) {}
      const isKept = told && !faulty && kept === told;
      if (isKept) over(page, lastSaid(userOf(told)), userOf(told));
      else lost = ++count;
      isTampered ||= !isKept;
      unordered();
      login = isKept ? { at: lastSaid(userOf(told)), user: userOf(told) } : { at: 0 };
    },

    /** A page removes the record by itself: the reader has logged out. */
    removes() {
      const record = stored();
      troubles++;
      optOut = undefined;
      removal = ++count;
      if (record) removed = { user: record.user, at: removal };
    },

    /** The page names the same reader in a new object: after the record was removed that is a login. */
    again(page: Page) {
      const { told, named } = page;
      if (!told || removal < lastLogout || removal < named) return false;
      says(userOf(told));
      page.named = count;
      return true;
    },

    /** The page has named its reader, perhaps another one than before: that one's token is sent, or none. */
    naming(page: Page, before: string | undefined) {
      const id = page.published()?.id;
      if (id && page.told && page.told !== before && userOf(id) !== userOf(page.told)) broken(`publishes ${id} for ${page.told}`);
    },

    loggedOut(page: Page) {
      troubles++;
      if (!faulty) over(page, ++count);
      else if (page.told) page.ended.set(userOf(page.told), ++count);
      optOut = pause = undefined;
      login.at = 0;
      // where a note may not be left it is like the page's own removal
      if (page.denied || faulty) removal = ++count;
      else lastLogout = ++count;
      // where nothing may be stored there is no way to tell other tabs
      if (page.denied || faulty) lost = ++count;
      else [logout, logoutEnd] = [count, browser.now() + REMEMBERED];
    },

    /** The number of what was said last. */
    count: () => count,

    /** A message tells the page of this logout, whatever storage can do. */
    hearsOf(page: Page, since: number) {
      if (page.denied || jumped) return;
      count++;
      USERS.filter((user) => (named.get(user) ?? 0) < since).forEach((user) => page.ended.set(user, count));
    },

    /** A page begins a request, while the others go on. */
    requests(request: Request, others: Request[]) {
      const { page, identity } = request;
      const token = identity.advertising_token;
      const left = pause?.token === token ? pause.until - browser.now() : 0;
      if (page.denied) broken('asks although consent is denied');
      if (!page.permitted) broken('asks in a hidden page that has run no auction');
      if (left > 0) broken(`asks ${left / 1000} s before the end of the back-off`);
      if (optOut?.root === rootOf(token) && browser.now() < optOut.until) broken('asks for a user who has opted out');
      if (isOver(page, userOf(token))) broken('asks for a user who has left');
      request.lockless = !locks || page.stopped || browser.elapsed() >= page.queued + PATIENCE;
      const other = others.find((each) => each.identity === identity && !each.lockless);
      if (other && !request.lockless) broken(`asks while tab ${other.page.tab.name} asks for the same token`);
    },

    /** The outcome of a request has come to its page. */
    answered({ page, identity, start, troubles: before }: Request, answer?: Reply) {
      const token = identity.advertising_token;
      // where the clock is wrong a token may not be due any more
      const isDue = (rightClock && !jumped) || browser.elapsed() <= start + PATIENCE;
      const isTimely = isDue && before === troubles && !page.denied && !faulty;
      troubles++;
      if (answer?.text === '{"status":"optout"}') {
        everOptedOut = true;
        pause = undefined;
        if (isTimely) optOut = { root: rootOf(token), at: ++count, until: browser.now() + REMEMBERED };
      } else if (answer?.text.includes('refresh_token')) {
        pause = undefined;
      } else if (isTimely) {
        const failures = pause?.token === token && browser.now() < pause.until + REMEMBERED - REFUSED ? pause.failures + 1 : 1;
        pause = { token, failures, until: browser.now() + (answer?.status === 400 ? REFUSED : Math.min(FIRST * 2 ** (failures - 1), LONGEST)) };
      } else if (pause?.token !== token) {
        // its note may have taken the place of the other's
        pause = undefined;
      }
    },

    /** A tab has written the record. */
    recorded(page: Page, text: string) {
      let record;
      try {
        record = JSON.parse(text);
      } catch (e) {}
      const { originalToken, latestToken } = record ?? {};
      if (latestToken === 'optout') {
        if (/refresh_token|identity_expires/.test(text)) broken('keeps tokens of a user who has opted out');
        return;
      }
      const token = latestToken?.advertising_token;
      if (!token) return broken('stores what is no record');
      if (originalToken && rootOf(originalToken.advertising_token) !== rootOf(token)) broken('stores a record of two users');
      const isBack = removed?.user === userOf(token) && isOver(page, removed.user);
      if (isBack) broken(`stores ${token}, of a user whose record the page has removed`);
      if (logout > lastSaid(userOf(token))) broken(`stores ${token}, of a user who has logged out`);
    },

    /** A tab has removed the record: where it can write nothing instead, others take that for a logout. */
    cleared() {
      if (faulty) removal = ++count;
    },

    /** Two Prebids of one document that were told the same, and have looked, send the same. */
    agree(page: Page, other: Page) {
      if (page.told !== other.told || faulty || isTampered || !rightClock || jumped) return;
      const [one, two] = [page, other].map((each) => each.published()?.id);
      if (one !== two) broken(`publishes ${one} in one Prebid, and ${two} in another of one document`);
    },

    /** The page's module reads or writes. */
    touches(page: Page) {
      if (page.denied && !page.deleting) broken('reads or writes although consent is denied');
    },

    /** What held auctions is over: a logout, another user, a denial. */
    ended(holds: Hold[], why: string) {
      // they are called back in the same task, a few promises later
      waiting.push([holds, why]);
    },

    /** What must hold at any time: of holds, and of what bidders would be given now. */
    check(page: Page) {
      for (const [holds, why] of waiting.splice(0)) if (holds.some(({ calls }) => !calls)) broken(`goes on holding an auction after ${why}`);
      page.holds.forEach(({ calls, waited }) => {
        if (calls > 1) broken('calls back twice');
        if (!calls && waited > 2 * PATIENCE + 10) broken(`holds an auction for ${waited} ms`);
      });
      const value = page.tab.frozen ? undefined : page.published();
      if (!value) return;
      if (page.denied) broken('publishes although consent is denied');
      if (value.optout) {
        if (!everOptedOut) broken('publishes an opt-out that nobody has made');
        return;
      }
      const token = value.id!;
      const identity = operator.identities.get(token);
      if (!identity) return broken('publishes what no operator has made');
      // an answer's times are put right where the clock is wrong
      const isPlain = !operator.answered.has(token) || (rightClock && !jumped);
      if (isPlain && browser.now() >= identity.identity_expires) broken(`publishes ${token}, expired`);
      if (isOver(page, userOf(token))) broken(`publishes ${token}, of a user who has left`);
      if (optOut?.root === rootOf(token) && page.knows > optOut.at && browser.now() < optOut.until) broken(`publishes ${token}, of a user who has opted out`);
    },
  };
}

export type Rules = ReturnType<typeof createRules>;
