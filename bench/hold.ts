// How long an auction is held for the ID, on a cold page.
import { auction, AUCTION_DELAY_MS, STATES, userSyncOf } from './lab.ts';
import { collector, SIDES, sidesOf, type Finding } from './results.ts';
import type { Order } from './sections.ts';

const LATENCIES = [0, 100, 300];
const QUICK_LATENCIES = [0, 100];
const NAMES = { fresh: 'fresh', stale: 'stale', expired: 'expired', first: 'first visit' };

export async function hold({ runs, quick, lab: open, progress }: Order): Promise<Finding> {
  const lab = await open();
  const { add, rows } = collector();
  const shares = collector();
  const cells = (quick ? QUICK_LATENCIES : LATENCIES).flatMap((latency) => STATES.map((state) => ({ latency, state })));
  // the first of each is to warm up
  for (let run = 0; run <= runs; run++) {
    for (const [index, { latency, state }] of cells.entries()) {
      for (const side of sidesOf(run + index)) {
        if (!run && index) continue;
        const params = await lab.paramsFor(state);
        if (latency) lab.operator.admin.fault({ latency, latencyPreflight: latency });
        const { ms, token } = await lab.inProfile(async (context) => auction(await lab.open(context, side), userSyncOf(params)));
        lab.operator.admin.clearFaults();
        if (!run) continue;
        const name = `${NAMES[state]}, latency ${latency}`;
        add(side, ms, `${name}: hold`, 'ms', ['Hold of the first auction, ms', `${NAMES[state]}\n+${latency}`]);
        shares.add(side, (token ? 100 : 0) / runs, name, '%');
      }
      progress((run * cells.length + index + 1) / ((runs + 1) * cells.length));
    }
  }
  for (const { what, samples } of shares.rows()) {
    for (const side of SIDES) add(side, Math.round(samples[side]!.reduce((sum, each) => sum + each)), `${what}: auctions with a token`, '%');
  }
  return {
    rows: rows(),
    notes: [`From requestBids to the bidder's buildRequests, auctionDelay ${AUCTION_DELAY_MS} ms; each time a new browser profile and a new page. ` +
      'Latency: how much later the operator answers each request, preflights too. First visit: client-side generation from an e-mail address.'],
  };
}
