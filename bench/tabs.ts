// What several tabs with one expired token ask, and when all of them have another.
import type { Page } from 'playwright-core';
import { userSyncOf, type InPage } from './lab.ts';
import { collector, SIDES, sidesOf, type Finding } from './results.ts';
import type { Order } from './sections.ts';

const COUNTS = [1, 10, 30];
const QUICK_COUNTS = [1, 10];
const LATENCY_MS = 100;
/** Longer than it may take: who waits for an ID is to wait until it is there. */
const PATIENT_MS = 60_000;

/** Sets the config; when, and when there is an ID, which one (ms of the computer's clock); none after all patience. */
const login = (page: Page, userSync: object) => page.evaluate(async ([given, patience]) => {
  const { pbjs } = window as unknown as InPage;
  const clock = () => performance.timeOrigin + performance.now();
  const began = clock();
  pbjs.setConfig({ userSync: given });
  const { uid2 } = await Promise.race([pbjs.getUserIdsAsync(), new Promise<{ uid2?: undefined }>((resolve) => { setTimeout(resolve, patience, {}); })]);
  return { began, ended: clock(), token: uid2?.id };
}, [userSync, PATIENT_MS] as const);

export async function tabs({ runs, quick, lab: open, progress }: Order): Promise<Finding> {
  const lab = await open();
  const { add, rows } = collector();
  const counts = quick ? QUICK_COUNTS : COUNTS;
  const total = counts.reduce((sum, count) => sum + count, 0) * runs * SIDES.length;
  let done = 0;
  for (let run = 0; run < runs; run++) {
    for (const [at, count] of counts.entries()) {
      for (const side of sidesOf(run + at)) {
        const params = await lab.paramsFor('expired');
        lab.operator.admin.fault({ latency: LATENCY_MS, latencyPreflight: LATENCY_MS });
        await lab.inProfile(async (context) => {
          const pages = await Promise.all(Array.from({ length: count }, () => lab.open(context, side)));
          const seen = await Promise.all(pages.map((page) => login(page, userSyncOf(params, PATIENT_MS))));
          const tokens = new Set(seen.map(({ token }) => token));
          const { asked, preflights } = lab.requests();
          const name = count === 1 ? '1 tab' : `${count} tabs`;
          add(side, asked, `${name}: requests`, '', ['Requests', name]);
          add(side, preflights, `${name}: preflights`, '');
          add(side, seen.filter(({ token }) => !token).length, `${name}: without a token`, '');
          add(side, tokens.size, `${name}: different tokens`, '');
          add(side, Math.max(...seen.map(({ ended }) => ended)) - Math.min(...seen.map(({ began }) => began)), `${name}: until all have the token`, 'ms',
            ['Until all tabs have the token, ms', name]);
        });
        lab.operator.admin.clearFaults();
        progress((done += count) / total);
      }
    }
  }
  return {
    rows: rows(),
    notes: ['All pages are loaded before any is told of the user, who has one expired token; then all are told at once. ' +
      `The operator answers ${LATENCY_MS} ms late, preflights too, by HTTP/1.1: ` +
      'what many requests cost there, six at a time, HTTP/2 would not. All tabs count as being in sight.'],
  };
}
