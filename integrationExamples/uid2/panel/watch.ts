// Looks at page and server, and keeps the history of what it has seen over page loads.
import { auctionInWords, type Auction } from './auctions.js';
import { NOTHING, withMark, withSample, withScene, type History } from './history.js';
import { lab, type Status } from './page.js';
import type { Request, ServerState } from './server.js';
import type { Standing } from './standing.js';

const KEY = 'timeline';

/** What earlier pages of this tab have seen. There is no token in it, and no address. */
export function remembered(): History {
  try {
    return { ...NOTHING, ...JSON.parse(sessionStorage.getItem(KEY) ?? '{}') };
  } catch {
    return NOTHING;
  }
}

/** Keeps it for the next page of this tab. */
export function remember(history: History): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(history));
  } catch {}
}

const siteTime = (sincePageBegan: number, now: number) => now - (performance.now() - sincePageBegan);

function withAuction(history: History, auction: Auction, now: number): History {
  const { n, asked, began, received, uid2 } = auction;
  return withMark(history, {
    key: `auction ${performance.timeOrigin} ${n}`, kind: 'auction', time: siteTime(asked, now),
    ms: (began ?? performance.now()) - asked, isGood: !received || uid2 > 0, text: auctionInWords(auction, performance.now())
  });
}

const isAsked = ({ path }: Request) => path.includes('/token/');

function withRequest(history: History, { time, method, path, status, ms, preflight }: Request, ahead: number): History {
  const what = `${preflight ? 'Preflight of ' : ''}${path.split('?')[0].split('/').slice(-2).join('/')}`;
  return withMark(history, {
    key: `request ${time} ${method} ${path}`, kind: 'request', time: time + ahead, ms, isGood: status > 0 && status < 400,
    text: `${what}: ${status ? `${status} after ${Math.round(ms)} ms` : 'no answer yet'}`
  });
}

/** What this page itself has asked the operator: all that is known of one without /admin. */
export function ownRequests(): Request[] {
  return (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
    .filter(({ name }) => name.startsWith(`${lab.operatorUrl}/v`))
    .map(({ name, startTime, duration, responseStatus }) => ({
      time: Math.round(performance.timeOrigin + startTime), method: 'POST', path: new URL(name).pathname, status: responseStatus, ms: duration, preflight: false
    })).reverse().slice(0, 30);
}

export type Seen = { auctions: Auction[]; state: ServerState; standing: Standing; now: number };

/** Adds all that one look has seen. */
export function observe(before: History, { auctions, state, standing, now }: Seen): History {
  const { fault, requests } = state.operator;
  const { session, optedOutHere, optedOutLater, ahead } = state;
  const scene = withScene(before, now, { isIn: !!session, optedOut: optedOutHere, optedOutLater, fault, ahead });
  const sample: Status = { ...standing.status, state: standing.state };
  return [...requests].reverse().filter(isAsked).reduce((history, request) => withRequest(history, request, ahead),
    auctions.reduce((history, auction) => withAuction(history, auction, now), withSample(scene, now, sample)));
}
