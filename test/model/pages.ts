import { fetchIn } from './network.ts';
import { PATIENCE, KEY, type Page } from './rules/kinds.ts';
import { documentsIn, looks, mayAsk, pagesIn, says } from './looks.ts';
import { ask } from './prebid.ts';
import { hash } from './record.ts';
import { adopting } from './adopting.ts';
import { deny } from './denials.ts';
import { configsOf } from './entries.ts';
import { begin } from './sdk.ts';
import { createDoor } from '../../libraries/uid2Session/door.js';
import { browserTab } from '../../libraries/uid2Session/tab.js';
import { webLock } from '../../libraries/uid2Session/lock.js';
import type { Tab } from './browser.ts';
import type { Loaded, Named, Way, World } from './loaded.ts';
import type { StorageManager } from '../../src/storageManager.js';

// Pages and frames: they come and go, and are seen or not.

/** What is known of a page as it begins. */
const blank = (tab: Tab, way: Way, param?: Named): Loaded => ({
  tab, param, way, consent: { gdpr: { gdprApplies: false }, coppa: false }, isWaiting: false, isEnrichDenied: false, isOut: false,
  denied: false, unaware: false, blind: false, deleting: false, configured: false,
  told: undefined, named: 0, knows: 0, ended: new Map(),
  asked: false, permitted: false, stopped: false, queued: 0, holds: [],
  module: undefined as never, published: () => undefined, decided: () => ({ state: '', reason: '' }),
});

/** The page's storage, watched. */
function storageOf(world: World, page: Loaded): StorageManager {
  const { rules } = world;
  const use = (isImpossible: boolean) => {
    rules.touches(page);
    if (isImpossible) throw new Error(world.fault);
  };
  let lookedAt: number | undefined;
  return world.browser.storageOf(page.tab, {
    isAllowed: () => !page.blind,
    reads(key) {
      use(world.fault === 'blocked');
      // a look begins with the note; a record on its way to the other place is read without one
      if (key === KEY + '_note') lookedAt = world.browser.elapsed();
      if (key === KEY && lookedAt === world.browser.elapsed()) looks(world, page);
    },
    changes: (adds) => use(world.fault === 'blocked' || (world.fault === 'full' && adds)),
    written(key, text) {
      if (key === KEY && text) rules.recorded(page, text);
      else if (key === KEY) rules.cleared();
      else if (text) rules.copied(page, key, text);
    },
  }) as unknown as StorageManager;
}

/** A page, and its Prebid. */
export async function load(world: World, tab: Tab, way: Way, param?: Named): Promise<Loaded> {
  const { browser, random, pages } = world;
  const page = blank(tab, way, param);
  const isFirst = pagesIn(world, tab).length === 0;
  pages.add(page);
  const storage = storageOf(world, page);
  const own = browserTab(KEY, browser.elapsed);
  await browser.run(tab, () => {
    page.module = createDoor({
      storage, fetch: fetchIn(world, page), consent: () => page.consent, isConsentKnown: () => !page.isWaiting, isSendable: () => true, client: 'model', warn() {}, hash,
      isAllowed: (activity) => !(activity === 'enrichEids' ? page.isEnrichDenied : page.blind),
      now: browser.now, elapsed: browser.elapsed, random, lock: lockOf(world, page), auctionDelay: () => world.settings.auctionDelay,
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
    page.decided = () => page.module.parts.session.decision();
    const start = world.settings.sdk && isFirst ? begin(page) : undefined;
    page.isWaiting = world.settings.late;
    if (page.isWaiting) {
      deny(world, page);
      says(world, page, param?.name);
      page.module.configure(configsOf(world, page));
      return start?.();
    }
    const adopt = start && adopting(world);
    ask(world, page, way);
    start?.();
    adopt?.();
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
      page.permitted = mayAsk(page);
    }
    return lock(task);
  };
}

/** A page goes, with its frames. */
export function close(world: World, tab: Tab) {
  for (const one of documentsIn(world, tab)) {
    world.requests = world.requests.filter(({ page }) => page.tab !== one);
    pagesIn(world, one).forEach((page) => world.pages.delete(page));
    world.browser.closeTab(one);
  }
}

/** A frame of the page, with a Prebid that is told the same. */
export function openFrame(world: World, page: Loaded) {
  const { tab, way, param } = page;
  if (tab.parent || documentsIn(world, tab).length > 1) return;
  return load(world, world.browser.openTab(tab.name, tab.hidden, tab), way, param);
}

export async function show(world: World, tab: Tab) {
  if (tab.frozen) await thaw(world, tab);
  for (const one of documentsIn(world, tab)) {
    one.hidden = false;
    world.browser.tell(one, 'visibilitychange');
    world.browser.tell(one, 'pageshow');
  }
}

export async function hide(world: World, tab: Tab, isFrozen: boolean) {
  const { browser } = world;
  const documents = documentsIn(world, tab);
  const pages = documents.flatMap((one) => pagesIn(world, one));
  documents.forEach((one) => { one.hidden = true; });
  pages.forEach((page) => { page.asked = false; });
  documents.forEach((one) => browser.tell(one, 'visibilitychange'));
  await browser.settle();
  documents.forEach((one) => { one.frozen = isFrozen; });
  pages.forEach((page) => { page.stopped ||= isFrozen; });
}

export async function thaw(world: World, tab: Tab) {
  const { browser, random } = world;
  const documents = documentsIn(world, tab);
  documents.forEach((one) => { one.frozen = false; });
  // in which order is not said anywhere
  if (random() < 0.5) await browser.settle();
  for (const one of documents) await browser.fireDue(one);
}
