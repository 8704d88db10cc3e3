// What the operator has to bear from many readers: on a day like any other, and when it has been down.
import { play, POLICIES, siteOf } from './month.ts';
import { simulate } from './outage/simulate.ts';
import { collector, type Contestant, type Finding } from './results.ts';
import type { Order } from './sections.ts';

const READERS = [['10 million', 1e7], ['1 billion', 1e9]] as const;
const DAY_S = 24 * 3600;
const MINUTES = 10;
/** A peak is the mean of so many seconds: fewer readers are played than are told of. */
const BIN_S = 30;
const CLIENTS = 100_000;
const QUICK_CLIENTS = 20_000;

/** The most there is in `seconds` of one after the other, per second. */
export function peakOf(requests: ArrayLike<number>, seconds = BIN_S): number {
  let most = 0;
  for (let from = 0; from + seconds <= requests.length; from += seconds) {
    let sum = 0;
    for (let second = from; second < from + seconds; second++) sum += requests[second];
    most = Math.max(most, sum / seconds);
  }
  return most;
}

export async function scale({ runs, quick, progress }: Order): Promise<Finding> {
  const { add, rows } = collector();
  const times = Math.ceil(runs / 3);
  const tell = (who: Contestant, ofOne: number, what: string, short?: string) => READERS.forEach(([name, readers], index) =>
    add(who, readers * ofOne, `${name} readers: ${what}`, '', short && !index ? [`Requests/s of ${name} readers`, short] : undefined));
  const clients = quick ? QUICK_CLIENTS : CLIENTS;
  for await (const [who, days] of play(times, quick, (share) => progress(share / 2))) {
    const { requests, preflights, byHour } = siteOf(days);
    tell(who, requests / DAY_S, 'requests/s, mean', 'mean');
    tell(who, preflights / DAY_S, 'preflights/s beside them, mean');
    tell(who, (requests + preflights) / DAY_S, 'requests and preflights/s, mean', 'mean,\nwith preflights');
    tell(who, Math.max(...byHour) / 3600, 'requests/s in the busiest hour', 'in the busiest hour');
  }
  const policies = Object.entries(POLICIES) as [Contestant, typeof POLICIES[Contestant]][];
  for (const [turn, [who, policy]] of policies.entries()) {
    // all together, as a peak of few is higher by chance
    const sum: number[] = [];
    for (let run = 0; run < times; run++) {
      const { requests } = await simulate({ clients, seed: run + 1, fault: '503', minutes: MINUTES }, policy,
        (share) => progress(0.5 + (times * turn + run + share) / (2 * policies.length * times)));
      requests.forEach((count, second) => { sum[second] = (sum[second] ?? 0) + count; });
    }
    tell(who, peakOf(sum) / (clients * times), 'requests/s, peak around an outage', 'peak around an outage');
  }
  return {
    rows: rows(),
    notes: ['On paper: the requests of a reader in a day from "A site\'s month", times as many readers, if all of them were that site\'s. ' +
      'Requests are without preflights but where it says so. ' +
      `The outage is that of npm run bench:outage, with its own readers, who come more often, at any hour alike: ${(clients * times).toLocaleString('en')} of them, HTTP 503 for ${MINUTES} min; peaks are means of ${BIN_S} s. ${times} of the others. Simulated from the same seeds each time.`],
  };
}
