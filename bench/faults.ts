// How long an auction is held when the operator fails, on the first page and on the next.
import type { FaultKind } from '../operator/faults.ts';
import { auction, AUCTION_DELAY_MS, userSyncOf } from './lab.ts';
import { collector, sidesOf, type Finding } from './results.ts';
import type { Order } from './sections.ts';

/** Every kind of fault that the operator has. */
export const FAULTS: Record<string, FaultKind> = {
  'http 400': { kind: 'status', status: 400 },
  'http 503': { kind: 'status', status: 503 },
  'no answer': { kind: 'hang' },
  'connection closed': { kind: 'close' },
  'half an answer': { kind: 'truncated' },
  garbage: { kind: 'garbage' },
  'no base64': { kind: 'notBase64' },
  'wrong key': { kind: 'wrongKey' },
  'not encrypted': { kind: 'plainJson' },
  'no JSON': { kind: 'badJson' },
  'a field is missing': { kind: 'missingFields', fields: ['identity_expires'] },
  '10 MB': { kind: 'huge' },
  'opt-out': { kind: 'optout' },
};
const QUICK_FAULTS = ['http 503', 'no answer', 'garbage', 'opt-out'];
const PAGES = ['first page', 'second page'];

export async function faults({ runs, quick, lab: open, progress }: Order): Promise<Finding> {
  const lab = await open();
  const { add, rows } = collector();
  const cells = Object.entries(FAULTS).filter(([name]) => !quick || QUICK_FAULTS.includes(name));
  for (let run = 0; run < runs; run++) {
    for (const [index, [name, fault]] of cells.entries()) {
      for (const side of sidesOf(run + index)) {
        const params = await lab.paramsFor('expired');
        lab.operator.admin.fault({ endpoint: 'refresh', ...fault });
        await lab.inProfile(async (context) => {
          const page = await context.newPage();
          for (const which of PAGES) {
            await page.goto(lab.urls[side]);
            const { ms, token } = await auction(page, userSyncOf(params));
            add(side, ms, `${name}, ${which}: hold`, 'ms', [`Hold of an auction with an expired token, ${which}, ms`, name]);
            if (token) throw new Error(`${side}: ${name}: an auction has a token that the operator did not make`);
          }
          add(side, lab.requests().asked, `${name}: requests until the second auction begins`, '');
        });
        lab.operator.admin.clearFaults();
      }
      progress((run * cells.length + index + 1) / (runs * cells.length));
    }
  }
  return {
    rows: rows(),
    notes: [`The token is expired, auctionDelay ${AUCTION_DELAY_MS} ms, latency 0. The second page is opened in the same tab a moment later, while the operator still fails. ` +
      'No auction of either module had a token. Preflights, which only theirs needs, are answered. Later tries (ours, from 5 s on) are not seen here: npm run bench:outage has them.'],
  };
}
