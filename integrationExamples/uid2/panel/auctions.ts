// The auctions of this page: how long each was held, and how many SSPs got the UID2. It needs no browser.
import type { PrebidEvent } from './page.js';
import { tokenIn, type Received } from './received.js';

/** The `n`th auction of this page; times in ms since the page began to load. */
export type Auction = {
  n: number;
  asked: number;
  /** Missing as long as it is held. */
  began?: number;
  /** How many SSPs have received its request, and how many of these had a UID2 in it. */
  received: number;
  uid2: number;
};

const timesOf = (events: PrebidEvent[], type: string) => events.filter(({ eventType }) => eventType === type).map(({ elapsedTime }) => elapsedTime);

/** In the order in which the page has asked for them. */
export function auctionsIn(events: PrebidEvent[], received: Received[]): Auction[] {
  const began = timesOf(events, 'auctionInit');
  return timesOf(events, 'requestBids').map((asked, at) => {
    const there = received.filter(({ nth }) => nth === at + 1);
    return { n: at + 1, asked, began: began[at], received: there.length, uid2: there.filter(tokenIn).length };
  });
}

/** One line: "Auction 3: held 12 ms, UID2 at 2 of 2 SSPs". */
export function auctionInWords({ n, asked, began, received, uid2 }: Auction, now: number): string {
  if (began === undefined) return `Auction ${n}: held for ${Math.round(now - asked)} ms so far`;
  const held = `Auction ${n}: held ${Math.round(began - asked)} ms`;
  return received ? `${held}, UID2 at ${uid2} of ${received} SSPs` : `${held}, no SSP has answered yet`;
}
