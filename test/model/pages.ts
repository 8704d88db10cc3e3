import { fetchIn } from './network.ts';
import { PATIENCE, type Page } from './rules.ts';
import { COOKIE, KEY, type Loaded, type Way, type World } from './loaded.ts';
import { looks, pagesIn } from './looks.ts';
import { createDoor } from '../../libraries/uid2Session/door.js';
import { browserTab } from '../../libraries/uid2Session/tab.js';
import { webLock } from '../../libraries/uid2Session/lock.js';
import { userOf } from './operator.ts';
import type { Tab } from './browser.ts';
import type { Config } from '../../libraries/uid2Session/params.js';
import type { StorageManager } from '../../src/storageManager.js';
import type { Identity } from '../../libraries/uid2Session/identity.js';

// What a page does, and what Prebid does in it.

/** In the place of Prebid's cyrb53Hash: any that tells texts apart. */
const hash = (text: string, salt = 0) =>
  String([...text].reduce((sum, char) => (Math.imul(sum, 31) + char.charCodeAt(0)) >>> 0, salt >>> 0) + 1e9);

/** The page's config: the same object until somebody logs in, or the page renders again. */
export function configOf({ settings }: World, page: Loaded): Config {
  page.config ??= {
    name: 'uid2',
    params: {
      uid2Token: page.param,
      uid2Cookie: settings.supply === 'cookie' ? COOKIE : undefined,
      storage: settings.storage,
      bidWhileRefreshing: settings.bidWhileRefreshing,
      refreshIntervalSeconds: settings.every,
    },
  };
  return page.config;
}

/** Whose record is stored. */
function ownerStored({ browser }: World): string | undefined {
  try {
    return JSON.parse(browser.local.get(KEY) ?? browser.cookie(KEY) ?? '').originalToken.advertising_token;
  } catch (e) {}
}

/** The module hears of the page's reader, perhaps another one than before. */
function hears<T>(world: World, page: Loaded, why: string, act: () => T): T {
  const { rules } = world;
  if (!page.denied) page.configured = true;
  const known = page.told;
  const holds = page.holds.slice();
  const inUse = page.seen?.user;
  looks(world, page);
  const wasInUse = ownerStored(world) === page.told || (page.told && userOf(page.told) === inUse);
  const isAgain = !page.config && page.told !== undefined && page.told === known && rules.again(page);
  const outcome = act();
  if (page.told !== known || isAgain) rules.kept(page);
  // whoever comes from another tab may be in use here already
  if ((page.told !== known && !wasInUse) || page.denied) rules.ended(holds, why);
  if (page.denied && world.requests.some((request) => request.page === page)) {
    rules.broken('lets a request go on although consent is denied');
  }
  return outcome;
}

/** What Prebid does to get the ID. */
export function ask(world: World, page: Loaded, way: Way) {
  const response = hears(world, page, way, () => page.module[way](configOf(world, page), page.consent));
  if (!response.callback) return;
  const hold = { calls: 0, waited: 0 };
  page.holds.push(hold);
  response.callback(() => hold.calls++);
}

/** `setConfig` alone, with a new object. */
export function configure(world: World, page: Loaded) {
  page.config = undefined;
  hears(world, page, 'setConfig', () => page.module.configure([configOf(world, page)]));
}

/** What an auction waits for. */
function hold(page: Loaded) {
  const waits = page.module.hold();
  if (!waits) return;
  const held = { calls: 0, waited: 0 };
  page.holds.push(held);
  waits.then(() => held.calls++);
}

export async function auction(world: World, page: Loaded) {
  await world.browser.run(page.tab, () => {
    page.asked = true;
    looks(world, page);
    hold(page);
  });
}

/** A page, and its Prebid. */
export async function load(world: World, tab: Tab, way: Way, param?: Identity): Promise<Loaded> {
  const { browser, random, pages } = world;
  const page: Loaded = {
    tab, param, way, consent: { gdpr: { gdprApplies: false }, coppa: false },
    denied: false, deleting: false, configured: false, told: undefined, named: 0, knows: 0, ended: new Map(),
    asked: false, permitted: false, stopped: false, queued: 0, holds: [],
    module: undefined as never, published: () => undefined,
  };
  pages.add(page);
  const storage = browser.storageOf(tab, {
    reads(key) {
      world.rules.touches(page);
      if (world.fault === 'blocked') throw new Error(world.fault);
      if (key === KEY) looks(world, page);
    },
    changes(adds) {
      world.rules.touches(page);
      if (world.fault === 'blocked' || (world.fault === 'full' && adds)) throw new Error(world.fault);
    },
    written(key, text) {
      if (key !== KEY) return;
      if (text) world.rules.recorded(page, text);
      else world.rules.cleared();
    },
  }) as unknown as StorageManager;
  const own = browserTab(KEY, browser.elapsed);
  await browser.run(tab, () => {
    page.module = createDoor({
      storage, fetch: fetchIn(world, page), consent: () => page.consent, client: 'model', warn() {}, hash,
      now: browser.now, elapsed: browser.elapsed, random, lock: lockOf(world, page), auctionDelay: () => 0,
      tab: {
        ...own,
        isHidden: () => tab.hidden,
        open(listener) {
          own.open(listener);
          browser.channels.own(tab, page);
        },
      },
    });
    page.published = () => page.module.decode().uid2 as ReturnType<Page['published']>;
    ask(world, page, way);
  });
  return page;
}

/** The Web Lock as the page's module queues for it. */
function lockOf({ browser, settings }: World, page: Loaded): ReturnType<typeof webLock> {
  const lock = webLock(PATIENCE);
  return (task) => {
    if (settings.locks) {
      page.queued = browser.elapsed();
      page.stopped = false;
      page.permitted = !page.tab.hidden || page.asked;
    }
    return lock(task);
  };
}

export function close(world: World, tab: Tab) {
  world.requests = world.requests.filter(({ page }) => page.tab !== tab);
  pagesIn(world, tab).forEach((page) => world.pages.delete(page));
  world.browser.closeTab(tab);
}

export async function show(world: World, tab: Tab) {
  if (tab.frozen) await thaw(world, tab);
  tab.hidden = false;
  world.browser.tell(tab, 'visibilitychange');
  world.browser.tell(tab, 'pageshow');
}

export async function hide({ browser, ...world }: World, tab: Tab, isFrozen: boolean) {
  const pages = [...world.pages].filter((page) => page.tab === tab);
  tab.hidden = true;
  pages.forEach((page) => { page.asked = false; });
  browser.tell(tab, 'visibilitychange');
  await browser.settle();
  tab.frozen = isFrozen;
  pages.forEach((page) => { page.stopped ||= isFrozen; });
}

export async function thaw({ browser, random }: World, tab: Tab) {
  tab.frozen = false;
  // in which order is not said anywhere
  if (random() < 0.5) await browser.settle();
  await browser.fireDue(tab);
}
