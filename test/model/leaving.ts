import { documentsIn, pagesIn } from './looks.ts';
import { close, thaw } from './pages.ts';
import type { Tab } from './browser.ts';
import type { World } from './loaded.ts';

// A page is left, and may wait in the browser's back/forward cache to be shown again.

/** Whether the browser tells the page before its requests fail. */
export type Notice = 'announced' | 'sudden';

/** What a page hears as it is left, and as it is shown again: in which order is not said anywhere. */
const ENDS = [['pagehide'], ['pagehide', 'visibilitychange'], ['visibilitychange', 'pagehide']];
const BEGINNINGS = [['pageshow', 'visibilitychange'], ['visibilitychange', 'pageshow']];

const oneOf = <T>(all: T[], random: () => number): T => all[Math.floor(random() * all.length)];

const pagesOf = (world: World, documents: Tab[]) => documents.flatMap((one) => pagesIn(world, one));

/** Requests on their way fail as the page is left. */
function loseRequests({ requests, browser }: World, documents: Tab[]) {
  const open = requests.filter(({ page, answered }) => documents.includes(page.tab) && !answered);
  open.forEach((request) => { request.page.tab.tasks.push(() => request.lose()); });
  return browser.settle();
}

async function tellAll({ browser }: World, documents: Tab[], type: string) {
  documents.forEach((one) => browser.tell(one, type));
  await browser.settle();
}

/** A navigation is announced, and comes to nothing, as it was a download: the page stays, without what was on its way. */
export async function stay(world: World, tab: Tab) {
  const documents = documentsIn(world, tab);
  const check = world.rules.leaving(pagesOf(world, documents), 'announced', world.requests);
  await tellAll(world, documents, 'beforeunload');
  await loseRequests(world, documents);
  check();
}

/** The page is left, with its frames; it is kept for Back, if it can be. Gives it back then. */
export async function leave(world: World, tab: Tab, notice: Notice, isKept: boolean): Promise<Tab | undefined> {
  if (tab.frozen) {
    close(world, tab);
    return;
  }
  const { browser, random } = world;
  const documents = documentsIn(world, tab);
  const pages = pagesOf(world, documents);
  const check = world.rules.leaving(pages, notice, world.requests);
  if (notice === 'announced') await tellAll(world, documents, 'beforeunload');
  if (random() < 0.5) await loseRequests(world, documents);
  pages.forEach((page) => { page.asked = false; });
  const begun = world.requests.filter(({ page }) => documents.includes(page.tab));
  const ports = browser.channels.openIn(documents);
  for (const type of oneOf(ENDS, random)) {
    if (type === 'visibilitychange') documents.forEach((one) => { one.hidden = true; });
    await tellAll(world, documents, type);
  }
  check();
  const { broken } = world.rules.past;
  if (world.requests.some((request) => begun.includes(request))) broken('goes on with a request though its page was left');
  if (browser.channels.openIn(documents)) broken('keeps a channel open, which keeps its page out of the cache');
  // what waits for a lock keeps a page out of the cache
  if (!isKept || documents.some((one) => browser.isQueuing(one))) {
    close(world, tab);
    return;
  }
  documents.forEach((one) => { one.frozen = one.parked = true; });
  tab.ports = ports;
  pages.forEach((page) => { page.stopped = true; });
  return tab;
}

/** The page is shown as it was left. What came meanwhile it has not heard. */
export async function restore(world: World, tab: Tab) {
  const { browser, random, rules } = world;
  const documents = documentsIn(world, tab);
  documents.forEach((one) => Object.assign(one, { parked: false, events: [], tasks: [] }));
  pagesOf(world, documents).forEach((page) => { page.leavingSince = undefined; });
  await thaw(world, tab);
  const wasHidden = tab.hidden;
  documents.forEach((one) => { one.hidden = false; });
  for (const type of wasHidden ? oneOf(BEGINNINGS, random) : ['pageshow']) await tellAll(world, documents, type);
  if (browser.channels.openIn(documents) !== tab.ports) rules.past.broken('does not hear other tabs any more');
}
