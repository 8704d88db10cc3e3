import { AUCTION_MS, HIDDEN_AUCTION_MS } from './simulate.ts';
import { KINDS, LEFT_MS, LEFT_SHARE, TABS_SHARE, VIEWS_PER_VISIT, VISITS_PER_DAY } from './visits.ts';
import { AUCTION_DELAY_MS, ROUND_TRIP_MS } from './world.ts';

const percent = (share: number) => `${Math.round(share * 100)} %`;
const kinds = KINDS.map(({ name, share, visitsPerDay, views, dwellSeconds }) =>
  `${percent(share)} ${name} (visits a day: ${visitsPerDay}, pages: ${views}, seconds on each: ${dwellSeconds})`).join('; ');

/** What is simulated, in words; the numbers are those of the simulation. */
export const MODEL = [
  `Readers: ${kinds}. On average ${VISITS_PER_DAY.toFixed(2)} visits a day, ${VIEWS_PER_VISIT.toFixed(1)} page views in each. Visits begin as a Poisson process, evenly over the day.`,
  `Tabs: in ${percent(TABS_SHARE)} of visits each page is opened in a new tab; after ${percent(LEFT_SHARE)} the last page stays open and hidden for up to ${LEFT_MS / 60e3} min.`,
  `Auctions: when a page loads, then every ${AUCTION_MS / 1000} s, every ${HIDDEN_AUCTION_MS / 1000} s while hidden; auctionDelay ${AUCTION_DELAY_MS} ms.`,
  `Tokens: fresh for 1 h, valid for 4 h; their ages come from two days of such visits before. A round trip takes ${ROUND_TRIP_MS} ms.`,
  'Ours: libraries/uid2Session/session.ts as it ships, one session a page, with storage, locks and events between the tabs of a reader.',
  'Theirs: Prebid 11.36.0: a request when a page loads with a token that is due, nothing else; its preflights are not counted as requests.',
  'Left out: preflights, several sites of one publisher, readers who reload because of the outage, hidden pages that are shown again, sleep, ' +
    'logins and opt-outs, wrong clocks, an operator that is slow under load, failures of single requests while it is well, and what a day has of peaks.',
];
