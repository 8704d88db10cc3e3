// A month in the life of one reader, whose pages follow a policy; the operator is well.
import { createQueue } from '../outage/queue.ts';
import { randomFrom } from '../outage/random.ts';
import { AUCTION_DELAY_MS, identityAt, ROUND_TRIP_MS, type Page, type Policy, type World } from '../outage/world.ts';
import { hourOf, viewsOf, type Kind, type View } from './readers.ts';

/** Between two auctions of a page in sight, ms; evenly spread. */
export const AUCTION_MS = [27e3, 33e3];

/** What is counted, of one reader or of many. */
export type Counts = {
  views: number;
  auctions: number;
  /** Auctions with a token that has not expired, with one that has, and those that waited, for how long in all (ms). */
  valid: number;
  expired: number;
  held: number;
  heldMs: number;
  requests: number;
  preflights: number;
  /** Requests in each hour of the day. */
  byHour: number[];
};

export const nothing = (): Counts =>
  ({ views: 0, auctions: 0, valid: 0, expired: 0, held: 0, heldMs: 0, requests: 0, preflights: 0, byHour: Array(24).fill(0) });

export type Setting = {
  kind: Kind;
  days: number;
  seed: number;
  /** Instead of those of the model. */
  views?: Iterable<View>;
};

/** Plays one reader's pages, from one event to the next, and counts on. */
export async function live({ kind, days, seed, views = viewsOf(kind, days, randomFrom(seed)) }: Setting, createPolicy: (world: World) => Policy, counts: Counts): Promise<void> {
  const queue = createQueue();
  let now = 0;
  let stirred = false;

  const world: World = {
    now: () => now,
    after: (ms, run) => queue.add(now + ms, run),
    random: randomFrom(seed + 1),
    // they log in with the first page
    identityOf: () => identityAt(now),
    stir: () => { stirred = true; },
    ask: (page, _, roundTrips) => new Promise((resolve) => {
      counts.requests++;
      counts.byHour[hourOf(now)]++;
      counts.preflights += roundTrips - 1;
      const asked = now;
      world.after(roundTrips * ROUND_TRIP_MS, () => {
        if (page.closed) return;
        stirred = true;
        resolve({ latest: identityAt(asked) });
      });
    }),
  };
  const policy = createPolicy(world);
  // its own, so that all policies see the same auctions
  const random = randomFrom(seed + 2);

  function auction(page: Page) {
    counts.auctions++;
    const began = now;
    let open = true;
    const bid = () => {
      // who has left before it was let go has lost it
      if (!open || page.closed) return;
      open = false;
      counts.heldMs += now - began;
      const sent = page.sends();
      if (sent) counts[now < sent.identity_expires ? 'valid' : 'expired']++;
    };
    const pending = page.auction();
    if (!pending) return bid();
    counts.held++;
    pending.then(bid);
    world.after(AUCTION_DELAY_MS, bid);
  }

  function show({ hide, back, close }: View) {
    const page = policy.open(0, close);
    const auctions = (until: number) => {
      auction(page);
      const gap = AUCTION_MS[0] + random() * (AUCTION_MS[1] - AUCTION_MS[0]);
      if (now + gap < until) world.after(gap, () => auctions(until));
    };
    counts.views++;
    page.load();
    auctions(hide);
    if (hide < close) queue.add(hide, page.hide);
    if (back) {
      queue.add(back, () => {
        page.show();
        auctions(close);
      });
    }
    queue.add(close, page.close);
  }

  const pages = views[Symbol.iterator]();
  function next() {
    const { value, done } = pages.next();
    if (done) return;
    queue.add(value.open, () => {
      show(value);
      next();
    });
  }

  next();
  for (let event = queue.take(); event; event = queue.take()) {
    now = event.at;
    event.run();
    while (stirred) {
      stirred = false;
      // lets all promises settle that can before time goes on
      await new Promise(setImmediate);
    }
  }
}
