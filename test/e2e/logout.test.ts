import path from 'node:path';
import { expect } from 'chai';
import { build } from '../../scripts/build/index.ts';
import type { Identity } from '../../operator/index.ts';
import { begun, expectGone, expectNothingStored, expectTokenOf, freeze, hears, holdAnswers, sees, setCookie, settled, COOKIE, NOTE_KEY, type StorageParam } from './several.ts';
import { EMAIL, inBrowser, type Age } from './support.ts';
import { expectNoUid2, KEY, type Params, type Visitor } from './visitor.ts';

const HOUR = 3600_000;
const NEXT = 'next@example.com';

/** Where a tab has its token from. */
const TABS = ['in its config', 'in the publisher\'s cookie', 'only stored'];

/** Waits until what tabs tell each other has reached this one: the publisher's cookie may come sooner. */
const knowsOfLogout = ({ page }: Visitor) => page.waitForFunction((key) =>
  (localStorage.getItem(key) ?? decodeURIComponent(document.cookie)).includes('"ended":["'), NOTE_KEY);

describe('Logging out, with three tabs open', () => {
  const world = inBrowser();
  let uid2Token: Identity;
  let tabs: Visitor[];

  // one tab for each way to have the token
  async function openTabs(age: Age, storage: StorageParam): Promise<void> {
    uid2Token = await world.login(age);
    const ways: Params[] = [{ uid2Token, uid2Cookie: COOKIE }, { uid2Cookie: COOKIE }, {}];
    tabs = [];
    for (const [at, way] of ways.entries()) {
      if (at === 1) await setCookie(world, uid2Token);
      tabs.push(await world.open({ params: { ...way, storage } }));
      await begun(tabs[at]);
    }
  }

  /** Logs out in one tab, and looks at all. */
  async function expectLoggedOut(at: number): Promise<void> {
    const asked = world.refreshes().length;
    await tabs[at].disconnect();
    expect(await tabs[at].userIds()).to.deep.equal({});
    for (const tab of tabs) await sees(tab, tabs[at]);
    await expectGone(tabs, uid2Token.advertising_token);
    await expectNothingStored(tabs[at], at < 2);
    expect(world.refreshes()).to.have.length(asked);
  }

  /** Logs the next user in where the last was logged out, and looks at all. */
  async function expectLogin(at: number, storage: StorageParam): Promise<void> {
    const next = await world.login('fresh', NEXT);
    await tabs[at].configure({ uid2Token: next, storage });
    for (const tab of [tabs[at], ...tabs]) {
      await sees(tab, tabs[at]);
      expect((await tab.auction()).uid2).to.deep.equal({ appnexus: next.advertising_token, theadx: next.advertising_token });
    }
  }

  const STATES: Record<string, (storage: StorageParam) => Promise<(() => Promise<void>) | void>> = {
    async 'a fresh token'(storage) {
      await openTabs('fresh', storage);
      for (const tab of tabs) await expectTokenOf(EMAIL, await tab.auction());
    },
    async 'a stale token'(storage) {
      await openTabs('fresh', storage);
      await world.later(2 * HOUR);
    },
    async 'an expired token'(storage) {
      await openTabs('fresh', storage);
      await world.later(5 * HOUR);
    },
    async 'a token past its refresh_expires'(storage) {
      await openTabs('fresh', storage);
      await world.later(721 * HOUR);
    },
    async 'a refreshed token'(storage) {
      await openTabs('expired', storage);
      for (const tab of tabs) await expectTokenOf(EMAIL, await tab.auction());
    },
    async 'a stale token on its way to be refreshed'(storage) {
      const answers = await holdAnswers(world.context);
      await openTabs('stale', storage);
      await answers.arrived();
      return async () => answers.releaseAll();
    },
    async 'an expired token on its way to be refreshed, and nothing stored'(storage) {
      const answers = await holdAnswers(world.context);
      await openTabs('expired', storage);
      await answers.arrived();
      return async () => answers.releaseAll();
    },
    async 'a stale token in back-off'(storage) {
      world.operator.admin.fault({ endpoint: 'refresh', kind: 'status', status: 500 });
      await openTabs('stale', storage);
      for (const tab of tabs) await expectTokenOf(EMAIL, await tab.auction());
      return () => world.later(HOUR);
    },
    async 'an expired token in back-off, and nothing stored'(storage) {
      world.operator.admin.fault({ endpoint: 'refresh', kind: 'status', status: 500 });
      await openTabs('expired', storage);
      await expectGone(tabs);
      return () => world.later(HOUR);
    },
    async 'an opt-out'(storage) {
      world.operator.admin.fault({ endpoint: 'refresh', kind: 'optout' });
      await openTabs('expired', storage);
      for (const tab of tabs) expectNoUid2(await tab.auction());
      expect(await tabs[2].userIds()).to.deep.equal({ uid2: { optout: true } });
    }
  };

  for (const [state, prepare] of Object.entries(STATES)) {
    for (const storage of ['localStorage', 'cookie'] as const) {
      it(`with ${state}: no UID2 in any of them, and none comes back (${storage})`, async () => {
        const later = await prepare(storage);
        await expectLoggedOut(0);
        // late answers, or the end of the back-off
        await later?.();
        await settled(tabs[0]);
        const asked = world.refreshes().length;
        await expectGone(tabs, uid2Token.advertising_token);
        await expectNothingStored(tabs[0]);
        await tabs[2].load();
        await expectGone([tabs[2]], uid2Token.advertising_token);
        expect(world.refreshes()).to.have.length(asked);
        await expectLogin(0, storage);
      });
    }
  }

  for (const [at, from] of TABS.entries()) {
    for (const storage of ['localStorage', 'cookie'] as const) {
      it(`in the one whose token is ${from}: no UID2 in any of them, then the next user's (${storage})`, async () => {
        await openTabs('fresh', storage);
        for (const tab of tabs) await expectTokenOf(EMAIL, await tab.auction());
        await expectLoggedOut(at);
        await expectLogin(at, storage);
      });

      it(`in the one whose token is ${from}, while another refreshes: the late answer changes nothing (${storage})`, async () => {
        const answers = await holdAnswers(world.context);
        await openTabs('stale', storage);
        await answers.arrived();
        // the first tab asks, the others stand in line
        await expectLoggedOut(at);
        answers.releaseAll();
        await settled(tabs[0]);
        await expectGone(tabs, uid2Token.advertising_token);
        await expectNothingStored(tabs[0], at < 2);
        expect(world.refreshes()).to.have.length(1);
      });
    }
  }

  it('releases the auctions that wait for a refresh in any of them', async () => {
    const answers = await holdAnswers(world.context);
    await openTabs('expired', 'localStorage');
    await answers.arrived();
    for (const at of [0, 1]) {
      const auction = tabs[at].auction();
      await tabs[1].disconnect();
      expectNoUid2(await auction, uid2Token.advertising_token);
    }
  });

  for (const storage of ['localStorage', 'cookie'] as const) {
    it(`is not undone by refreshUserIds in any of them (${storage})`, async () => {
      await openTabs('fresh', storage);
      await tabs[1].disconnect();
      for (const tab of tabs) {
        await sees(tab, tabs[1]);
        await tab.page.evaluate(() => (window as any).pbjs.refreshUserIds());
      }
      await expectGone(tabs, uid2Token.advertising_token);
      await expectNothingStored(tabs[1]);
    });

    it(`is not undone by the old token set in the config of another tab again (${storage})`, async () => {
      await openTabs('fresh', storage);
      await tabs[1].disconnect();
      await sees(tabs[0], tabs[1]);
      await tabs[0].configure({ uid2Token, storage });
      await expectGone(tabs, uid2Token.advertising_token);
      await expectNothingStored(tabs[0]);
    });

    it(`is not undone by the old token in the publisher's cookie, set again (${storage})`, async () => {
      await openTabs('fresh', storage);
      for (const tab of tabs) await expectTokenOf(EMAIL, await tab.auction());
      await tabs[0].disconnect();
      await sees(tabs[1], tabs[0]);
      await expectGone(tabs, uid2Token.advertising_token);
      for (const tab of tabs) await knowsOfLogout(tab);
      // the server answered another request before it heard of the logout
      await setCookie(world, uid2Token);
      await expectGone(tabs, uid2Token.advertising_token);
    });

    it(`twice is once (${storage})`, async () => {
      await openTabs('fresh', storage);
      await expectLoggedOut(0);
      await expectLoggedOut(1);
      await expectLoggedOut(0);
      await expectLogin(2, storage);
      uid2Token = await world.login('fresh', 'third@example.com');
      await tabs[1].configure({ uid2Token, storage });
      for (const tab of tabs) await sees(tab, tabs[1]);
      await expectLoggedOut(1);
    });

    it(`a page loaded after it, without a token, finds nobody (${storage})`, async () => {
      await openTabs('expired', storage);
      await tabs[2].auction();
      await tabs[1].disconnect();
      await expectGone([await world.open({ params: { storage } }), await world.open({ params: { storage, uid2Cookie: COOKIE } })]);
      expect(world.refreshes()).to.have.length(1);
    });

    it(`reaches a tab that was frozen then (${storage})`, async () => {
      await openTabs('fresh', storage);
      const frozen = await freeze(tabs[0]);
      await tabs[1].disconnect();
      await frozen.thaw();
      await sees(tabs[0], tabs[1]);
      await expectGone(tabs, uid2Token.advertising_token);
      await expectNothingStored(tabs[0]);
    });

    it(`reaches a tab that was frozen then, and in the middle of its refresh (${storage})`, async () => {
      const answers = await holdAnswers(world.context);
      await openTabs('stale', storage);
      await answers.arrived();
      const frozen = await freeze(tabs[0]);
      await tabs[1].disconnect();
      answers.releaseAll();
      await frozen.thaw();
      await settled(tabs[0]);
      await expectGone(tabs, uid2Token.advertising_token);
      await expectNothingStored(tabs[0]);
    });

    it(`and the next login reach a tab that was frozen then (${storage})`, async () => {
      await openTabs('fresh', storage);
      const frozen = await freeze(tabs[0]);
      await tabs[1].disconnect();
      await expectLoginElsewhere(storage);
      await frozen.thaw();
      await sees(tabs[0], tabs[1]);
      await expectTokenOf(NEXT, await tabs[0].auction());
    });

    it(`is known to a tab that comes back from the cache for back and forward (${storage})`, async () => {
      await openTabs('fresh', storage);
      // pages in there are told of nothing
      await tabs[0].page.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })));
      const frozen = await freeze(tabs[0]);
      await tabs[1].disconnect();
      await frozen.thaw();
      await sees(tabs[0], tabs[1]);
      const ids = await tabs[0].page.evaluate(() => {
        window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
        return (window as any).pbjs.getUserIds();
      });
      expect(ids).to.deep.equal({});
    });
  }

  async function expectLoginElsewhere(storage: StorageParam): Promise<void> {
    await tabs[2].configure({ uid2Token: await world.login('fresh', NEXT), storage });
    await expectTokenOf(NEXT, await tabs[2].auction());
  }

  it('is heard by the pages of the other tabs without an auction', async () => {
    await openTabs('fresh', 'localStorage');
    await tabs[1].disconnect();
    for (const tab of tabs) await tab.page.waitForFunction(() => !(window as any).pbjs.getUserIds().uid2);
  });

  for (const way of [0, 1]) {
    it(`is not undone by a tab whose token is ${TABS[way]}, and that sees the record go before it hears why`, async () => {
      const other = await world.page();
      await other.goto(`${world.url}empty`);
      await openTabs('fresh', 'localStorage');
      const tab = tabs[way];
      // what a logout tells: a number that is higher than the login's
      const note = JSON.stringify([await tab.page.evaluate('Date.now() + 1')]);
      // nobody else is to clean up
      for (const at of [0, 1, 2]) if (at !== way) await tabs[at].page.close();
      // what of the news comes first, which the tab takes for a mere cleaning of storage
      await hears(tab, () => other.evaluate((key) => localStorage.removeItem(key), KEY));
      await world.context.clearCookies({ name: COOKIE });
      await hears(tab, () => other.evaluate(([key, text]) => localStorage.setItem(key, text), [NOTE_KEY, note]));
      await expectGone([tab], uid2Token.advertising_token);
      await expectNothingStored(tab);
    });
  }

  it('is told to the other tabs before anything is removed, so that none of them writes it again', async () => {
    await openTabs('fresh', 'localStorage');
    const told = await tabs[0].page.evaluate(([key, note]) => {
      const { removeItem } = Storage.prototype;
      let seen: string | null = null;
      Storage.prototype.removeItem = function (name) {
        if (name === key) seen ??= this.getItem(note);
        return removeItem.call(this, name);
      };
      (window as any).pbjs.uid2.disconnect();
      return seen;
    }, [KEY, NOTE_KEY]);
    expect(told).to.be.a('string');
  });

  it('keeps no token in what it tells the other tabs', async () => {
    await openTabs('fresh', 'localStorage');
    await tabs[0].disconnect();
    const { ended, ...note } = JSON.parse((await tabs[0].stored()).localStorage[NOTE_KEY]);
    expect(ended.join('')).to.match(/^\d{8,80}$/);
    expect(JSON.stringify(note)).to.match(/^\{"since":\d+,"salt":\d+,"pauses":\{\},"isSlow":false\}$/);
  });
});

describe('A page with the same ad units in all its auctions', () => {
  const world = inBrowser();

  it('sends no UID2 after the logout, nor anything that another auction has left in them', async () => {
    const uid2Token = await world.login();
    const visitor = await world.open({ params: { uid2Token }, keepsUnits: true });
    await expectTokenOf(EMAIL, await visitor.auction());
    await visitor.disconnect();
    expectNoUid2(await visitor.auction(), uid2Token.advertising_token);
    const next = await world.login('fresh', NEXT);
    await visitor.configure({ uid2Token: next });
    await expectTokenOf(NEXT, await visitor.auction());
  });
});

describe('A request to delete the reader\'s data', () => {
  const world = inBrowser();
  const FILE = path.resolve(__dirname, '../../build/e2e/deletion.js');
  let prebid: string;

  before(async function () {
    this.timeout(120_000);
    const modules = ['uid2IdSystem', 'consentManagementUsp', 'appnexusBidAdapter', 'theAdxBidAdapter'];
    prebid = (await build({ modules, out: FILE })).file;
  });

  // the one way in for CMPs: USP's registerDeletion
  async function openTabs(params: Params[]): Promise<Visitor[]> {
    await world.context.route('**/prebid.js', (route) => route.fulfill({ path: prebid, contentType: 'text/javascript' }));
    await world.context.addInitScript(() => {
      (window as any).__uspapi = (command: string, _version: number, callback: (answer: object, success: boolean) => void) => {
        if (command === 'registerDeletion') (window as any).requestDeletion = callback;
        else callback({ version: 1, uspString: '1YNN' }, true);
      };
    });
    const tabs: Visitor[] = [];
    for (const given of params) tabs.push(await world.open({ params: given, config: { consentManagement: { usp: { cmpApi: 'iab', timeout: 60_000 } } } }));
    return tabs;
  }
  const requestDeletion = async ({ page }: Visitor) => {
    await page.waitForFunction(() => (window as any).requestDeletion);
    await page.evaluate(() => (window as any).requestDeletion({}, true));
  };

  for (const storage of ['localStorage', 'cookie'] as const) {
    for (const age of ['fresh', 'stale', 'expired'] as const) {
      it(`takes a ${age} token out of all tabs and storage, and lets the next user in (${storage})`, async () => {
        const uid2Token = await world.login(age);
        const tabs = await openTabs([{ uid2Token, storage }, { uid2Token, storage }, { storage }]);
        for (const tab of tabs) await expectTokenOf(EMAIL, await tab.auction());
        await requestDeletion(tabs[1]);
        for (const tab of tabs) await sees(tab, tabs[1]);
        await expectGone(tabs, uid2Token.advertising_token);
        await expectNothingStored(tabs[0]);
        await tabs[1].configure({ uid2Token: await world.login('fresh', NEXT), storage });
        for (const tab of tabs) {
          await sees(tab, tabs[1]);
          await expectTokenOf(NEXT, await tab.auction());
        }
      });
    }

    it(`is not undone by an answer that arrives after it, in any tab (${storage})`, async () => {
      const answers = await holdAnswers(world.context);
      const uid2Token = await world.login('expired');
      const tabs = await openTabs([{ uid2Token, storage }, { uid2Token, storage }]);
      await answers.arrived();
      await requestDeletion(tabs[1]);
      answers.releaseAll();
      await settled(tabs[0]);
      for (const tab of tabs) await sees(tab, tabs[1]);
      await expectGone(tabs, uid2Token.advertising_token);
      await expectNothingStored(tabs[0]);
    });

    it(`clears the publisher's cookie (${storage})`, async () => {
      const uid2Token = await world.login();
      await setCookie(world, uid2Token);
      const [tab] = await openTabs([{ uid2Cookie: COOKIE, storage }]);
      await expectTokenOf(EMAIL, await tab.auction());
      await requestDeletion(tab);
      await expectNothingStored(tab);
      await tab.load();
      await expectGone([tab], uid2Token.advertising_token);
    });
  }
});
