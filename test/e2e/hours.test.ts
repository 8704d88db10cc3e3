import { expect } from 'chai';
import { type Browser, chromium } from 'playwright-core';
import { findBrowser } from '../../scripts/browser.ts';
import { type Bid, DAY, HOUR, left, loginAgo, MINUTE, SECOND, timed, type Timed } from './clock.ts';
import { begun, settled } from './several.ts';
import { inBrowser } from './support.ts';

const least = async (bids: Bid[], lifetime?: number) => Math.min(...await left(bids, lifetime));
const signed = (ms: number) => `${ms < 0 ? '-' : '+'}${Math.abs(ms) / HOUR} h`;
const tokenIn = async (visitor: Timed): Promise<string | undefined> => (await visitor.userIds()).uid2?.id;

describe('A page open for 24 hours', () => {
  const world = inBrowser({ timers: true });

  it('has a valid token in each of 49 auctions, and refreshes about once an hour', async () => {
    const visitor = await timed(world, { params: { uid2Token: await world.login() } });
    const bids: Bid[] = [];
    for (let i = 0; i < 49; i++) {
      if (i) await visitor.pass(30 * MINUTE);
      const at = await visitor.now();
      const { appnexus, theadx } = (await visitor.auction()).uid2;
      expect(theadx).to.equal(appnexus);
      bids.push({ at, token: appnexus as string });
    }
    expect(await least(bids)).to.be.above(0);
    expect(world.refreshes()).to.have.lengthOf.within(23, 24);
  });

  it('has a valid token in each of 2,881 auctions, and refreshes about once an hour', async function () {
    this.timeout(120_000);
    // else Prebid keeps all auctions, and looks through them in each
    const config = { minBidCacheTTL: 60 };
    const visitor = await timed(world, { config, params: { uid2Token: await world.login() } });
    const bids = await visitor.auctions(2881, 30 * SECOND);
    expect(bids).to.have.length(2881);
    expect(await least(bids)).to.be.above(0);
    expect(world.refreshes()).to.have.lengthOf.within(23, 24);
  });

  it('refreshes about once an hour without an auction', async () => {
    const visitor = await timed(world, { params: { uid2Token: await world.login() } });
    await visitor.pass(DAY + MINUTE);
    expect(world.refreshes()).to.have.lengthOf.within(23, 24);
    expect(await least([{ at: await visitor.now(), token: await tokenIn(visitor) }])).to.be.above(2 * HOUR);
  });

  it('asks nothing without an auction while it is hidden', async () => {
    const visitor = await timed(world, { params: { uid2Token: await world.login() } });
    await visitor.hide();
    await visitor.pass(DAY);
    expect(world.refreshes()).to.deep.equal([]);
  });

  it('has a valid token in each auction also while it is hidden', async () => {
    const visitor = await timed(world, { params: { uid2Token: await world.login() } });
    await visitor.hide();
    expect(await least(await visitor.auctions(49, 30 * MINUTE))).to.be.above(0);
    expect(world.refreshes()).to.have.lengthOf.within(12, 24);
  });
});

describe('A laptop that sleeps', () => {
  const world = inBrowser({ timers: true });

  for (const ms of [5 * HOUR, 3 * DAY, 29 * DAY]) {
    for (const timers of ['late', 'still'] as const) {
      it(`for ${ms / HOUR} hours, with timers that are ${timers}: the first auction has a fresh token, from one request`, async () => {
        const visitor = await timed(world, { params: { uid2Token: await world.login() } });
        await visitor.sleep(ms, timers);
        const bids = await visitor.auctions(1);
        expect(await least(bids)).to.be.above(3 * HOUR);
        expect(world.refreshes()).to.have.length(1);
      });
    }
  }

  it('does not tell bidders the expired token when the operator is down', async () => {
    const visitor = await timed(world, { params: { uid2Token: await world.login() } });
    world.operator.admin.fault({ endpoint: 'refresh', kind: 'status', status: 500 });
    await visitor.sleep(5 * HOUR, 'still');
    expect((await visitor.auctions(1))[0].token).to.equal(undefined);
    expect(await tokenIn(visitor)).to.equal(undefined);
  });

  it('asks nothing for a token that died meanwhile', async () => {
    const visitor = await timed(world, { params: { uid2Token: await world.login() } });
    await visitor.sleep(31 * DAY, 'late');
    expect((await visitor.auctions(1))[0].token).to.equal(undefined);
    expect(world.refreshes()).to.deep.equal([]);
  });
});

describe('A hidden tab', () => {
  const world = inBrowser({ timers: true });

  async function hiddenFor(ms: number): Promise<Timed> {
    const visitor = await timed(world, { params: { uid2Token: await world.login() } });
    await visitor.hide();
    await visitor.pass(ms);
    expect(world.refreshes()).to.deep.equal([]);
    return visitor;
  }

  it('refreshes once when it is shown', async () => {
    const visitor = await hiddenFor(5 * HOUR);
    await visitor.show();
    await visitor.pass(SECOND);
    expect(world.refreshes()).to.have.length(1);
    expect(await least([{ at: await visitor.now(), token: await tokenIn(visitor) }])).to.be.above(3 * HOUR);
  });

  it('has a fresh token in the auction that it runs, and then asks nothing more', async () => {
    const visitor = await hiddenFor(5 * HOUR);
    expect(await least(await visitor.auctions(1))).to.be.above(3 * HOUR);
    await visitor.pass(5 * HOUR);
    expect(world.refreshes()).to.have.length(1);
  });

  it('goes on refreshing by itself after it was shown', async () => {
    const visitor = await hiddenFor(5 * HOUR);
    await visitor.show();
    await visitor.pass(5 * HOUR + MINUTE);
    expect(world.refreshes()).to.have.lengthOf.within(5, 6);
  });

  it('asks nothing when it is shown while its token is fresh', async () => {
    const visitor = await hiddenFor(50 * MINUTE);
    await visitor.show();
    await visitor.pass(SECOND);
    expect(world.refreshes()).to.deep.equal([]);
  });
});

describe('A page loaded in a background tab', () => {
  const world = inBrowser({ timers: true });

  for (const [age, hours] of [['a stale', 2], ['an expired', 5]] as const) {
    const load = async () => {
      const visitor = await timed(world, { params: { uid2Token: await loginAgo(world, hours * HOUR) } }, { hidden: true });
      await visitor.pass(30 * MINUTE);
      expect(world.refreshes()).to.deep.equal([]);
      return visitor;
    };

    it(`with ${age} token asks nothing until it is shown`, async () => {
      const visitor = await load();
      await visitor.show();
      await visitor.pass(SECOND);
      expect(world.refreshes()).to.have.length(1);
      expect(await least([{ at: await visitor.now(), token: await tokenIn(visitor) }])).to.be.above(3 * HOUR);
    });

    it(`with ${age} token asks nothing until it runs an auction, which has a fresh one`, async () => {
      const visitor = await load();
      expect(await least(await visitor.auctions(1))).to.be.above(3 * HOUR);
      expect(world.refreshes()).to.have.length(1);
    });
  }
});

describe('A page that comes back from the back/forward cache', () => {
  const world = inBrowser({ timers: true });
  let browser: Browser;

  before(async () => {
    const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    // what playwright starts has no such cache
    browser = await chromium.launch({ executablePath: await findBrowser(), args, ignoreDefaultArgs: ['--disable-back-forward-cache'] });
  });
  after(() => browser.close());

  async function backAfter(ms: number): Promise<Timed> {
    const context = await browser.newContext();
    // a page in the cache hears of no clock that is set
    await context.addInitScript(() => addEventListener('pageshow', ({ persisted }) => {
      if (!persisted) return;
      (window as any).__pwClock.controller.setSystemTime(Number(sessionStorage.getItem('now')));
      (window as any).persisted = true;
    }));
    const visitor = await timed(world, { params: { uid2Token: await world.login() } }, { context });
    const later = await visitor.now() + ms;
    await visitor.page.goto(`${world.url}second`);
    await visitor.page.evaluate((now) => {
      sessionStorage.setItem('now', String(now));
      // once this is answered: what a page says while it is left may be lost
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => history.back();
      port2.postMessage('now');
    }, later);
    await visitor.page.waitForFunction(() => (window as any).persisted);
    return visitor;
  }

  for (const hours of [2, 5]) {
    it(`after ${hours} hours refreshes by itself`, async () => {
      const visitor = await backAfter(hours * HOUR);
      await visitor.pass(SECOND);
      expect(world.refreshes()).to.have.length(1);
      expect(await least([{ at: await visitor.now(), token: await tokenIn(visitor) }])).to.be.above(3 * HOUR);
      visitor.expectNoErrors();
    });

    it(`after ${hours} hours has a fresh token in its first auction`, async () => {
      const visitor = await backAfter(hours * HOUR);
      // while a page refreshes by itself, its auctions go on with a token that is still valid
      if (hours === 2) await settled(visitor);
      expect(await least(await visitor.auctions(1))).to.be.above(3 * HOUR);
      expect(world.refreshes()).to.have.length(1);
      visitor.expectNoErrors();
    });
  }

  it('asks nothing while its token is fresh', async () => {
    const visitor = await backAfter(50 * MINUTE);
    await visitor.pass(SECOND);
    expect(world.refreshes()).to.deep.equal([]);
    visitor.expectNoErrors();
  });
});

describe('A clock that is set in mid-page', () => {
  const world = inBrowser({ timers: true });

  for (const ms of [1, 2.5, 5, 26, -1, -2.5, -5, -26].map((hours) => hours * HOUR)) {
    it(`by ${signed(ms)}: each auction has a valid token, and refreshes stay few`, async () => {
      const visitor = await timed(world, { params: { uid2Token: await world.login() } });
      const before = await visitor.auctions(12, 10 * MINUTE);
      await visitor.setWrong(ms);
      const after = await visitor.auctions(73, 10 * MINUTE);
      expect(await least([...before, ...after])).to.be.above(0);
      // a clock that is as far ahead as a token is fresh costs the most: one in 20 minutes
      expect(world.refreshes()).to.have.lengthOf.within(6, 14 * 3);
    });
  }

  it('wrong, and set right again: each auction has a valid token', async () => {
    const visitor = await timed(world, { params: { uid2Token: await world.login() } });
    const bids: Bid[] = [];
    for (const ms of [5, 0, -5, 0, 26, -26, 0].map((hours) => hours * HOUR)) {
      await visitor.setWrong(ms);
      bids.push(...await visitor.auctions(13, 10 * MINUTE));
    }
    expect(await least(bids)).to.be.above(0);
    expect(world.refreshes()).to.have.lengthOf.within(10, 28);
  });
});

describe('A clock that is wrong from the start', () => {
  const world = inBrowser({ timers: true });

  for (const wrong of [1.5, 3, 5, 26, -1, -5, -26].map((hours) => hours * HOUR)) {
    it(`by ${signed(wrong)}: each auction of 12 hours has a valid token, and refreshes stay few`, async () => {
      const visitor = await timed(world, { params: { uid2Token: await world.login() } }, { wrong });
      expect(await least(await visitor.auctions(73, 10 * MINUTE))).to.be.above(0);
      // a clock that is an hour late, and so has each token refreshed an hour late, cannot be told from one that is right
      expect(world.refreshes()).to.have.lengthOf.within(5, 14);
    });

    it(`by ${signed(wrong)}: the next pages find the refreshed token, and ask nothing`, async () => {
      const visitor = await timed(world, { params: { uid2Token: await world.login() } }, { wrong });
      const { token } = (await visitor.auctions(22, 10 * MINUTE))[21];
      const asked = world.refreshes().length;
      expect(asked).to.be.above(0);
      for (let i = 0; i < 3; i++) {
        await visitor.load();
        expect((await visitor.auctions(1))[0].token).to.equal(token);
      }
      expect(world.refreshes()).to.have.length(asked);
    });
  }
});

describe('A clock that is 55 minutes fast', () => {
  const world = inBrowser({ timers: true });

  it('sees each token nearly due when it comes, and asks for no more than three an hour', async () => {
    const visitor = await timed(world, { params: { uid2Token: await world.login() } }, { wrong: 55 * MINUTE });
    expect(await least(await visitor.auctions(73, 10 * MINUTE))).to.be.above(0);
    expect(world.refreshes()).to.have.lengthOf.within(11, 37);
  });
});

describe('A token that is due in 30 days', () => {
  const world = inBrowser({ timers: true });

  async function open(): Promise<Timed> {
    world.operator.admin.setLifetimes({ refreshFrom: 30 * DAY, identityExpires: 65 * DAY, refreshExpires: 90 * DAY });
    return timed(world, { params: { uid2Token: await loginAgo(world, 0) } });
  }

  it('keeps the page quiet until then', async () => {
    const visitor = await open();
    await begun(visitor);
    await settled(visitor);
    // once, a second after the first look, a copy of the record in the other place is looked for
    await visitor.pass(2000);
    await visitor.page.evaluate(() => {
      const { getItem } = Storage.prototype;
      (window as any).looks = 0;
      Storage.prototype.getItem = function (key) {
        (window as any).looks++;
        return getItem.call(this, key);
      };
    });
    await visitor.pass(MINUTE);
    expect(await visitor.page.evaluate(() => (window as any).looks)).to.equal(0);
  });

  it('is refreshed then, and not before', async () => {
    const visitor = await open();
    await visitor.page.clock.runFor(30 * DAY - HOUR);
    expect(world.refreshes()).to.deep.equal([]);
    // the jitter is half a percent of the wait, which is made anew every hour
    await visitor.pass(2 * HOUR);
    expect(world.refreshes()).to.have.length(1);
    expect(await least([{ at: await visitor.now(), token: await tokenIn(visitor) }], 65 * DAY)).to.be.above(64 * DAY);
  });
});

describe('refreshIntervalSeconds', () => {
  const world = inBrowser({ timers: true });
  const open = async (refreshIntervalSeconds: unknown, wrong = 0) => {
    const params = { uid2Token: await world.login(), refreshIntervalSeconds };
    return timed(world, { params }, { wrong });
  };

  it('of 300 refreshes every five minutes, first a token that was just supplied', async () => {
    const visitor = await open(300);
    await visitor.pass(4 * MINUTE);
    expect(world.refreshes()).to.deep.equal([]);
    await visitor.pass(2 * MINUTE);
    expect(world.refreshes()).to.have.length(1);
    await visitor.pass(54 * MINUTE);
    expect(world.refreshes()).to.have.lengthOf.within(11, 12);
  });

  it('of 300 asks nothing while the page is hidden, and once when it is shown', async () => {
    const visitor = await open(300);
    await visitor.hide();
    await visitor.pass(HOUR);
    expect(world.refreshes()).to.deep.equal([]);
    await visitor.show();
    await visitor.pass(SECOND);
    expect(world.refreshes()).to.have.length(1);
  });

  it('of 300 does not refresh with each auction', async () => {
    const visitor = await open(300);
    expect(await least(await visitor.auctions(61, MINUTE))).to.be.above(3 * HOUR + 50 * MINUTE);
    expect(world.refreshes()).to.have.lengthOf.within(11, 12);
  });

  for (const wrong of [5 * HOUR, -5 * HOUR]) {
    it(`of 300 refreshes as often where the clock is wrong by ${signed(wrong)}`, async () => {
      const visitor = await open(300, wrong);
      await visitor.pass(HOUR);
      expect(world.refreshes()).to.have.lengthOf.within(11, 13);
    });
  }

  for (const bad of [0, -5, 'x', NaN, null, Infinity]) {
    it(`of ${bad} is as good as none`, async () => {
      const visitor = await open(bad);
      await visitor.pass(50 * MINUTE);
      expect(world.refreshes()).to.deep.equal([]);
      await visitor.pass(30 * MINUTE);
      expect(world.refreshes()).to.have.length(1);
      expect(await least(await visitor.auctions(1))).to.be.above(3 * HOUR);
    });
  }
});
