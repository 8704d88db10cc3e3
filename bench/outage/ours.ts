import { MOST_A_MINUTE } from '../../libraries/uid2Session/decide.ts';
import { createSession } from '../../libraries/uid2Session/session.ts';
import type { Env, Listener, Lock, PageSide, Store } from '../../libraries/uid2Session/env.ts';
import { stateOf, type StoredRecord } from '../../libraries/uid2Session/identity.ts';
import type { Note, Outcome } from '../../libraries/uid2Session/types.ts';
import { AUCTION_DELAY_MS, type Page, type Policy, type World } from './world.ts';

/** How long a request, or another tab's, may take, as in libraries/uid2Session/operator.ts, ms. */
const PATIENCE_MS = 5000;
const HOUR_MS = 3600e3;

// what the build sets; nobody here generates
Object.assign(globalThis, { FEATURES: { UID2_CSTG: true } });

type Tab = Page & { wake(): void };
type Turn = { tab: Tab; take(): boolean };
/** What one reader's tabs share: storage, and a lock. */
type Browser = { record: StoredRecord; note?: Note; tabs: Tab[]; holder?: Tab; turns: Turn[] };

/** libraries/uid2Session/session.ts itself, as it ships; a browser's storage, timers, locks and events are played here. Refreshes at least every so many ms. */
export function createOurs(world: World, every = Infinity): Policy {
  const browsers = new Map<number, Browser>();

  function browserOf(reader: number): Browser {
    let browser = browsers.get(reader);
    if (!browser) {
      const made = world.identityOf(reader);
      const identity = { ...made, refresh_from: Math.min(made.refresh_from, world.now() + every) };
      browsers.set(reader, browser = { record: { originalToken: identity, latestToken: identity, updated: 1 }, tabs: [], turns: [] });
    }
    return browser;
  }

  /** Storage, which tells the other tabs of what is written. */
  function storeOf(browser: Browser, tab: Tab): Store {
    const tellOthers = () => browser.tabs.forEach((other) => other !== tab && world.after(0, other.wake));
    return {
      read: () => ({ record: stateOf(browser.record, world.now()) === 'none' ? 'absent' : browser.record }),
      write(record) {
        browser.record = record;
        tellOthers();
        return true;
      },
      remove: () => true,
      readNote: () => browser.note ?? 'absent',
      writeNote(note) {
        browser.note = note;
        tellOthers();
        return true;
      },
      clear() {},
    };
  }

  function passOn(browser: Browser) {
    browser.holder = undefined;
    while (browser.turns.length && !browser.turns.shift()!.take());
  }

  /** The Web Lock of libraries/uid2Session/lock.ts: in turn, but not beyond one's patience; freed when its tab closes. */
  const lockOf = (browser: Browser, tab: Tab): Lock => (task) => new Promise((resolve) => {
    let begun = false;
    const begin = (holder?: Tab) => {
      if (begun || tab.closed) return false;
      begun = true;
      if (holder) browser.holder = holder;
      world.stir();
      Promise.resolve().then(() => task(false)).then(() => {
        resolve(undefined);
        if (holder && browser.holder === holder) passOn(browser);
      });
      return true;
    };
    if (!browser.holder) begin(tab);
    else {
      browser.turns.push({ tab, take: () => begin(tab) });
      world.after(PATIENCE_MS, begin);
    }
  });

  function open(reader: number, closes: number): Page {
    const browser = browserOf(reader);
    let hidden = false;
    let timer = 0;
    let pending: Promise<unknown> | undefined;
    let listener: Listener | undefined;
    let asked: number[] = [];

    const tab: Tab = {
      closed: false,
      wake: () => {},
      load: () => session.renew(),
      auction() {
        wait(session.hold());
        return pending;
      },
      sends() {
        const { publish, identity } = session.decision();
        return publish && 'id' in publish ? identity : undefined;
      },
      hide() {
        hidden = true;
        if (!tab.closed) listener?.onVisibility();
      },
      show() {
        hidden = false;
        if (!tab.closed) listener?.onVisibility();
      },
      close() {
        tab.closed = true;
        browser.tabs = browser.tabs.filter((other) => other !== tab);
        if (browser.holder === tab) passOn(browser);
      },
    };

    tab.wake = () => {
      if (!tab.closed) listener?.onChange();
    };

    const env: Env = {
      now: world.now,
      elapsed: world.now,
      random: world.random,
      soon: (task) => task(),
      hash: String,
      store: storeOf(browser, tab),
      lock: lockOf(browser, tab),
      requests: {
        lately: () => asked,
        count() { asked = [...asked.slice(1 - MOST_A_MINUTE), world.now()]; },
      },
      tab: {
        open: (heard) => { listener = heard; },
        isHidden: () => hidden,
        isLeaving: () => false,
        nextChange: async () => false,
        wakeAfter(delay) {
          const mine = ++timer;
          const wait = Math.min(delay, HOUR_MS);
          if (delay === Infinity || hidden || world.now() + wait >= closes) return;
          world.after(wait, () => {
            if (mine === timer) tab.wake();
          });
        },
        tell() {},
      },
    };

    const page: PageSide = {
      takeClaim: () => ({ claim: { kind: 'nobody' }, isNewObject: false }),
      notice() {},
      logoutHeard() {},
      isEarlyOver: () => false,
      isNaming: () => false,
      tokens: () => [],
      every: () => every,
      bidWhileRefreshing: () => false,
      isInCookies: () => false,
      mayStart: () => true,
      isRemoved: () => false,
      isSdkInCharge: () => false,
      denial: () => undefined,
      prepare: () => ({ signal }, onSlow) => {
        world.after(AUCTION_DELAY_MS, () => { if (isAsking) onSlow(); });
        let isAsking = true;
        return Promise.race([
          world.ask(tab, PATIENCE_MS, 1),
          new Promise<Outcome>((resolve) => { signal.addEventListener('abort', () => resolve({ failure: { kind: 'timeout' } })); }),
        ]).finally(() => { isAsking = false; });
      },
      notify() {},
    };
    const session = createSession(env, page);

    /** As Prebid does: auctions wait for the last one asked for. */
    function wait(asked: Promise<unknown> | undefined) {
      if (!asked) return;
      const mine = pending = asked.then(() => {
        if (mine === pending) pending = undefined;
      });
    }

    browser.tabs.push(tab);
    return tab;
  }

  return { open, stateOf: (reader) => stateOf(browserOf(reader).record, world.now()) };
}
