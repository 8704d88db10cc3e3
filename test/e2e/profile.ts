// One browser profile for many tests, each of which starts from nothing: a new page costs three times what a used one does.
import type { BrowserContext, Page } from 'playwright-core';
import { freshContext } from './browser.ts';
import { PARKED } from './pageServer.ts';

/** How many pages wait for the next test, where it does not want more. */
const MOST_PARKED = 4;

export interface Profile {
  context: BrowserContext;
  /** A tab, wherever it was before. */
  page(): Promise<Page>;
  /** Sets the clock of all its pages, those to come too, so many ms ahead, or stops it at a time (Unix ms). */
  setClock(time: Time): Promise<void>;
  /** Leaves nothing of the test behind; `url` is where its pages were. */
  end(url: string, failed?: boolean): Promise<void>;
}

type Added = Awaited<ReturnType<BrowserContext['addInitScript']>>;

interface Kept {
  context: BrowserContext;
  parked: Page[];
  /** How many pages wait for the next test. */
  most: number;
  /** Whether timers, and so the clock, are the tests' own. */
  timers: boolean;
  /** Whether its pages are drawn. */
  isLookedAt: boolean;
  tests: number;
  /** Scripts and functions that a test has added to each page. */
  added: Added[];
  /** Pages that are closed after the test; `all` of them if nobody can tell what it has left. */
  spoiled: Set<Page>;
  /** Those of them that may not answer. */
  silent: Set<Page>;
  all: boolean;
}

let kept: Kept | undefined;

// calls to an object's methods are told of first
function overhear<T extends object>(object: T, names: (keyof T)[], heard: (...args: any[]) => void): void {
  for (const name of names) {
    const real = object[name] as (...args: unknown[]) => unknown;
    object[name] = ((...args: unknown[]) => {
      heard(...args);
      return real.apply(object, args);
    }) as T[keyof T];
  }
}

async function start(timers: boolean, isLookedAt: boolean): Promise<Kept> {
  const context = await freshContext(isLookedAt);
  const mine: Kept = { context, timers, isLookedAt, tests: 0, parked: [], most: MOST_PARKED, added: [], spoiled: new Set(), silent: new Set(), all: false };
  const spoil = () => { mine.all = true; };
  // none of it can be undone; but where timers are the test's, so is the time, which each of them sets
  overhear(context.clock, ['install', 'pauseAt', 'resume', 'setFixedTime'], spoil);
  if (!timers) overhear(context.clock, ['fastForward', 'runFor', 'setSystemTime'], spoil);
  overhear(context, ['exposeBinding'], spoil);
  const silence = (page: Page) => {
    mine.spoiled.add(page);
    mine.silent.add(page);
  };
  overhear(context, ['newCDPSession'], silence);
  context.on('page', (page) => {
    const spoilPage = () => mine.spoiled.add(page);
    page.on('crash', silence);
    overhear(page, ['addInitScript', 'exposeBinding', 'exposeFunction', 'route', 'setViewportSize'], spoilPage);
  });
  // in place before any script keeps Date.now for itself
  if (!timers) await context.addInitScript({ content: CLOCK });
  for (const name of ['addInitScript', 'exposeFunction'] as const) {
    const add = context[name].bind(context) as (...args: unknown[]) => Promise<Added>;
    context[name] = async (...args: unknown[]) => {
      const one = await add(...args);
      mine.added.push(one);
      return one;
    };
  }
  return mine;
}

type Time = { ahead: number } | { at: number };

const timeIs = (time: Time) => `window.__time = ${JSON.stringify(time)}`;

// as text, since what compiles these files leaves names in functions that a page does not have
const CLOCK = `{
  const { now } = Date;
  Date.now = () => __time.at ?? now() + __time.ahead;
  Date = new Proxy(Date, { construct: (real, args, target) => Reflect.construct(real, args.length ? args : [real.now()], target) });
  ${timeIs({ ahead: 0 })};
}`;

const CLEAR = 'localStorage.clear(); sessionStorage.clear();';

/** What is left of a test as a page sees it. What others have cleared comes to it in its own time, so it looks more than once. */
const leftIn = (page: Page) => page.evaluate(async () => {
  const nothing = JSON.stringify([{}, {}, [], '']);
  let left = '';
  for (let looks = 0; looks < 1000 && left !== nothing; looks++) {
    const { held, pending } = await navigator.locks.query();
    left = JSON.stringify([{ ...localStorage }, { ...sessionStorage }, [...held!, ...pending!].map(({ name }) => name), document.cookie]);
  }
  return left === nothing ? undefined : left;
});

/** Puts a page where nothing runs, in the process and of the origin that it has; false if it cannot be used again. */
async function park(page: Page, url: string): Promise<boolean> {
  try {
    await page.goto(`${url}${PARKED}`, { waitUntil: 'commit' });
    page.removeAllListeners('pageerror');
    return true;
  } catch {
    return false;
  }
}

/** Takes away what a test has left; false if that cannot be done. */
async function clean({ context, parked, most, added, spoiled, silent }: Kept, url: string): Promise<boolean> {
  await Promise.all(added.splice(0).map((one) => one.dispose()));
  await context.unrouteAll({ behavior: 'ignoreErrors' });
  context.removeAllListeners('weberror');
  const used = context.pages().filter((page) => !spoiled.has(page) && !parked.includes(page)).slice(0, Math.max(most - parked.length, 0));
  parked.splice(most);
  const there = await Promise.all(used.map((page) => park(page, url)));
  parked.push(...used.filter((_, at) => there[at]));
  // storage is cleared from a page
  if (!parked.length) return false;
  // a module that runs would write its note again as others clear it, so none runs from here on
  const others = context.pages().filter((page) => !parked.includes(page) && !silent.has(page));
  const isQuiet = await Promise.all(others.map((page) => park(page, url)));
  // what a page has stored others may hear of after they have cleared it, so it does so itself
  await Promise.all(others.filter((_, at) => isQuiet[at]).map((page) => page.evaluate(CLEAR).catch(() => {})));
  await Promise.all(context.pages().filter((page) => !parked.includes(page)).map((page) => page.close()));
  spoiled.clear();
  silent.clear();
  await context.clearCookies();
  // each of them: what a page does not know of yet it does not clear
  await Promise.all(parked.map((page) => page.evaluate(CLEAR)));
  await Promise.all(parked.map(leftIn));
  return true;
}

/**
 * A profile without cookies, storage, routes, scripts or pages in use; one for tests that set `timers` with Playwright's clock, or for others;
 * and for tests that look at their pages, or for others. At most so many pages wait for the next test.
 */
export async function begin({ timers = false, isLookedAt = false, most = MOST_PARKED } = {}): Promise<Profile> {
  // what that clock was told is played again in each page
  if (kept && (kept.timers !== timers || kept.isLookedAt !== isLookedAt || (timers && kept.tests > 20))) {
    const { context } = kept;
    kept = undefined;
    await context.close();
  }
  const mine = kept ??= await start(timers, isLookedAt);
  mine.tests += 1;
  mine.most = most;
  const { context, parked } = mine;
  let clock: Added | undefined;
  const left = (await Promise.all(parked.map(leftIn))).find((some) => some !== undefined);
  if (left !== undefined) throw new Error(`an earlier test has left ${left}`);

  return {
    context,
    page: async () => parked.pop() ?? context.newPage(),

    async setClock(time) {
      const before = clock;
      clock = await context.addInitScript({ content: timeIs(time) });
      await before?.dispose();
      await Promise.all(context.pages().filter((page) => !parked.includes(page)).map((page) => page.evaluate(timeIs(time))));
    },

    async end(url, failed) {
      // not used again, unless all goes well; a test that was given up may still be running
      kept = undefined;
      if (failed || mine.all || !await clean(mine, url)) return context.close();
      kept = mine;
    }
  };
}
