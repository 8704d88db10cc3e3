// Who reads a site in a month, and when: see bench/README.md.
import { exponential } from '../outage/random.ts';

/** A page as a reader sees it: when it is opened, goes out of sight, comes back into it (if it does), and is closed, ms. */
export type View = { open: number; hide: number; back?: number; close: number };

/** Visits are a Poisson process that follows the hours of a day; views of a visit are geometric, the time on a page is exponential, with these means. */
export type Kind = {
  name: string;
  /** Of all readers. */
  share: number;
  visitsPerDay: number;
  views: number;
  dwellSeconds: number;
  /** Of visits, those in which each page is opened in a new tab, the earlier ones staying open and hidden. */
  tabs: number;
  /** Of visits, those whose last page stays open in a hidden tab; and after how long, on average, it is looked at again, for as long as another. */
  left: [share: number, hours: number];
};

export const KINDS: Kind[] = [
  { name: 'passes by', share: 0.45, visitsPerDay: 0.1, views: 1.5, dwellSeconds: 45, tabs: 0, left: [0.05, 0.5] },
  { name: 'looks in', share: 0.25, visitsPerDay: 0.4, views: 3, dwellSeconds: 60, tabs: 0.1, left: [0.1, 0.5] },
  { name: 'reads daily', share: 0.2, visitsPerDay: 1.5, views: 5, dwellSeconds: 80, tabs: 0.15, left: [0.1, 1] },
  { name: 'lives here', share: 0.06, visitsPerDay: 8, views: 6, dwellSeconds: 60, tabs: 0.15, left: [0.1, 1] },
  { name: 'leaves it open', share: 0.04, visitsPerDay: 1, views: 1, dwellSeconds: 2400, tabs: 0, left: [0.8, 6] },
];

/** How much is going on in each hour of a day, 0 to 23 o'clock; the busiest is 1. */
export const HOURS = [0.25, 0.15, 0.1, 0.1, 0.12, 0.25, 0.5, 0.75, 0.85, 0.8, 0.75, 0.8, 0.9, 0.8, 0.7, 0.7, 0.75, 0.8, 0.85, 0.95, 1, 0.95, 0.7, 0.45];
const MEAN_HOUR = HOURS.reduce((sum, each) => sum + each) / HOURS.length;

const HOUR_MS = 3600e3;
const DAY_MS = 24 * HOUR_MS;
/** Between the last page of a visit and the next visit, at least, ms. */
const PAUSE_MS = 60e3;

export const hourOf = (at: number) => Math.floor(at / HOUR_MS) % 24;

/** The pages of a visit that begins at `at`. */
function viewsFrom({ views, dwellSeconds, tabs, left }: Kind, at: number, random: () => number): View[] {
  const keeps = random() < tabs;
  const away = random() < left[0] ? exponential(left[1] * HOUR_MS, random) : 0;
  const pages: View[] = [];
  let time = at;
  do {
    const open = time;
    time += exponential(dwellSeconds * 1000, random);
    pages.push({ open, hide: time, close: time });
  } while (random() < 1 - 1 / views);
  if (keeps) pages.forEach((page) => { page.close = time; });
  const last = pages[pages.length - 1];
  if (away) {
    last.back = time + away;
    last.close = last.back + exponential(dwellSeconds * 1000, random);
  }
  return pages;
}

/** The pages of one reader in so many days, in order. */
export function * viewsOf(kind: Kind, days: number, random: () => number): Generator<View> {
  const gap = DAY_MS / kind.visitsPerDay * MEAN_HOUR;
  let free = 0;
  for (let at = exponential(gap, random); at < days * DAY_MS; at += exponential(gap, random)) {
    // the busiest hour has all of them
    if (random() >= HOURS[hourOf(at)] || at < free) continue;
    const views = viewsFrom(kind, at, random);
    free = views[views.length - 1].hide + PAUSE_MS;
    yield * views;
  }
}
