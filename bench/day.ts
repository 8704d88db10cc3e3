// A page that is open for 24 hours of virtual time: whose auctions have a valid token, and what it asks.
import type { Page } from 'playwright-core';
import { fromBase64Url } from '../operator/bytes.ts';
import { keysFrom } from '../operator/keys.ts';
import { PRODUCTION } from '../operator/lifetimes.ts';
import { unseal } from '../operator/seal.ts';
import { OPERATOR_SEED, userSyncOf, type Auction, type InPage } from './lab.ts';
import { collector, SIDES, type Finding } from './results.ts';
import type { Order } from './sections.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
/** The lid is closed for so long, from this hour on. */
const SLEEP = { at: 3 * HOUR, for: 8 * HOUR };

type Timed = InPage & {
  __pwClock: { controller: { runFor(ms: number): Promise<void> } };
  /** Sets the operator's clock to this one's. */
  atOperator(now: number): Promise<void>;
  /** Runs an auction every so many ms, until then; the first after a pause, ms. */
  runAuctions(until: number, every: number, pause: number): Promise<Auction[]>;
};

/** Time goes on only when what the module has asked for has come, as it would if it passed as slowly as it does. */
function harness(operator: string): void {
  const timed = window as unknown as Timed;
  const { fetch, navigator: { locks } } = window;
  const request = locks.request.bind(locks) as (...args: unknown[]) => Promise<unknown>;
  let busy: Promise<unknown> = Promise.resolve();
  const wait = <T>(promise: Promise<T>) => {
    busy = Promise.allSettled([busy, promise]);
    return promise;
  };
  locks.request = ((...args: unknown[]) => wait(request(...args))) as typeof locks.request;
  window.fetch = (resource, options) => {
    if (!String((resource as Request).url ?? resource).startsWith(operator)) return fetch(resource, options);
    return wait(timed.atOperator(Date.now()).then(() => fetch(resource, options)));
  };

  async function pass(ms: number) {
    // less than a request may take, lest it be given up before it has begun
    const STEP = 2500;
    for (let left = ms; left > 0; left -= STEP) {
      await timed.__pwClock.controller.runFor(Math.min(left, STEP));
      await busy;
    }
  }

  timed.runAuctions = async (until, every, pause) => {
    const seen: Auction[] = [];
    await pass(pause);
    for (;;) {
      seen.push(await timed.runAuction());
      if (Date.now() + every > until) return seen;
      await pass(every);
    }
  };
}

const clockOf = (page: Page) => page.evaluate(() => Date.now());

export async function day({ quick, lab: open, progress }: Order): Promise<Finding> {
  const lab = await open();
  const { add, rows } = collector();
  const { advertising } = await keysFrom(OPERATOR_SEED);

  /** When a token ends, Unix ms: as a DSP reads it. */
  async function endOf(token: string): Promise<number> {
    const bytes = fromBase64Url(token)!;
    return JSON.parse(String(await unseal(advertising, bytes.subarray(2), bytes.subarray(0, 2)))).now + PRODUCTION.identityExpires;
  }

  const days = [
    { name: 'every 30 min', every: 30 * MINUTE, sleeps: false },
    { name: 'every 30 min, asleep for 8 h', every: 30 * MINUTE, sleeps: true },
    ...quick ? [] : [{ name: 'every 30 s', every: 30 * SECOND, sleeps: false }, { name: 'every 30 s, asleep for 8 h', every: 30 * SECOND, sleeps: true }],
  ];
  for (const [index, { name, every, sleeps }] of days.entries()) {
    for (const [turn, side] of SIDES.entries()) {
      const bids = await lab.inProfile(async (context) => {
        await context.exposeFunction('atOperator', (now: number) => lab.operator.admin.setClock(now - Date.now()));
        await context.addInitScript(harness, lab.operator.url);
        const page = await context.newPage();
        await page.clock.setSystemTime(Date.now());
        await page.goto(lab.urls[side]);
        const began = await clockOf(page);
        await page.evaluate((userSync) => (window as unknown as Timed).pbjs.setConfig({ userSync }), userSyncOf(await lab.paramsFor('fresh')));
        const auctions = (until: number, pause = 0) => page.evaluate(([end, gap, first]) => (window as unknown as Timed).runAuctions(end, gap, first), [until, every, pause]);
        const end = began + 24 * HOUR;
        // none at the very moment at which a token ends
        if (!sleeps) return auctions(end, every / 2);
        const before = await auctions(began + SLEEP.at, every / 2);
        await page.clock.setSystemTime(await clockOf(page) + SLEEP.for);
        return [...before, ...await auctions(end)];
      });
      lab.operator.admin.setClock(0);
      const left = await Promise.all(bids.map(async ({ at, token }) => (token ? await endOf(token) - at : undefined)));
      const valid = left.filter((ms) => ms !== undefined && ms > 0).length;
      add(side, bids.length, `${name}: auctions`, '');
      add(side, 100 * valid / bids.length, `${name}: with a valid token`, '%', ['Auctions of a day with a valid token, %', name]);
      add(side, left.filter((ms) => ms !== undefined && ms <= 0).length, `${name}: expired tokens sent`, '');
      add(side, lab.requests().asked, `${name}: requests`, '', ['Requests of a page in a day', name]);
      progress((SIDES.length * index + turn + 1) / (SIDES.length * days.length));
    }
  }
  return {
    rows: rows(),
    notes: ['One page, in sight for 24 h of virtual time, loaded with a token made at that moment (fresh for 1 h, valid for 4 h); the operator is well. ' +
      `Asleep: the lid is closed ${SLEEP.at / HOUR} h after that, and timers stand still. Hardly anything here depends on chance: one run. Whether a token is valid is read from the token itself.`],
  };
}
