import { expect } from 'chai';
import type { Fault } from '../../operator/index.ts';
import { inBrowser } from './support.ts';
import { openTab, type Tab, until, watchErrors } from './tabs.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const NOTE = '__uid2_advertising_token_note';
const DOWN = { endpoint: 'refresh', kind: 'status', status: 500 } satisfies Fault;

const KINDS: Record<string, Fault> = {
  'answers 500': DOWN,
  'answers 400': { endpoint: 'refresh', kind: 'status', status: 400 },
  'closes the connection': { endpoint: 'refresh', kind: 'close' },
  'sends garbage': { endpoint: 'refresh', kind: 'garbage' },
  'never answers': { endpoint: 'refresh', kind: 'hang' }
};

describe('An outage', () => {
  const world = inBrowser();
  let errors: ReturnType<typeof watchErrors>;
  let start: number;
  /** Whether timers are ours too. */
  let timers: boolean;

  /** Sets the time, so many ms after the test's start, in all tabs: there it stands still. */
  async function at(ms: number): Promise<void> {
    world.operator.admin.setClock(ms);
    await (timers ? world.context.clock.setFixedTime(start + ms) : world.stop(start + ms));
  }

  beforeEach(() => {
    errors = watchErrors(world.context);
    start = Date.now();
    timers = false;
    return at(0);
  });
  afterEach(() => errors.expectNone());

  const requests = () => world.refreshes().length;
  const down = (fault: Fault = DOWN) => world.operator.admin.fault(fault);
  const up = () => world.operator.admin.clearFaults();
  // who is asked now does not answer, so an auction that waits for it is not released
  const deaf = () => { up(); down({ endpoint: 'refresh', kind: 'hang' }); };

  async function begins(fault: Fault): Promise<void> {
    timers = fault.kind === 'hang';
    await at(0);
    down(fault);
  }

  /** The auction of a tab whose request fails. */
  async function failing(tab: Tab, fault: Fault = DOWN) {
    const bid = tab.bid();
    if (fault.kind === 'hang') {
      await until(world, () => requests() === 1);
      await world.context.clock.fastForward(5 * SECOND);
      await at(0);
    }
    return bid;
  }

  for (const [name, fault] of Object.entries(KINDS)) {
    for (const storage of ['localStorage', 'cookie'] as const) {
      it(`is paid for once: the operator ${name}, later auctions and pages wait for nothing (${storage})`, async () => {
        const uid2Token = await world.login('expired');
        await begins(fault);
        const tab = await openTab(world, { uid2Token, storage });
        expect(await failing(tab, fault)).to.equal(undefined);
        expect(requests()).to.equal(1);
        deaf();
        expect(await tab.bid()).to.equal(undefined);
        await tab.load();
        expect(await tab.bid()).to.equal(undefined);
        expect(await (await openTab(world, { uid2Token, storage })).bid()).to.equal(undefined);
        expect(requests()).to.equal(1);
      });
    }

    it(`leaves a stale token in the bids: the operator ${name}`, async () => {
      const uid2Token = await world.login('stale');
      await begins(fault);
      const tab = await openTab(world, { uid2Token });
      expect(await failing(tab, fault)).to.equal(uid2Token.advertising_token);
      deaf();
      expect(await tab.bid()).to.equal(uid2Token.advertising_token);
      await tab.load();
      expect(await tab.bid()).to.equal(uid2Token.advertising_token);
      expect(await (await openTab(world, { uid2Token })).bid()).to.equal(uid2Token.advertising_token);
      expect(requests()).to.equal(1);
    });

    const [soonest, latest] = name === 'answers 400' ? [10 * MINUTE, 15 * MINUTE] : [5 * SECOND, 7.5 * SECOND];

    it(`is over with the first try after ${soonest / SECOND} to ${latest / SECOND} s: the operator ${name}`, async () => {
      const uid2Token = await world.login('expired');
      await begins(fault);
      const tab = await openTab(world, { uid2Token });
      await failing(tab, fault);
      up();
      await at(soonest - 1);
      expect(await tab.bid()).to.equal(undefined);
      expect(requests()).to.equal(1);
      await at(latest);
      expect(await tab.bid()).to.be.a('string').and.not.equal(uid2Token.advertising_token);
      expect(requests()).to.equal(2);
    });
  }

  it('keeps a stale token in the bids only until it expires', async () => {
    const uid2Token = await world.login('stale');
    down();
    const tab = await openTab(world, { uid2Token });
    await at(uid2Token.identity_expires - start - 1);
    expect(await tab.bid()).to.equal(uid2Token.advertising_token);
    await at(uid2Token.identity_expires - start);
    expect(await tab.bid()).to.equal(undefined);
  });

  it('costs one request per try, however many tabs run auctions', async () => {
    const uid2Token = await world.login('expired');
    down();
    const tabs = [await openTab(world, { uid2Token })];
    await tabs[0].bid();
    for (let count = 2; count <= 4; count += 1) tabs.push(await openTab(world, { uid2Token }));
    await at(8 * SECOND);
    await Promise.all(tabs.map((tab) => tab.bid()));
    expect(requests()).to.equal(2);
  });

  it('of an hour, with an auction every 10 s, is asked about ever less: 5 s doubling to 5 min, and half of that at random', async function () {
    this.timeout(180 * SECOND);
    const tab = await openTab(world, { uid2Token: await world.login('expired') });
    await tab.bid();
    const other = await world.login('expired', 'other@example.com');
    world.operator.admin.clearRequests();
    down();
    await tab.login(other);
    const tries = [0];
    for (let time = 10 * SECOND; time <= 60 * MINUTE; time += 10 * SECOND) {
      await at(time);
      await tab.bid();
      if (requests() > tries.length) tries.push(time);
    }
    expect(tries).to.have.length(requests());
    tries.slice(1).forEach((time, index) => {
      const wait = Math.min(5 * SECOND * 2 ** index, 5 * MINUTE);
      // an auction may come up to 10 s after the try is allowed
      expect(time - tries[index], `wait ${index}`).to.be.within(wait, 1.5 * wait + 10 * SECOND);
    });
  });

  it('starts with short waits again after a success', async () => {
    const uid2Token = await world.login('expired');
    down();
    const tab = await openTab(world, { uid2Token });
    for (const time of [0, 1, 2]) {
      await at(time * MINUTE);
      await tab.bid();
    }
    up();
    await at(3 * MINUTE);
    const token = await tab.bid();
    expect(token).to.be.a('string');
    down();
    const later = 2 * 60 * MINUTE;
    await at(later);
    expect(await tab.bid()).to.equal(token);
    up();
    await at(later + 7.5 * SECOND);
    expect(await tab.bid()).not.to.equal(token);
    expect(requests()).to.equal(6);
  });

  it('does not delay a new login', async () => {
    down();
    const tab = await openTab(world, { uid2Token: await world.login('expired') });
    await tab.bid();
    up();
    await tab.login(await world.login('expired', 'other@example.com'));
    expect(await tab.bid()).to.be.a('string');
    expect(requests()).to.equal(2);
  });

  it('goes on with short waits after a new login', async () => {
    down();
    const tab = await openTab(world, { uid2Token: await world.login('expired') });
    for (const time of [0, 1, 2, 3]) {
      await at(time * MINUTE);
      await tab.bid();
    }
    await tab.login(await world.login('expired', 'other@example.com'));
    expect(requests()).to.equal(5);
    up();
    await at(3 * MINUTE + 7.5 * SECOND);
    expect(await tab.bid()).to.be.a('string');
  });

  it('does not delay a new login on another page', async () => {
    down();
    await (await openTab(world, { uid2Token: await world.login('expired') })).bid();
    up();
    expect(await (await openTab(world, { uid2Token: await world.login('expired', 'other@example.com') })).bid()).to.be.a('string');
    expect(requests()).to.equal(2);
  });

  it('is remembered in localStorage, and in no cookie', async () => {
    down();
    const tab = await openTab(world, { uid2Token: await world.login('expired') });
    await tab.bid();
    expect(await tab.page.evaluate((key) => localStorage[key], NOTE)).to.be.a('string');
    expect(await world.context.cookies()).to.deep.equal([]);
  });

  it('is remembered in a cookie, and not in localStorage, where storage is cookie', async () => {
    down();
    const tab = await openTab(world, { uid2Token: await world.login('expired'), storage: 'cookie' });
    await tab.bid();
    expect((await world.context.cookies()).map(({ name }) => name)).to.include(NOTE);
    expect(await tab.page.evaluate(() => Object.keys(localStorage))).to.deep.equal([]);
  });

  it('is empty after a success', async () => {
    down();
    const tab = await openTab(world, { uid2Token: await world.login('expired') });
    await tab.bid();
    up();
    await at(MINUTE);
    await tab.bid();
    expect(JSON.parse(await tab.page.evaluate((key) => localStorage[key], NOTE)).pauses).to.deep.equal({});
  });
});

describe('After an outage', () => {
  const world = inBrowser();
  let errors: ReturnType<typeof watchErrors>;
  beforeEach(async () => {
    errors = watchErrors(world.context);
    await world.context.clock.install();
  });
  afterEach(() => errors.expectNone());

  for (const storage of ['localStorage', 'cookie'] as const) {
    it(`a visible page has its token with the next try, without an auction (${storage})`, async () => {
      const uid2Token = await world.login('expired');
      world.operator.admin.fault({ ...DOWN, times: 1 });
      const tab = await openTab(world, { uid2Token, storage });
      expect(await tab.bid()).to.equal(undefined);
      await world.context.clock.runFor(8 * SECOND);
      await tab.page.waitForFunction(() => (window as any).pbjs.getUserIds().uid2?.id);
      expect(world.refreshes()).to.have.length(2);
    });
  }

  it('a hidden page asks nothing, until it has an auction', async () => {
    const uid2Token = await world.login('expired');
    world.operator.admin.fault({ ...DOWN, times: 1 });
    const tab = await openTab(world, { uid2Token });
    await tab.bid();
    await tab.page.evaluate(() => {
      Object.defineProperty(document, 'hidden', { value: true });
      Object.defineProperty(document, 'visibilityState', { value: 'hidden' });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await world.context.clock.runFor(MINUTE);
    expect(await tab.id()).to.equal(undefined);
    expect(world.refreshes()).to.have.length(1);
    expect(await tab.bid()).to.be.a('string');
  });
});

describe('A note of an outage that is', () => {
  const world = inBrowser();
  let errors: ReturnType<typeof watchErrors>;
  beforeEach(() => { errors = watchErrors(world.context); });
  afterEach(() => errors.expectNone());

  /** Puts the note where the module looks for it. */
  async function leave(note: string, place: string): Promise<void> {
    const page = await world.page();
    await page.goto(world.url);
    await page.evaluate(([name, value, where]) => {
      if (where === 'cookie') document.cookie = `${name}=${value}`;
      else localStorage[name] = value;
    }, [NOTE, place === 'cookie' && !/^[%x]/.test(note) ? encodeURIComponent(note) : note, place]);
  }

  const LONG = 20 * MINUTE;
  /** A note with this pause of the refresh of a token. */
  const withPause = (key: number, pause: object) => JSON.stringify({ since: 0, ended: [], pauses: { [`r${key}`]: pause } });
  const PAUSE = { kind: 'network', failures: 1 };
  const NOTES: Record<string, (key: number, now: number) => string> = {
    empty: () => '',
    'no JSON': () => '{"since":1',
    null: () => 'null',
    'a text': () => '"network"',
    'an empty object': () => '{}',
    'a list': (key, now) => JSON.stringify([0, key, now + LONG, 1, 'network']),
    'a list of nothing': () => '[]',
    'of pauses that are a list': () => '{"since":0,"pauses":[1]}',
    'of a pause that is a number': () => '{"since":0,"pauses":{"r1":5}}',
    'without times': (key) => withPause(key, PAUSE),
    'of texts': (key, now) => JSON.stringify({ since: '0', ended: 'x', pauses: { [`r${key}`]: { kind: 'network', until: `${now + LONG}`, failures: '1' } } }),
    'far in the future': (key) => withPause(key, { ...PAUSE, until: Number.MAX_VALUE }),
    'a year ahead': (key, now) => withPause(key, { ...PAUSE, until: now + 365 * 24 * 60 * MINUTE }),
    'as far ahead as can be': (key, now) => withPause(key, { ...PAUSE, until: now + LONG - 1, failures: 1e9 }),
    'of the far past': (key) => withPause(key, { ...PAUSE, until: -Number.MAX_VALUE }),
    'of failures beyond number': (key, now) => withPause(key, { ...PAUSE, until: now + MINUTE, failures: 1e300 }),
    'of an error that is no text': (key, now) => withPause(key, { kind: { toString: 1 }, until: now + MINUTE, failures: 1 }),
    'without an error': (key, now) => withPause(key, { until: now + MINUTE, failures: 1 }),
    'of ended tokens that are none': () => '{"since":0,"ended":[{},7,null]}',
    'a page of text': () => 'x'.repeat(3000),
    'not to be decoded': () => '%E0%A4%A'
  };

  for (const storage of ['localStorage', 'cookie'] as const) {
    for (const [name, note] of Object.entries(NOTES)) {
      it(`${name}, does not keep the token from being refreshed within 20 min (${storage})`, async () => {
        const uid2Token = await world.login('expired');
        const text = note(uid2Token.identity_expires, Date.now());
        await leave(text, storage);
        const tab = await openTab(world, { uid2Token, storage });
        await tab.bid();
        expect(await tab.page.evaluate(() => (window as any).pbjs.uid2.status().state)).to.be.oneOf(['fresh', 'expired']);
        await world.later(LONG);
        expect(await tab.bid()).to.be.a('string').and.not.equal(uid2Token.advertising_token);
        expect(world.refreshes()).to.have.length(1);
      });
    }
  }

  for (const failures of [-1, -1e9, 0.5, 1e300, undefined]) {
    it(`of ${failures ?? 'unknown'} failures, is followed by a wait of 5 s at least`, async () => {
      const uid2Token = await world.login('expired');
      await leave(withPause(uid2Token.identity_expires, { kind: 'network', until: 1, failures }), 'localStorage');
      world.operator.admin.fault(DOWN);
      const start = Date.now();
      await world.stop(start);
      const tab = await openTab(world, { uid2Token });
      await tab.bid();
      await world.stop(start + 5 * SECOND - 1);
      await tab.bid();
      expect(world.refreshes()).to.have.length(1);
    });
  }
});
