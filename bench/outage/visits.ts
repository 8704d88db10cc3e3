import { exponential, randomFrom } from './random.ts';

/** A page as a reader sees it: when it is opened, goes out of sight, and is closed, ms. */
export type View = { open: number; hide: number; close: number };
export type Visit = { reader: number; at: number; views: View[] };

export type Kind = { name: string; share: number; visitsPerDay: number; views: number; dwellSeconds: number };

/** Who the readers are. Views of a visit are geometric, the time on a page exponential, with these means. */
export const KINDS: Kind[] = [
  { name: 'looks in', share: 0.55, visitsPerDay: 1, views: 2, dwellSeconds: 50 },
  { name: 'reads', share: 0.3, visitsPerDay: 4, views: 4, dwellSeconds: 80 },
  { name: 'lives here', share: 0.1, visitsPerDay: 10, views: 6, dwellSeconds: 60 },
  { name: 'leaves one page open', share: 0.05, visitsPerDay: 1, views: 1, dwellSeconds: 1200 },
];
/** Of visits, those in which each page is opened in a new tab, the earlier ones staying open and hidden. */
export const TABS_SHARE = 0.15;
/** Of visits, those whose last page stays open in a hidden tab, and for how long at most (evenly spread from 0), ms. */
export const LEFT_SHARE = 0.1;
export const LEFT_MS = 20 * 60e3;

const DAY_MS = 24 * 3600e3;
// a reader who has not come in two days has an expired token, however much longer it was
const HISTORY_MS = 2 * DAY_MS;

const kindEnds = (clients: number) => {
  let sum = 0;
  return KINDS.map(({ share }) => Math.round((sum += share) * clients));
};

const sum = (of: (kind: Kind) => number) => KINDS.reduce((total, kind) => total + kind.share * of(kind), 0);
/** Visits of one reader in a day, and page views in a visit, on average. */
export const VISITS_PER_DAY = sum(({ visitsPerDay }) => visitsPerDay);
export const VIEWS_PER_VISIT = sum(({ visitsPerDay, views }) => visitsPerDay * views) / VISITS_PER_DAY;

function viewsOf({ views, dwellSeconds }: Kind, at: number, random: () => number): View[] {
  const tabs = random() < TABS_SHARE;
  const left = random() < LEFT_SHARE ? random() * LEFT_MS : 0;
  const pages: View[] = [];
  let time = at;
  do {
    const open = time;
    time += exponential(dwellSeconds * 1000, random);
    pages.push({ open, hide: time, close: time });
  } while (random() < 1 - 1 / views);
  if (tabs) pages.forEach((page) => { page.close = time; });
  pages[pages.length - 1].close += left;
  return pages;
}

/** The visits of all readers that begin in a span of time (ms), in order: a Poisson process. */
export function * visitsOf(clients: number, seed: number, from: number, to: number): Generator<Visit> {
  const random = randomFrom(seed);
  const ends = kindEnds(clients);
  const gap = DAY_MS / (clients * VISITS_PER_DAY);
  for (let at = from + exponential(gap, random); at < to; at += exponential(gap, random)) {
    let pick = random() * VISITS_PER_DAY;
    const index = KINDS.findIndex(({ share, visitsPerDay }) => (pick -= share * visitsPerDay) < 0);
    const begin = ends[index - 1] ?? 0;
    yield { reader: begin + Math.floor(random() * (ends[index] - begin)), at, views: viewsOf(KINDS[index], at, random) };
  }
}

/**
 * When each reader's token was made, ms, after two days of visits up to `at`: on the first page of a visit that finds it due.
 * `isDueAfter` says whether a token of that age is.
 */
export function tokensAt(at: number, clients: number, seed: number, isDueAfter: (age: number) => boolean): Float64Array {
  const random = randomFrom(seed);
  const made = new Float64Array(clients);
  let reader = 0;
  kindEnds(clients).forEach((end, index) => {
    const gap = DAY_MS / KINDS[index].visitsPerDay;
    for (; reader < end; reader++) {
      made[reader] = at - HISTORY_MS - DAY_MS;
      for (let visit = at - HISTORY_MS + exponential(gap, random); visit < at; visit += exponential(gap, random)) {
        if (isDueAfter(visit - made[reader])) made[reader] = visit;
      }
    }
  });
  return made;
}
