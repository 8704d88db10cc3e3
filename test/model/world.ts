import { createBrowser } from './browser.ts';
import { SPANS, type Event, type Settings } from './events.ts';
import { happen } from './happen.ts';
import { configure } from './config.ts';
import { looks, pagesIn } from './looks.ts';
import { allow, known } from './denials.ts';
import { give, LATENCY } from './network.ts';
import { createOperator, LIVES, type Answer } from './operator.ts';
import { close, show } from './pages.ts';
import { auction } from './prebid.ts';
import { createRules } from './rules.ts';
import { KEY, PATIENCE } from './rules/kinds.ts';
import type { Loaded, World } from './loaded.ts';

const START = Date.UTC(2026, 0, 1);
function randomFrom(seed: number) {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return (state + 1) / 4294967298;
  };
}

function createWorld(settings: Settings): World {
  const random = randomFrom(settings.seed);
  const news = randomFrom(settings.seed + 1);
  const pages = new Set<Loaded>();
  const browser = createBrowser(settings.locks, START, [random, news], {
    ran: (tab) => pagesIn(world, tab).forEach((page) => world.rules.check(page)),
    passed: (ms) => pages.forEach(({ tab, holds }) => {
      if (!tab.frozen) holds.forEach((hold) => { if (!hold.calls) hold.waited += ms; });
    }),
    hears(tab, key) {
      if (!key || key.startsWith(KEY)) pagesIn(world, tab).forEach((page) => looks(world, page));
    },
    receives({ port, logout }) {
      const page = port.owner as Loaded;
      if (logout) world.rules.hearsOf(page, logout);
      looks(world, page);
    },
    // an operator that is not silent answers by itself
    next() {
      const { policy, requests } = world;
      const request = policy === 'silent' ? undefined : requests.find(({ answered }) => !answered);
      return request && [request.start + LATENCY, () => give(world, request, policy as Answer)];
    },
  });
  browser.offset = settings.wrong * 3600e3;
  const operator = createOperator(LIVES[settings.lives], browser.truth);
  const rules = createRules({ browser, operator, settings, isAlone: () => pages.size === 1 });
  const world: World = {
    settings, random, browser, operator, rules, pages, requests: [], policy: 'ok', account: 1, fault: 'none', history: new Map(),
  };
  return world;
}

/** Plays a sequence of events in a browser of its own; rejects when a rule is broken. */
export async function play(settings: Settings, events: Event[]): Promise<void> {
  const world = createWorld(settings);
  const { browser, pages, rules } = world;
  for (const event of events) {
    await happen(world, event);
    // nothing that a person or a site does comes in the same moment as what was before
    await browser.pass(2, false);
    await browser.step();
    pages.forEach((page) => rules.check(page));
    if (browser.broken) throw browser.broken;
  }
  await end(world);
  if (browser.broken) throw browser.broken;
}

/** In the end everything is well again: then nothing may be left over. */
async function end(world: World) {
  const { browser, pages, rules } = world;
  world.policy = 'ok';
  browser.tabs.filter(({ parked, parent }) => parked && !parent).forEach((tab) => close(world, tab));
  for (const page of pages) {
    await show(world, page.tab.parent ?? page.tab);
    allow(world, page);
    if (page.isWaiting) await known(world, page);
    if (page.shelf) await browser.run(page.tab, () => configure(world, page));
    await auction(world, page);
  }
  await browser.settle();
  // the first rest ends every pause, the second one those that began with it
  for (let i = 0; i < 2; i++) {
    await browser.pass(SPANS['11 min'], true);
    await browser.pass(2 * PATIENCE, false);
  }
  for (const page of pages) {
    await auction(world, page);
    await browser.pass(4 * LATENCY, false);
    const { state, source, error } = page.module.parts.session.decision();
    // what UID2's SDK keeps is not ours to refresh
    const isDue = (state === 'stale' || state === 'expired') && source !== 'sdk';
    if (isDue && rules.past.isClockRight()) rules.past.broken(`leaves a token ${state} (${error?.kind})`);
    rules.goesOn(page);
  }
  for (const page of pages) for (const other of pages) rules.agree(page, other);
  await browser.pass(2 * PATIENCE, false);
  pages.forEach(({ holds }) => rules.ended(holds, 'the end'));
}
