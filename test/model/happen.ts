import { SPANS, TABS, type Event } from './events.ts';
import { give } from './network.ts';
import { looks, pagesIn, supply } from './looks.ts';
import { ask, auction, close, configOf, configure, hide, load, show, thaw } from './pages.ts';
import { KEY, type Loaded, type World } from './loaded.ts';

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
      rules.tampered();
      return damage(world, event[1]);
    case 'storage':
      world.fault = event[1];
      return rules.faulty();
    case 'clock':
      browser.offset += SPANS[event[2]] * (event[1] === 'forwards' ? 1 : -1);
      return rules.jumped();
    case 'open': return open(world, event);
  }
  const tab = browser.tabs.find(({ name }) => name === event[1] % TABS);
  const page = tab && pagesIn(world, tab)[Math.floor(event[1] / TABS)];
  if (!tab || !page) return;
  switch (event[0]) {
    case 'close': return close(world, tab);
    case 'reload':
      close(world, tab);
      return load(world, browser.openTab(tab.name, tab.hidden), page.way, page.param);
    case 'show': return show(world, tab);
    case 'thaw': return tab.frozen && thaw(world, tab);
  }
  if (!tab.frozen) await inPage(world, page, event);
}

async function inPage(world: World, page: Loaded, event: Event) {
  const { tab } = page;
  switch (event[0]) {
    case 'second': return pagesIn(world, tab).length < 2 && load(world, tab, page.way, page.param);
    case 'auction': return auction(world, page);
    case 'getId': return world.browser.run(tab, () => ask(world, page, 'getId'));
    case 'hide':
    case 'freeze': return hide(world, tab, event[0] === 'freeze');
    case 'login':
    case 'setConfig': return login(world, page, event);
    case 'rerender': return world.browser.run(tab, () => rerender(world, page));
    case 'remove': return world.browser.run(tab, () => remove(world, page));
    case 'logout':
    case 'dataDeletion': return world.browser.run(tab, () => logout(world, page, event[0] === 'dataDeletion'));
    case 'consent': return consent(world, page, event);
  }
}

async function open(world: World, [, name, shown, way, user, age]: Of<'open'>) {
  const { browser } = world;
  const before = browser.tabs.find((tab) => tab.name === name);
  if (before) close(world, before);
  const param = user === 'nobody' ? undefined : supply(world, user, age);
  return load(world, browser.openTab(name, shown === 'hidden'), way, param);
}

async function login(world: World, page: Loaded, [kind, , user, age]: Of<'login' | 'setConfig'>) {
  const { operator, rules } = world;
  const isNew = age === 'new' && !operator.optedOut.has(user);
  page.param = supply(world, user, age);
  page.config = undefined;
  return world.browser.run(page.tab, () => {
    const before = page.told;
    if (kind === 'login') ask(world, page, 'getId');
    else configure(world, page);
    if (page.denied) return;
    const id = page.published()?.id;
    const isSure = isNew && rules.isClockRight() && world.fault !== 'blocked';
    if (isSure && id !== page.told) rules.broken('does not publish a new token at once');
    rules.naming(page, before);
  });
}

/** The page gives the same claim in a new object: it changes nothing. */
function rerender(world: World, page: Loaded) {
  const seen = () => {
    const { state, source, reason } = page.module.status();
    const isAsking = world.requests.some((request) => request.page === page);
    return { isAsking, said: JSON.stringify([page.published(), state, source, reason === 'ok']) };
  };
  // what had not been looked at yet is news, and has nothing to do with it
  looks(world, page);
  page.tab.listeners.filter(({ type }) => type === 'pageshow').forEach(({ listener }) => listener({}));
  const { named } = page;
  // the cookie of a dead token that took the record's place may have ended: that looks like a removal, and so a logout
  const isGone = world.settings.storage === 'cookie' && !world.browser.cookie(KEY);
  const before = seen();
  configure(world, page);
  const after = seen();
  // after a logout it is a login
  if (page.named !== named) return;
  if (isGone) return;
  if (before.said !== after.said) world.rules.broken(`changes ${before.said} to ${after.said} for the same claim`);
  if (before.isAsking && !after.isAsking) world.rules.broken('ends a request for the same claim');
}

function logout(world: World, page: Loaded, isDeletion: boolean) {
  const { browser, rules, fault } = world;
  const holds = page.holds.slice();
  if (isDeletion) page.configured = true;
  looks(world, page);
  const messages = browser.channels.count();
  page.deleting = true;
  page.module.onDataDeletionRequest(isDeletion ? configOf(world, page) : undefined);
  page.deleting = false;
  rules.loggedOut(page);
  browser.channels.tellOf(rules.count(), messages);
  rules.ended(holds, 'logout');
  // the other Prebid of the document knows at its next read
  pagesIn(world, page.tab).forEach((other) => looks(world, other));
  const isLeft = browser.local.has(KEY) || browser.cookie(KEY);
  if (fault !== 'blocked' && isLeft) rules.broken('leaves a record after logout');
  if (page.published()) rules.broken('publishes after logout');
}

/** The page removes the record by itself, as UID2's examples do to log out. */
function remove({ browser, rules }: World, { tab }: Loaded) {
  rules.removes();
  browser.setLocal(KEY, undefined, tab);
  browser.setCookie(KEY, '', 0);
}

async function consent(world: World, page: Loaded, [, , says, heard]: Of<'consent'>) {
  page.denied = says !== 'allowed';
  page.consent = { gdpr: { gdprApplies: says === 'denied' }, coppa: says === 'coppa' };
  world.rules.trouble();
  if (heard === 'heard') await world.browser.run(page.tab, () => ask(world, page, 'getId'));
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
