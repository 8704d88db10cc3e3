import { channelOf } from './channel.js';
import { SDK_KEYS } from './places.js';
import type { Listener, Tab } from './env.js';
import type { Note } from './types.js';

// a longer wait is made in parts: browsers take no more than 24.8 days, and clocks may be set
const HOUR_MS = 3600e3;
/** How long a tab that had the lock may take to tell what it has written, ms: it may be busy, or have crashed. */
const CHANGE_MS = 1000;
/** How long after it was announced a page may take to go, ms. */
const LEAVING_MS = 10e3;

/** Waits for another document to tell something. */
type Waiter = (isChange: boolean) => void;

/** Whether a value of this name is one of ours, which `begin` so, or the SDK's. If all is cleared there is no name. */
const counts = (name: string | null, begin: string) =>
  name === null || name.startsWith(begin) || SDK_KEYS.includes(name);

/**
 * This tab in a real browser. `key` begins the names of the record and the note in storage; `elapsed` is a clock, ms;
 * `name` is that of the channel to other documents.
 */
export function browserTab(key: string, elapsed: () => number, name = 'uid2'): Tab {
  const channel = channelOf(name);
  const untilChange: Waiter[] = [];
  let listener: Listener | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let leavingSince = -Infinity;

  function onChange(news?: Note) {
    listener?.onChange(news);
    untilChange.splice(0).forEach((go) => go(true));
  }

  return {
    isHidden: () => document.hidden,
    isLeaving: () => elapsed() - leavingSince < LEAVING_MS,
    open(given) {
      if (listener) return;
      listener = given;
      channel.listen(onChange);
      addEventListener('storage', (event) => { if (counts(event.key, key)) onChange(); });
      document.addEventListener('visibilitychange', () => given.onVisibility());
      addEventListener('beforeunload', () => { leavingSince = elapsed(); });
      addEventListener('pagehide', () => {
        given.onLeave();
        channel.close();
      });
      addEventListener('pageshow', () => {
        leavingSince = -Infinity;
        channel.open(onChange);
        given.onChange();
      });
    },
    nextChange: () => changeIn(untilChange),
    wakeAfter(ms) {
      clearTimeout(timer);
      if (!document.hidden && ms < Infinity) timer = setTimeout(() => listener?.onChange(), Math.min(ms, HOUR_MS));
    },
    tell: channel.tell,
  };
}

const changeIn = (hearers: Waiter[]) => new Promise<boolean>((resolve) => {
  hearers.push(resolve);
  setTimeout(() => resolve(false), CHANGE_MS);
});
