import { channelOf } from './channel.js';
import { SDK_KEYS } from './lent.js';
import type { Listener, Tab } from './env.js';
import type { Note } from './types.js';

// a longer wait is made in parts: browsers take no more than 24.8 days, and clocks may be set
const HOUR_MS = 3600e3;
/** How long the news of a tab that had the lock may take, ms: on a busy machine. None comes if that tab has crashed. */
const NEWS_MS = 1000;
/** How long after it was announced a page may take to go, ms. */
const LEAVING_MS = 10e3;

type Wait = (isNews: boolean) => void;

/** What changes in a tab. */
type Parts = { listener?: Listener; timer?: ReturnType<typeof setTimeout>; leavingSince: number; waiting: Wait[] };

/** Whether a value of this name is one of ours, which `begin` so, or the SDK's. If all is cleared there is no name. */
const counts = (name: string | null, begin: string) =>
  name === null || name.startsWith(begin) || SDK_KEYS.includes(name);

/**
 * This tab in a real browser. `key` begins the names of the record and the note in storage; `elapsed` is a clock, ms;
 * `name` is that of the channel to other documents.
 */
export function browserTab(key: string, elapsed: () => number, name = 'uid2'): Tab {
  const channel = channelOf(name);
  const parts: Parts = { leavingSince: -Infinity, waiting: [] };
  const isLeaving = () => elapsed() - parts.leavingSince < LEAVING_MS;

  function onNews(news?: Note) {
    parts.listener?.onChange(news);
    parts.waiting.splice(0).forEach((go) => go(true));
  }

  return {
    isHidden: () => document.hidden,
    isLeaving,
    open(listener) {
      if (parts.listener) return;
      parts.listener = listener;
      channel.listen(onNews);
      addEventListener('storage', (event) => { if (counts(event.key, key)) onNews(); });
      document.addEventListener('visibilitychange', () => listener.onVisibility());
      addEventListener('beforeunload', () => { parts.leavingSince = elapsed(); });
      addEventListener('pagehide', () => {
        listener.onLeave();
        channel.close();
      });
      addEventListener('pageshow', () => {
        parts.leavingSince = -Infinity;
        channel.open(onNews);
        listener.onChange();
      });
    },
    nextNews: () => newsIn(parts.waiting),
    wakeAfter(delay) {
      clearTimeout(parts.timer);
      const isNever = document.hidden || delay === Infinity;
      parts.timer = isNever ? undefined : setTimeout(() => parts.listener?.onChange(), Math.min(delay, HOUR_MS));
    },
    tell: channel.tell,
  };
}

const newsIn = (waiting: Wait[]) => new Promise<boolean>((resolve) => {
  waiting.push(resolve);
  setTimeout(() => resolve(false), NEWS_MS);
});
