import { createBrowser, type Tab } from './browser.ts';
import { SPANS, type Event, type Settings } from './events.ts';
import { createOperator, LIVES, type Answer } from './operator.ts';
import { createRules, PATIENCE, type Page, type Request } from './rules.ts';
import { webLock } from '../../libraries/uid2/lock.js';
import { createSubmodule } from '../../libraries/uid2/submodule.js';
import type { Config } from '../../libraries/uid2/submoduleTypes.js';
import type { StorageManager } from '../../src/storageManager.js';
import type { Identity } from '../../libraries/uid2/tokens.js';

const START = Date.UTC(2026, 0, 1);
const KEY = '__uid2_advertising_token';
const NOTE_KEY = KEY + '_note';
const COOKIE = 'publisher';
/** How long the operator takes, ms. */
const LATENCY = 50;

type Module = ReturnType<typeof createSubmodule>;
type Way = 'getId' | 'extendId';
interface Loaded extends Page {
  module: Module;
  /** The token in the page's params, and how Prebid asks for the ID when the page loads. */
  param?: Identity;
  way: Way;
  consent: { gdpr: { gdprApplies: boolean }; coppa: boolean };
}

/** Plays a sequence of events in a browser of its own; rejects when a rule is broken. */
export async function play(world: Settings, events: Event[]): Promise<void> {
  let state = world.seed;
  const random = () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return (state + 1) / 4294967298;
  };
  const pages = new Map<Tab, Loaded>();
  let requests: Request[] = [];
  let policy: Answer | 'silent' = 'ok';
  let fault: Extract<Event, ['storage', unknown]>[1] = 'none';

  const browser = createBrowser(world.locks, START, random, {
    reads(tab, key) {
      const page = pages.get(tab)!;
      rules.touches(page);
      if (fault === 'blocked') throw new Error(fault);
      if (key === KEY) looks(page);
    },
    changes(tab, adds) {
      rules.touches(pages.get(tab)!);
      if (fault === 'blocked' || (fault === 'full' && adds)) throw new Error(fault);
    },
    ran: (tab) => rules.check(pages.get(tab)!),
    passed: (ms) => pages.forEach(({ tab, holds }) => {
      if (!tab.frozen) holds.forEach((hold) => { if (!hold.calls) hold.waited += ms; });
    }),
    written: (key, text) => { if (key === KEY && text) rules.recorded(text); },
    hears: (tab, key) => { if (!key || key.startsWith(KEY)) looks(pages.get(tab)!); },
    queues(tab) {
      const page = pages.get(tab)!;
      page.queued = browser.elapsed();
      page.stopped = false;
      page.permitted = !tab.hidden || page.asked;
    },
    // an operator that is not silent answers by itself
    next() {
      const request = policy === 'silent' ? undefined : requests.find(({ answered }) => !answered);
      return request && [request.start + LATENCY, () => give(request, policy as Answer)];
    },
  });
  browser.offset = world.wrong * 3600e3;
  const operator = createOperator(LIVES[world.lives], browser.truth);
  const rules = createRules(browser, operator, world.locks, !world.wrong);

  const pageAt = (name: number) => pages.get(browser.tabs.find((tab) => tab.name === name)!);
  function supplied(page: Loaded): Identity | undefined {
    if (world.supply === 'params') return page.param;
    const text = fault === 'blocked' ? undefined : browser.cookie(COOKIE);
    return text && JSON.parse(text);
  }
  const looks = (page: Loaded) => { if (page.configured) rules.looks(page, supplied(page)); };

  function give(request: Request, how: Answer) {
    const answer = operator.answer(how, request.identity);
    request.answered = true;
    request.page.tab.tasks.push(() => request.take(answer));
  }

  const fetchIn = (page: Loaded) => (_url: string, { signal, body }: RequestInit) => new Promise<Response>((resolve, reject) => {
    const done = () => { requests = requests.filter((each) => each !== request); };
    const request: Request = {
      page,
      identity: operator.askedWith(body as string),
      start: browser.elapsed(),
      troubles: rules.troubles(),
      answered: false,
      lockless: false,
      take(answer) {
        if (signal!.aborted) return;
        done();
        looks(page);
        rules.answered(request, answer);
        if (answer) resolve({ status: answer.status, ok: answer.status === 200, text: async () => answer.text } as Response);
        else reject(new TypeError('Failed to fetch'));
      },
    };
    if (!world.locks) page.permitted = !page.tab.hidden || page.asked;
    rules.requests(request, requests);
    requests.push(request);
    signal!.addEventListener('abort', () => {
      if (!requests.includes(request)) return;
      done();
      // a request that is given up sooner is none that failed
      if (browser.elapsed() >= request.start + PATIENCE) rules.answered(request);
      reject(signal!.reason);
    });
  });

  const configOf = (page: Loaded): Config => ({
    params: {
      uid2Token: page.param,
      uid2Cookie: world.supply === 'cookie' ? COOKIE : undefined,
      storage: world.storage,
      bidWhileRefreshing: world.bidWhileRefreshing,
      refreshIntervalSeconds: world.every,
    },
  });

  /** What Prebid does to get the ID. */
  function ask(page: Loaded, way: Way) {
    if (!page.denied) page.configured = true;
    const known = page.told;
    const holds = page.holds.slice();
    looks(page);
    const response = page.module[way](configOf(page), page.consent);
    if (page.told !== known) rules.kept(page);
    if (page.told !== known || page.denied) rules.ended(holds, way);
    if (page.denied && requests.some((request) => request.page === page)) rules.broken('lets a request go on although consent is denied');
    if (!response?.callback) return;
    const hold = { calls: 0, waited: 0 };
    page.holds.push(hold);
    response.callback(() => hold.calls++).catch((e) => rules.broken(`rejects: ${e}`));
  }

  async function load(name: number, hidden: boolean, way: Way, param?: Identity): Promise<Loaded> {
    const tab = browser.openTab(name, hidden);
    const page: Loaded = {
      tab, param, way, consent: { gdpr: { gdprApplies: false }, coppa: false },
      denied: false, deleting: false, configured: false, told: undefined, knows: 0, ended: new Map(),
      asked: false, permitted: false, stopped: false, queued: 0, holds: [], module: undefined as never, published: () => undefined,
    };
    pages.set(tab, page);
    await browser.run(tab, () => {
      const storage = browser.storageOf(tab) as unknown as StorageManager;
      page.module = createSubmodule(storage, fetchIn(page), () => page.consent, 'model', () => {}, String, browser.now, webLock(PATIENCE, 0), undefined, random);
      page.published = () => page.module.decode().uid2 as ReturnType<Page['published']>;
      ask(page, way);
    });
    return page;
  }

  function close({ tab }: Loaded) {
    requests = requests.filter(({ page }) => page.tab !== tab);
    pages.delete(tab);
    browser.closeTab(tab);
  }

  function supply(user: 'A' | 'B' | 'C', age: Parameters<typeof operator.generate>[1]): Identity | undefined {
    const identity = operator.generate(user, age);
    if (world.supply === 'params') return identity;
    rules.says(user);
    browser.setCookie(COOKIE, JSON.stringify(identity), browser.now() + 30 * 864e5);
  }

  async function auction(page: Loaded) {
    await browser.run(page.tab, () => {
      page.asked = true;
      looks(page);
      if (page.module.due()) ask(page, 'getId');
    });
  }

  async function show(page: Loaded) {
    if (page.tab.frozen) await thaw(page);
    page.tab.hidden = false;
    browser.tell(page.tab, 'visibilitychange');
    browser.tell(page.tab, 'pageshow');
  }

  async function thaw(page: Loaded) {
    page.tab.frozen = false;
    // in which order is not said anywhere
    if (random() < 0.5) await browser.settle();
    await browser.fireDue(page.tab);
  }

  function damage(how: string) {
    const set = (key: string, text?: string) => {
      if (world.storage === 'cookie') browser.setCookie(key, text ?? '', text ? browser.now() + 864e5 : 0);
      else browser.setLocal(key, text);
    };
    const old = browser.local.get(KEY) ?? browser.cookie(KEY) ?? '';
    if (how === 'clear') [KEY, NOTE_KEY].forEach((key) => set(key));
    if (how === 'garbage') set(KEY, '{"latestToken":null}');
    if (how === 'truncated') set(KEY, old.slice(0, old.length / 2));
    if (how === 'half') set(KEY, old.replace(/"refresh_token":"[^"]*",/g, ''));
    if (how === 'noNote') set(NOTE_KEY);
    if (how === 'badNote') set(NOTE_KEY, '[1,"x",null]');
  }

  async function happen(event: Event): Promise<unknown> {
    switch (event[0]) {
      case 'time': return browser.pass(SPANS[event[2]], event[1] === 'asleep');
      case 'operator':
        policy = event[1];
        return;
      case 'answer': {
        const open = requests.filter(({ answered }) => !answered);
        if (open.length) give(open[event[1] % open.length], event[2]);
        return;
      }
      case 'optOut': return operator.optedOut.add(event[1]);
      case 'damage':
        rules.tampered();
        return damage(event[1]);
      case 'storage':
        fault = event[1];
        return rules.faulty();
      case 'clock':
        browser.offset += SPANS[event[2]] * (event[1] === 'forwards' ? 1 : -1);
        return rules.jumped();
      case 'open': {
        const [, name, shown, way, user, age] = event;
        const before = pageAt(name);
        if (before) close(before);
        return load(name, shown === 'hidden', way, user === 'nobody' ? undefined : supply(user, age));
      }
    }
    const page = pageAt(event[1]);
    if (!page) return;
    const { tab } = page;
    switch (event[0]) {
      case 'close': return close(page);
      case 'reload':
        close(page);
        return load(tab.name, tab.hidden, page.way, page.param);
      case 'show': return show(page);
      case 'thaw': return tab.frozen && thaw(page);
    }
    if (tab.frozen) return;
    switch (event[0]) {
      case 'auction': return auction(page);
      case 'getId': return browser.run(tab, () => ask(page, 'getId'));
      case 'hide':
      case 'freeze':
        tab.hidden = true;
        page.asked = false;
        browser.tell(tab, 'visibilitychange');
        await browser.settle();
        tab.frozen = event[0] === 'freeze';
        page.stopped ||= tab.frozen;
        return;
      case 'login': {
        const isNew = event[3] === 'new' && !operator.optedOut.has(event[2]);
        page.param = supply(event[2], event[3]);
        return browser.run(tab, () => {
          ask(page, 'getId');
          if (isNew && !page.denied && rules.isClockRight() && fault !== 'blocked' && page.published()?.id !== page.told) rules.broken('does not publish a new token at once');
        });
      }
      case 'logout':
      case 'dataDeletion':
        return browser.run(tab, () => {
          const holds = page.holds.slice();
          if (event[0] === 'dataDeletion') page.configured = true;
          looks(page);
          page.deleting = true;
          page.module.onDataDeletionRequest(event[0] === 'logout' ? undefined : configOf(page));
          page.deleting = false;
          rules.loggedOut(page);
          rules.ended(holds, 'logout');
          if (fault !== 'blocked' && (browser.local.has(KEY) || browser.cookie(KEY))) rules.broken('leaves a record after logout');
          if (page.published()) rules.broken('publishes after logout');
        });
      case 'consent':
        page.denied = event[2] !== 'allowed';
        page.consent = { gdpr: { gdprApplies: event[2] === 'denied' }, coppa: event[2] === 'coppa' };
        rules.trouble();
        return event[3] === 'heard' && browser.run(tab, () => ask(page, 'getId'));
    }
  }

  /** In the end everything is well again: then nothing may be left over. */
  async function end() {
    policy = 'ok';
    for (const page of pages.values()) {
      page.denied = false;
      page.consent = { gdpr: { gdprApplies: false }, coppa: false };
      rules.trouble();
      await show(page);
    }
    await browser.settle();
    // the first rest ends every pause, the second one those that began with it
    for (let i = 0; i < 2; i++) {
      await browser.pass(SPANS['11 min'], true);
      await browser.pass(2 * PATIENCE, false);
    }
    for (const page of pages.values()) {
      await auction(page);
      await browser.pass(4 * LATENCY, false);
      const { state: after, lastError } = page.module.status();
      if ((after === 'stale' || after === 'expired') && rules.isClockRight()) rules.broken(`leaves a token ${after} (${lastError})`);
    }
    await browser.pass(2 * PATIENCE, false);
    pages.forEach(({ holds }) => rules.ended(holds, 'the end'));
  }

  for (const event of events) {
    await happen(event);
    // nothing that a person or a site does comes in the same moment as what was before
    await browser.pass(2, false);
    await browser.step();
    pages.forEach((page) => rules.check(page));
    if (browser.broken) throw browser.broken;
  }
  await end();
  if (browser.broken) throw browser.broken;
}
