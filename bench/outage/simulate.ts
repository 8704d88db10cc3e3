import { stateOf } from '../../libraries/uid2Session/identity.ts';
import type { Failure } from '../../libraries/uid2Session/types.ts';
import { createQueue } from './queue.ts';
import { randomFrom } from './random.ts';
import { tokensAt, visitsOf, type View, type Visit } from './visits.ts';
import { AUCTION_DELAY_MS, identityAt, ROUND_TRIP_MS, type Fault, type Policy, type World } from './world.ts';

/** A visible page has an auction this often; a hidden one, whose timers browsers slow down, less often. */
export const AUCTION_MS = 30e3;
export const HIDDEN_AUCTION_MS = 60e3;

export type Setting = {
  clients: number;
  seed: number;
  fault: Fault;
  /** Of the outage. */
  minutes: number;
  /** Instead of those of the model. */
  visits?: (from: number, to: number) => Iterable<Visit>;
};

export type Result = {
  /** Requests in each second, from BEFORE seconds ahead of the outage. */
  requests: Uint32Array;
  /** Of the pages in sight, those whose reader's token is fresh, in each second. */
  fresh: Float64Array;
  pageViews: number;
  /** Auctions that began in the outage, those that waited, and for how long in all, ms. */
  auctions: number;
  held: number;
  heldMs: number;
};

/** Measured before and after the outage, s; and before all that, to have pages open. */
export const BEFORE = 300;
export const AFTER = 1200;
const RUN_IN = 1200;

const START = Date.UTC(2026, 0, 1);

/** Plays the visits, from one event to the next, with the operator failing for some minutes. */
export async function simulate(setting: Setting, createPolicy: (world: World) => Policy, progress: (share: number) => void = () => {}): Promise<Result> {
  const { clients, seed, fault, minutes } = setting;
  const down = START + (RUN_IN + BEFORE) * 1000;
  const up = down + minutes * 60e3;
  const end = up + AFTER * 1000;
  const seconds = BEFORE + minutes * 60 + AFTER;
  const result: Result = { requests: new Uint32Array(seconds), fresh: new Float64Array(seconds), pageViews: 0, auctions: 0, held: 0, heldMs: 0 };
  const secondOf = (time: number) => Math.floor((time - down) / 1000) + BEFORE;
  const isDown = () => now >= down && now < up;

  const queue = createQueue();
  const made = tokensAt(START, clients, seed + 1, (age) => ['stale', 'expired'].includes(stateOf({ latestToken: identityAt(0, 'any') }, age)));
  const random = randomFrom(seed + 2);
  let now = START;
  let stirred = false;

  const world: World = {
    now: () => now,
    after: (ms, run) => queue.add(now + ms, run),
    random,
    identityOf: (reader) => identityAt(made[reader], `reader ${reader}`),
    stir: () => { stirred = true; },
    ask: (page, patience, roundTrips) => new Promise((resolve) => {
      const second = secondOf(now);
      if (second >= 0 && second < seconds) result.requests[second]++;
      const hangs = isDown() && fault === 'hang';
      const failure: Failure | false = isDown() && (fault === '503' ? { kind: 'http', status: 503 } : { kind: 'network' });
      const asked = now;
      world.after(hangs ? patience : failure ? ROUND_TRIP_MS : roundTrips * ROUND_TRIP_MS, () => {
        if (page.closed) return;
        stirred = true;
        resolve(failure ? { failure } : { latest: identityAt(asked) });
      });
    }),
  };
  const policy = createPolicy(world);
  const inSight = new Set<number>();

  function hold(pending: Promise<unknown> | undefined) {
    const counts = isDown();
    if (counts) result.auctions++;
    if (!counts || !pending) return;
    const began = now;
    let open = true;
    const release = () => {
      if (open) result.heldMs += now - began;
      open = false;
    };
    result.held++;
    pending.then(release);
    world.after(AUCTION_DELAY_MS, release);
  }

  function show(reader: number, view: View) {
    const page = policy.open(reader, view.close);
    const auction = () => {
      if (now >= view.close) return;
      hold(page.auction());
      world.after(now < view.hide ? AUCTION_MS : HIDDEN_AUCTION_MS, auction);
    };
    result.pageViews++;
    inSight.add(reader);
    page.load();
    auction();
    queue.add(view.hide, () => {
      inSight.delete(reader);
      if (view.hide < view.close) page.hide();
    });
    queue.add(view.close, page.close);
  }

  const visits = (setting.visits?.(START, end) ?? visitsOf(clients, seed, START, end))[Symbol.iterator]();
  function comeIn() {
    const { value, done } = visits.next();
    if (done) return;
    queue.add(value.at, () => {
      value.views.forEach((view: View) => queue.add(view.open, () => show(value.reader, view)));
      comeIn();
    });
  }

  function sample() {
    let fresh = 0;
    for (const reader of inSight) if (policy.stateOf(reader) === 'fresh') fresh++;
    result.fresh[secondOf(now)] = inSight.size ? fresh / inSight.size : 1;
  }

  comeIn();
  for (let second = 0; second < seconds; second++) queue.add(down + (second - BEFORE) * 1000, sample);
  for (let event = queue.take(); event && event.at < end; event = queue.take()) {
    if (Math.floor((event.at - START) / 60e3) > Math.floor((now - START) / 60e3)) progress((now - START) / (end - START));
    now = event.at;
    event.run();
    while (stirred) {
      stirred = false;
      // lets all promises settle that can before time goes on
      await new Promise(setImmediate);
    }
  }
  progress(1);
  return result;
}
