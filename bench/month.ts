// A month of a site, simulated reader by reader: bench/README.md says who they are.
import { KINDS, type Kind } from './month/readers.ts';
import { live, nothing, type Counts } from './month/simulate.ts';
import { createOurs } from './outage/ours.ts';
import { createPrebid } from './outage/prebid.ts';
import type { Policy, World } from './outage/world.ts';
import { collector, type Contestant, type Finding } from './results.ts';
import type { Order } from './sections.ts';

const DAYS = 30;
const OFTEN_MS = 300e3;
/** Readers of each kind in one run. */
const READERS = 25;
const QUICK_READERS = 4;

export const POLICIES: Record<Contestant, (world: World) => Policy> = {
  ours: (world) => createOurs(world),
  theirs: createPrebid,
  often: (world) => createOurs(world, OFTEN_MS),
};
const CONTESTANTS = Object.keys(POLICIES) as Contestant[];

/** Adds to the counts, times `weight`. */
export function addTo(sum: Counts, counts: Counts, weight: number): Counts {
  const { byHour, ...numbers } = counts;
  for (const key of Object.keys(numbers) as (keyof typeof numbers)[]) sum[key] += weight * numbers[key];
  byHour.forEach((requests, hour) => { sum.byHour[hour] += weight * requests; });
  return sum;
}

/** One run: what one reader of each kind does in a day, on average. */
async function averageDay(who: Contestant, run: number, readers: number): Promise<Map<Kind, Counts>> {
  const days = new Map<Kind, Counts>();
  for (const [index, kind] of KINDS.entries()) {
    const counts = nothing();
    for (let reader = 0; reader < readers; reader++) {
      // the same lives for all policies
      await live({ kind, days: DAYS, seed: 1e6 * run + 1e4 * index + 10 * reader }, POLICIES[who], counts);
    }
    days.set(kind, addTo(nothing(), counts, 1 / (readers * DAYS)));
  }
  return days;
}

/** Of the site: the kinds by their shares. */
export const siteOf = (days: Map<Kind, Counts>): Counts => [...days].reduce((sum, [{ share }, counts]) => addTo(sum, counts, share), nothing());

/** Plays the month for all policies, so many times, in turn. */
export async function * play(runs: number, quick: boolean, progress: (share: number) => void): AsyncGenerator<[Contestant, Map<Kind, Counts>]> {
  for (let run = 0; run < runs; run++) {
    for (const [turn, who] of CONTESTANTS.entries()) {
      yield [who, await averageDay(who, run, quick ? QUICK_READERS : READERS)];
      progress((run * CONTESTANTS.length + turn + 1) / (runs * CONTESTANTS.length));
    }
  }
}

const percent = (share: number) => 100 * share;

export async function month({ runs, quick, progress }: Order): Promise<Finding> {
  const { add, rows } = collector();
  for await (const [who, days] of play(runs, quick, progress)) {
    const site = siteOf(days);
    add(who, percent(site.valid / site.auctions), 'auctions with a valid token', '%', ['Auctions with a valid token, %', 'the site']);
    for (const [{ name }, { valid, auctions }] of days) add(who, percent(valid / auctions), `  a reader who ${name}`, '%', ['Auctions with a valid token, %', name]);
    add(who, 1000 * site.expired / site.auctions, 'expired tokens sent, of 1,000 auctions', '');
    add(who, site.requests, 'requests of a reader in a day', '', ['Requests of a reader in a day', 'the site']);
    for (const [{ name }, { requests }] of days) add(who, requests, `  requests of one who ${name}`, '', ['Requests of a reader in a day', name]);
    add(who, site.preflights, 'preflights of a reader in a day', '');
    add(who, 1000 * site.heldMs / site.views, 'hold per 1,000 page views', 'ms', ['Hold per 1,000 page views, ms', 'the site']);
    add(who, 1000 * site.heldMs / site.auctions, 'hold per 1,000 auctions', 'ms');
    add(who, site.views, 'page views of a reader in a day', '');
  }
  return {
    rows: rows(),
    notes: [`Simulated, not measured: ${DAYS} days of ${quick ? QUICK_READERS : READERS} readers of each kind, weighed by their shares; each run has other readers, the same for all three. ` +
      'Ours is libraries/uid2Session/session.ts as it ships; theirs is what Prebid\'s module does, in a few lines; every 5 min is ours with refreshIntervalSeconds: 300. Who the readers are: bench/README.md. The seeds are the same each time, and so is the result.'],
  };
}
