import { createSession } from '../../libraries/uid2/session.ts';
import type { Lock } from '../../libraries/uid2/lock.ts';
import type { Note } from '../../libraries/uid2/backoff.ts';
import type { Store } from '../../libraries/uid2/store.ts';
import { stateOf, type Identity, type Stored } from '../../libraries/uid2/tokens.ts';
import type { Wakeup } from '../../libraries/uid2/wakeup.ts';
import type { Page, Policy, World } from './world.ts';

/** How long a request, or another tab's, may take, as in libraries/uid2/submodule.ts, ms. */
const PATIENCE_MS = 5000;
const HOUR_MS = 3600e3;

// what the build sets; nobody here generates
Object.assign(globalThis, { FEATURES: { UID2_CSTG: true } });

type Tab = Page & { wake(): void };
type Turn = { tab: Tab; take(): boolean };
/** What one reader's tabs share: storage, and a lock. */
type Browser = { record: Stored; note?: Note; tabs: Tab[]; holder?: Tab; turns: Turn[] };

/** libraries/uid2/session.ts itself, as it ships; a browser's storage, timers, locks and events are played here. Refreshes at least every so many ms. */
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
    return [
      () => (stateOf(browser.record, world.now()) === 'none' ? [] : [browser.record]),
      (record) => {
        browser.record = record;
        tellOthers();
      },
      () => {},
      () => {},
      () => browser.note,
      (note) => {
        browser.note = note as Note;
        tellOthers();
      },
      () => undefined,
    ];
  }

  function passOn(browser: Browser) {
    browser.holder = undefined;
    while (browser.turns.length && !browser.turns.shift()!.take());
  }

  /** The Web Lock of libraries/uid2/lock.ts: in turn, but not beyond one's patience; freed when its tab closes. */
  const lockOf = (browser: Browser, tab: Tab): Lock => (task) => new Promise((resolve) => {
    let begun = false;
    const begin = (holder?: Tab) => {
      if (begun || tab.closed) return false;
      begun = true;
      if (holder) browser.holder = holder;
      world.stir();
      Promise.resolve().then(task).then(() => {
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

    const tab: Tab = {
      closed: false,
      wake: () => {},
      load() {
        look();
        wait(waiting());
      },
      auction() {
        wait(due());
        return pending;
      },
      sends() {
        const latest = browser.record.latestToken as Identity;
        const id = (published() as { id?: string } | undefined)?.id;
        return id === latest.advertising_token ? latest : undefined;
      },
      hide() {
        hidden = true;
        tab.wake();
      },
      show() {
        hidden = false;
        tab.wake();
      },
      close() {
        tab.closed = true;
        browser.tabs = browser.tabs.filter((other) => other !== tab);
        if (browser.holder === tab) passOn(browser);
      },
    };

    const wakeup: Wakeup = (wake) => {
      tab.wake = () => {
        if (!tab.closed) wake();
      };
      return (delay) => {
        const mine = ++timer;
        const wait = Math.min(delay ?? Infinity, HOUR_MS);
        if (delay! < Infinity && !hidden && world.now() + wait < closes) {
          world.after(wait, () => {
            if (mine === timer) tab.wake();
          });
        }
        return hidden;
      };
    };

    const [look, renew, published, waiting, due] = createSession(
      storeOf(browser, tab), () => ['none'],
      (_, flight) => Promise.race([
        world.ask(tab, PATIENCE_MS, 1),
        new Promise<[string]>((resolve) => { flight!.signal.addEventListener('abort', () => resolve(['network'])); }),
      ]),
      () => every, () => undefined, () => {}, lockOf(browser, tab), wakeup, world.now, world.random,
    );

    /** As Prebid does with the callback of getId: auctions wait for the last one asked for. */
    function wait(asked: boolean) {
      if (!asked) return;
      const mine = pending = renew().then(() => {
        if (mine === pending) pending = undefined;
      });
    }

    browser.tabs.push(tab);
    return tab;
  }

  return { open, stateOf: (reader) => stateOf(browserOf(reader).record, world.now()) };
}
