// A visitor's time, and the operator's: hours that pass in no time, lids that close, clocks that are wrong.
import type { BrowserContext } from 'playwright-core';
import { fromBase64Url } from '../../operator/bytes.ts';
import { type Identity } from '../../operator/index.ts';
import { generateToken } from '../../operator/client.ts';
import { keysFrom } from '../../operator/keys.ts';
import { PRODUCTION } from '../../operator/lifetimes.ts';
import { unseal } from '../../operator/seal.ts';
import { EMAIL, OPERATOR_SEED, type World } from './support.ts';
import { type Setup, visit } from './visitor.ts';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A token in an auction, and when that was by a clock that is right (Unix ms). */
export interface Bid { at: number; token?: string }

export interface Timing {
  /** How much later than it is the visitor's clock says it is, ms. */
  wrong?: number;
  /** The page is loaded in a background tab. */
  hidden?: boolean;
  context?: BrowserContext;
}

// time goes on only after what the module asked for has come, as it would if it passed as slowly as it does
function harness([operator, hidden]: [string, boolean]): void {
  const given = window as any;
  // tsx calls it in functions that are sent to the page
  given.__name ??= (named: unknown) => named;
  const { fetch, navigator: { locks } } = window;
  const request = locks.request.bind(locks) as any;
  let busy: Promise<unknown> = Promise.resolve();
  locks.request = (...args: unknown[]) => {
    const held = request(...args);
    busy = held.catch(() => {});
    return held;
  };
  window.fetch = async (resource, options) => {
    if (String((resource as Request).url ?? resource).startsWith(operator)) await given.atOperator(Date.now());
    return fetch(resource, options);
  };

  const { port1, port2 } = new MessageChannel();
  /** Lets the page do what it is about to do. */
  const aMoment = () => new Promise((resolve) => {
    port1.onmessage = resolve;
    port2.postMessage('');
  });

  given.pass = async (ms: number) => {
    // less than a request may take, lest it be given up before it has begun
    const STEP = 4000;
    const { controller } = given.__pwClock;
    // up to a step before the next timer nothing happens; a request has one of its own, and is not left out so
    const quiet = () => Math.floor((controller._firstTimer()?.callAt ?? Infinity) - controller._now.ticks) - STEP;
    for (let left = ms; left > 0;) {
      // what is done in that moment may set a timer
      if (quiet() > STEP) await aMoment();
      const step = Math.min(left, Math.max(quiet(), STEP));
      await controller.runFor(step);
      await busy;
      left -= step;
    }
  };

  given.auctions = async (count: number, every: number) => {
    const { pbjs } = given;
    const seen: Bid[] = [];
    pbjs.registerBidAdapter(null, 'ear', {
      code: 'ear',
      isBidRequestValid: () => true,
      buildRequests: ([{ userIdAsEids: eids }]: any[]) => {
        seen.push({ at: Date.now(), token: eids?.find(({ source }: any) => source === 'uidapi.com')?.uids[0].id });
        return [];
      }
    });
    for (let i = 0; i < count; i++) {
      if (i) await given.pass(every);
      await pbjs.requestBids({ adUnits: [{ code: 'banner', mediaTypes: { banner: { sizes: [[300, 250]] } }, bids: [{ bidder: 'ear', params: {} }] }] });
    }
    return seen;
  };

  given.setHidden = (value: boolean) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => value });
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => (value ? 'hidden' : 'visible') });
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }));
  };
  if (hidden) given.setHidden(true);
}

/** A visitor whose time is ours; the operator's goes with it, but for what is wrong with the visitor's. */
export async function timed(world: World, setup: Setup, { wrong = 0, hidden = false, context = world.context }: Timing = {}) {
  const { operator, url } = world;
  let error = wrong;
  await context.exposeFunction('atOperator', (now: number) => operator.admin.setClock(now - error - Date.now()));
  await context.addInitScript(harness, [operator.url, hidden] as [string, boolean]);
  // in place before any script keeps Date.now for itself
  await context.clock.setSystemTime(Date.now() + wrong);
  const visitor = context === world.context ? await world.open(setup) : await visit(await context.newPage(), url, setup, [], operator.url);
  const { page } = visitor;

  /** What the visitor's clock says. */
  const now = () => page.evaluate(() => Date.now());

  /** Sets the clock of the visitor's computer; by itself, no time passes. */
  async function setWrong(ms: number): Promise<void> {
    await page.clock.setSystemTime(await now() + ms - error);
    error = ms;
  }

  return {
    ...visitor,
    now,
    setWrong,

    async load(): Promise<void> {
      // playwright itself does not know what has passed in the page
      await page.clock.setSystemTime(await now());
      await visitor.load();
    },

    /** Time passes, and every timer goes off when it is due. */
    pass: (ms: number): Promise<void> => page.evaluate((ms) => (window as any).pass(ms), ms),

    /** The lid is closed for so long; what was due meanwhile goes off when it opens, or `timers` have stood still as well. */
    async sleep(ms: number, timers: 'late' | 'still'): Promise<void> {
      await (timers === 'late' ? page.clock.fastForward(ms) : page.clock.setSystemTime(await now() + ms));
    },

    /** Runs so many auctions, a time apart. */
    async auctions(count: number, every = 0): Promise<Bid[]> {
      const seen: Bid[] = await page.evaluate(([count, every]) => (window as any).auctions(count, every), [count, every]);
      return seen.map(({ at, token }) => ({ at: at - error, token }));
    },

    /** Puts another tab in front. */
    hide: (): Promise<void> => page.evaluate(() => (window as any).setHidden(true)),
    show: (): Promise<void> => page.evaluate(() => (window as any).setHidden(false))
  };
}

export type Timed = Awaited<ReturnType<typeof timed>>;

/** A token that the publisher's server was given so long ago. */
export async function loginAgo({ operator }: World, ms: number): Promise<Identity> {
  operator.admin.setClock(-ms);
  const answer = await generateToken(operator, { email: EMAIL });
  operator.admin.setClock(0);
  if (answer === 'optout') throw new Error('this user has opted out already');
  return answer.identity;
}

const keys = keysFrom(OPERATOR_SEED);

/** When the operator made a token, Unix ms: as a DSP reads it. */
async function issued(token: string): Promise<number> {
  const bytes = fromBase64Url(token)!;
  const { advertising } = await keys;
  return JSON.parse(String(await unseal(advertising, bytes.subarray(2), bytes.subarray(0, 2)))).now;
}

/** How long the tokens of these auctions were still good for, ms, by the operator's clock; nothing is left of none. */
export async function left(bids: Bid[], lifetime = PRODUCTION.identityExpires): Promise<number[]> {
  // many auctions have the same
  const made = new Map<string, number>();
  for (const { token } of bids) if (token && !made.has(token)) made.set(token, await issued(token));
  return bids.map(({ at, token }) => (token ? made.get(token)! + lifetime - at : 0));
}
