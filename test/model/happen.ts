import { SPANS, TABS, type Event } from './events.ts';
import { merge, takeOut } from './config.ts';
import { consent, rule } from './denials.ts';
import { leave, restore, stay } from './leaving.ts';
import { useAccount, burst, login, logout, remove, rerender } from './logins.ts';
import { give } from './network.ts';
import { pagesIn, supply } from './looks.ts';
import { close, hide, load, openFrame, show, thaw } from './pages.ts';
import { ask, auction } from './prebid.ts';
import { init, optOut, setFrom, setIdentity } from './sdk.ts';
import { KEY } from './rules/kinds.ts';
import type { Loaded, Visit, World } from './loaded.ts';
import type { Tab } from './browser.ts';

const NOTE_KEY = KEY + '_note';

/** Whoever has this kind of event. */
type Of<K> = Event extends infer E ? E extends [infer N, ...unknown[]] ? K extends N ? E : never : never : never;

/** An event happens. */
export async function happen(world: World, event: Event): Promise<unknown> {
  const { browser, operator, rules } = world;
  switch (event[0]) {
    case 'time': return browser.pass(SPANS[event[2]], event[1] === 'asleep');
    case 'operator':
      world.policy = event[1];
      return;
    case 'answer': {
      const open = world.requests.filter(({ answered }) => !answered);
      if (open.length) give(world, open[event[1] % open.length], event[2]);
      return;
    }
    case 'optOut': return operator.optedOut.add(event[1]);
    case 'damage':
      rules.past.tampered();
      return damage(world, event[1]);
    case 'storage':
      world.fault = event[1];
      return rules.past.fails();
    case 'clock':
      browser.offset += SPANS[event[2]] * (event[1] === 'forwards' ? 1 : -1);
      return rules.past.jumps();
    case 'open': return open(world, event);
    case 'go': return go(world, event);
  }
  const page = pageOf(world, event[1]);
  if (page) await toPage(world, page, event);
}

/** The page that a tab shows. */
const shownIn = ({ browser }: World, which: number) =>
  browser.tabs.find(({ name, parent, parked }) => name === which && !parent && !parked);

/** A tab's Prebid, or its second one, or that of its frame. */
function pageOf(world: World, which: number): Loaded | undefined {
  const { tabs } = world.browser;
  const tab = shownIn(world, which % TABS);
  const frame = tabs.find(({ parent }) => parent && parent === tab);
  const kind = Math.floor(which / TABS);
  const document = kind === 2 ? frame : tab;
  return document && pagesIn(world, document)[kind === 1 ? 1 : 0];
}

async function toPage(world: World, page: Loaded, event: Event) {
  const { tab } = page;
  switch (event[0]) {
    case 'close': return shut(world, tab);
    case 'reload': return visit(world, tab, page);
    case 'back': return back(world, tab);
    case 'stay': return !tab.frozen && stay(world, tab);
    case 'show': return show(world, tab);
    case 'thaw': return tab.frozen && thaw(world, tab);
  }
  if (!tab.frozen) await inPage(world, page, event);
}

async function inPage(world: World, page: Loaded, event: Event) {
  const { tab } = page;
  switch (event[0]) {
    case 'second': return pagesIn(world, tab).length < 2 && load(world, tab, page.way, page.param);
    case 'frame': return openFrame(world, page);
    case 'auction': return auction(world, page);
    case 'status': return auction(world, page, true);
    case 'getId': return world.browser.run(tab, () => ask(world, page, 'getId'));
    case 'hide':
    case 'freeze': return hide(world, tab, event[0] === 'freeze');
    case 'consent': return consent(world, page, event[2], event[3]);
    case 'rule': return rule(world, page, event[2], event[3] === 'denied');
    case 'login':
    case 'setConfig': return login(world, page, event[0], [event[2], event[3]]);
    case 'burst': return burst(world, page);
  }
  return world.browser.run(tab, () => says(world, page, event));
}

/** What a page says of its reader, in one task. */
function says(world: World, page: Loaded, event: Event) {
  switch (event[0]) {
    case 'account': return useAccount(world, page, event[2]);
    case 'rerender': return rerender(world, page);
    case 'merge': return merge(world, page, event[2], event[3]);
    case 'takeOut': return takeOut(world, page, event[2]);
    case 'remove': return remove(world, page);
    case 'logout':
    case 'dataDeletion': return logout(world, page, event[0]);
    case 'sdkLogout': return page.sdk && logout(world, page, event[0]);
    case 'setIdentityOptOut':
    case 'initOptOut': return optOut(world, page, event[0]);
    case 'init': return init(world, page, event[2], event[3]);
    case 'setIdentity': return setIdentity(world, page, event[2], event[3]);
    case 'setFrom': return setFrom(world, page, event[2], event[3]);
  }
}

/** A page is opened in the place of the one before, which ends without a word. */
async function open(world: World, [, name, shown, way, user, how]: Of<'open'>) {
  const before = shownIn(world, name);
  if (before) close(world, before);
  return next(world, name, shown, { way, param: user === 'nobody' ? undefined : supply(world, user, how) });
}

/** A link leads to another page in the tab. */
async function go(world: World, [, name, notice, kept, user, how]: Of<'go'>) {
  const before = shownIn(world, name);
  if (!before) return;
  const param = user === 'nobody' ? undefined : supply(world, user, how);
  world.history.get(name)!.at(-1)!.parked = await leave(world, before, notice, kept === 'kept');
  return next(world, name, 'shown', { way: 'getId', param });
}

function next(world: World, name: number, shown: 'shown' | 'hidden', visit: Visit) {
  world.history.set(name, [...world.history.get(name) ?? [], visit]);
  return load(world, world.browser.openTab(name, shown === 'hidden'), visit.way, visit.param);
}

/** The tab is closed, with the pages that it has kept. */
function shut(world: World, tab: Tab) {
  world.history.get(tab.name)!.forEach((visit) => {
    if (visit.parked) close(world, visit.parked);
    visit.parked = undefined;
  });
  return close(world, tab);
}

/** The tab loads a page afresh. */
function visit(world: World, tab: Tab, { way, param }: Visit) {
  const { name, hidden } = tab;
  close(world, tab);
  return load(world, world.browser.openTab(name, hidden), way, param);
}

/** Back to the page before, if it was kept; or to its first state, as the HTTP cache has it: whoever was logged in is in its config. */
async function back(world: World, tab: Tab) {
  const visits = world.history.get(tab.name)!;
  if (visits.length > 1) visits.pop();
  const to = visits.at(-1)!;
  const { parked } = to;
  to.parked = undefined;
  if (!parked) return visit(world, tab, to);
  await leave(world, tab, 'announced', false);
  return restore(world, parked);
}

function damage({ browser, settings }: World, how: string) {
  const set = (key: string, text?: string) => {
    if (settings.storage !== 'cookie') browser.setLocal(key, text);
    else browser.setCookie(key, text ?? '', text ? browser.now() + 864e5 : 0);
  };
  const old = browser.local.get(KEY) ?? browser.cookie(KEY) ?? '';
  if (how === 'clear') [KEY, NOTE_KEY].forEach((key) => set(key));
  if (how === 'garbage') set(KEY, '{"latestToken":null}');
  if (how === 'truncated') set(KEY, old.slice(0, old.length / 2));
  if (how === 'half') set(KEY, old.replace(/"refresh_token":"[^"]*",/g, ''));
  if (how === 'noNote') set(NOTE_KEY);
  if (how === 'badNote') set(NOTE_KEY, '[1,"x",null]');
}
