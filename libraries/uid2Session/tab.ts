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

type Hearer = (isChange: boolean) => void;

/** What this tab remembers. `hearers` wait for another document to tell something. */
type Own = { listener?: Listener; timer?: ReturnType<typeof setTimeout>; leavingSince: number; hearers: Hearer[] };

/** Whether a value of this name is one of ours, which `begin` so, or the SDK's. If all is cleared there is no name. */
const counts = (name: string | null, begin: string) =>
  name === null || name.startsWith(begin) || SDK_KEYS.includes(name);

/**
 * This tab in a real browser. `key` begins the names of the record and the note in storage; `elapsed` is a clock, ms;
 * `name` is that of the channel to other documents.
 */
export function browserTab(key: string, elapsed: () => number, name = 'uid2'): Tab {
  const channel = channelOf(name);
  const own: Own = { leavingSince: -Infinity, hearers: [] };
  const isLeaving = () => elapsed() - own.leavingSince < LEAVING_MS;

  function onChange(news?: Note) {
    own.listener?.onChange(news);
    own.hearers.splice(0).forEach((go) => go(true));
  }

  return {
    isHidden: () => document.hidden,
    isLeaving,
    open(listener) {
      if (own.listener) return;
      own.listener = listener;
      channel.listen(onChange);
      addEventListener('storage', (event) => { if (counts(event.key, key)) onChange(); });
      document.addEventListener('visibilitychange', () => listener.onVisibility());
      addEventListener('beforeunload', () => { own.leavingSince = elapsed(); });
      addEventListener('pagehide', () => {
        listener.onLeave();
        channel.close();
      });
      addEventListener('pageshow', () => {
        own.leavingSince = -Infinity;
        channel.open(onChange);
        listener.onChange();
      });
    },
    nextChange: () => changeIn(own.hearers),
    wakeAfter(delay) {
      clearTimeout(own.timer);
      const isNever = document.hidden || delay === Infinity;
      own.timer = isNever ? undefined : setTimeout(() => own.listener?.onChange(), Math.min(delay, HOUR_MS));
    },
    tell: channel.tell,
  };
}

const changeIn = (hearers: Hearer[]) => new Promise<boolean>((resolve) => {
  hearers.push(resolve);
  setTimeout(() => resolve(false), CHANGE_MS);
});
