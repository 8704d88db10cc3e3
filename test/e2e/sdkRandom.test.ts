// Random lives of a page with `window.__uid2` in two or three tabs. SDK_SEED and SDK_RUNS play others, SDK_LIFE one again.
import fc from 'fast-check';
import type { Page } from 'playwright-core';
import type { Identity } from '../../operator/index.ts';
import { callOf, holdAnswers, leave, load, optOut, personOf, secretsOf, storedIn, viewOf } from './sdkRandomBrowser.ts';
import { DRIVER, type Did, type View } from './sdkRandomPage.ts';
import { trackReader } from './sdkRandomReader.ts';
import { badAfterAll, badAtOnce } from './sdkRandomRules.ts';
import { lives, type Life, type Step } from './sdkRandomSteps.ts';
import { withSdk } from './sdkPage.ts';

const { SDK_SEED = '14', SDK_RUNS = '12', SDK_LIFE } = process.env;
const LONGEST = 16;
/** How long news of another tab, and answers, may take, ms. */
const SOON_MS = 3000;

describe('window.__uid2 in random lives', () => {
  const world = withSdk();
  let gate: Awaited<ReturnType<typeof holdAnswers>>;
  let count = 0;

  /** A life on these pages: `step` does something, `check` sees that nothing is wrong afterwards. */
  function begin(pages: Page[], setups: Life['tabs']) {
    const life = count++;
    const given: Identity[] = [];
    const lived: string[] = [];
    const tracker = trackReader(setups, personOf);
    let ahead = 0;

    function fail(why: string): never {
      throw new Error(`${why}\n${lived.join('\n')}\n${tracker}`);
    }

    function operate(how: Extract<Step, { operator: unknown }>['operator']): void {
      const { admin } = world.operator;
      if (typeof how === 'object') optOut(world, life, how.optsOut);
      else if (how === 'fails') (['refresh', 'client-generate'] as const).forEach((endpoint) => admin.fault({ endpoint, kind: 'status', status: 500 }));
      else if (how === 'works') admin.clearFaults();
      else if (how === 'answers') gate.letGo();
      else gate.hold();
    }

    async function act(tab: number, { does, on }: Extract<Step, { tab: number }>): Promise<void> {
      const page = pages[tab];
      if (does === 'reload') {
        // what a callback does as its page is left nobody could follow
        await page.evaluate(() => { (window as any).driver.armed = []; });
        await check();
        tracker.reloaded(tab);
        return load(world, page, setups[tab]);
      }
      // whoever is named later may not be fresh any more
      const call = { ...await callOf(world, life, given, does), ...(on && { isFresh: false }) };
      await page.evaluate(([told, event]) => {
        const { driver } = window as any;
        if (event) driver.arm(event, told);
        else driver.play(told);
      }, [call, on] as const);
    }

    /** Follows what the pages have done, callbacks too. */
    async function follow(views: View[]): Promise<boolean> {
      const done = views.flatMap(({ did }, tab) => did.map((one): [number, Did] => [tab, one]));
      done.sort(([, one], [, other]) => one.at - other.at);
      for (const [tab, one] of done) {
        await tracker.did(tab, one);
        lived.push(`    tab ${tab} ${one.call} ${one.token?.slice(-6) ?? one.person ?? ''}`);
      }
      return done.length > 0;
    }

    /** Looks until nothing is wrong. */
    async function check(): Promise<View[]> {
      const end = performance.now() + SOON_MS;
      for (;;) {
        const views = await Promise.all(pages.map(viewOf));
        const isDoing = await follow(views);
        const sight = { views, stored: await storedIn(pages[0]) };
        const never = badAtOnce(sight, secretsOf(life));
        if (never) fail(never);
        const bad = await badAfterAll(sight, tracker);
        if (!bad && !isDoing) return views;
        if (bad && performance.now() > end) fail(bad);
      }
    }

    async function step(one: Step): Promise<void> {
      lived.push(JSON.stringify(one));
      if ('operator' in one) return operate(one.operator);
      if ('tab' in one) return act(one.tab % pages.length, one);
      tracker.later();
      await world.later(ahead += one.later);
    }

    return { step, check, fail };
  }

  async function live(all: Page[], { tabs, steps }: Life): Promise<void> {
    const pages = all.slice(0, tabs.length);
    await world.later(0);
    await Promise.all(pages.map((page, at) => load(world, page, tabs[at])));
    const { step, check, fail } = begin(pages, tabs);
    for (const one of steps) {
      await step(one);
      await check();
    }
    // whatever is awaited ends once consent is there, the operator answers, and `init` is called
    gate.letGo();
    world.operator.admin.clearFaults();
    for (const [tab, { closed }] of (await check()).entries()) {
      if (closed) await step({ tab, does: { call: 'consent', denies: false } });
      await step({ tab, does: { call: 'init' } });
    }
    const end = performance.now() + SOON_MS;
    for (let waits = ['any']; waits.length;) {
      waits = (await check()).flatMap((view) => view.waits);
      if (waits.length && performance.now() > end) fail(`waits for ever: ${waits.join()}`);
    }
    await leave(world, pages);
  }

  it('gives nobody a token but the reader\'s who was named last', async function () {
    this.timeout(3600_000);
    await world.context.addInitScript({ content: DRIVER });
    gate = await holdAnswers(world);
    const pages = [await world.page(), await world.page(), await world.page()];
    if (SDK_LIFE) return live(pages, JSON.parse(SDK_LIFE));
    const played = fc.asyncProperty(lives(LONGEST), (life) => live(pages, life).catch((error: Error) => {
      throw new Error(`${error.message}\nThe same again: SDK_LIFE='${JSON.stringify(life)}'`);
    }));
    await fc.assert(played, { seed: Number(SDK_SEED), numRuns: Number(SDK_RUNS), endOnFailure: true });
  });
});
