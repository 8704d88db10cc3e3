// R14: a logout in one of three tabs, whatever the state of the token.
import { expect } from 'chai';
import { expectGone, expectNothingStored, holdAnswers, NOTE_KEY, settled, type StorageParam } from './several.ts';
import { inBrowser } from './support.ts';
import { TABS, threeTabs } from './threeTabs.ts';
import { expectNoUid2, KEY } from './visitor.ts';

const HOUR = 3600_000;

describe('Logging out, with three tabs open (R14)', () => {
  const world = inBrowser();
  const three = threeTabs(world);

  const STATES: Record<string, (storage: StorageParam) => Promise<(() => Promise<void>) | void>> = {
    async 'a fresh token'(storage) {
      await three.open('fresh', storage);
      await three.expectTokens();
    },
    async 'a stale token'(storage) {
      await three.open('fresh', storage);
      await world.later(2 * HOUR);
    },
    async 'an expired token'(storage) {
      await three.open('fresh', storage);
      await world.later(5 * HOUR);
    },
    async 'a token past its refresh_expires'(storage) {
      await three.open('fresh', storage);
      await world.later(721 * HOUR);
    },
    async 'a refreshed token'(storage) {
      await three.open('expired', storage);
      await three.expectTokens();
    },
    async 'a stale token on its way to be refreshed'(storage) {
      const answers = await holdAnswers(world);
      await three.open('stale', storage);
      await answers.arrived();
      return async () => answers.releaseAll();
    },
    async 'an expired token on its way to be refreshed, and nothing stored'(storage) {
      const answers = await holdAnswers(world);
      await three.open('expired', storage);
      await answers.arrived();
      return async () => answers.releaseAll();
    },
    async 'a stale token in back-off'(storage) {
      world.operator.admin.fault({ endpoint: 'refresh', kind: 'status', status: 500 });
      await three.open('stale', storage);
      await three.expectTokens();
      return () => world.later(HOUR);
    },
    async 'an expired token in back-off, and nothing stored'(storage) {
      world.operator.admin.fault({ endpoint: 'refresh', kind: 'status', status: 500 });
      await three.open('expired', storage);
      await expectGone(three.tabs);
      return () => world.later(HOUR);
    },
    async 'an opt-out'(storage) {
      world.operator.admin.fault({ endpoint: 'refresh', kind: 'optout' });
      await three.open('expired', storage);
      for (const tab of three.tabs) expectNoUid2(await tab.auction());
      expect(await three.tabs[2].userIds()).to.deep.equal({ uid2: { optout: true } });
    }
  };

  for (const [state, prepare] of Object.entries(STATES)) {
    for (const storage of ['localStorage', 'cookie'] as const) {
      it(`with ${state}: no UID2 in any of them, and none comes back (${storage})`, async () => {
        const later = await prepare(storage);
        await three.expectLoggedOut(0);
        // late answers, or the end of the back-off
        await later?.();
        await settled(three.tabs[0]);
        const asked = world.refreshes().length;
        await expectGone(three.tabs, three.uid2Token.advertising_token);
        await expectNothingStored(three.tabs[0]);
        await three.tabs[2].load();
        await expectGone([three.tabs[2]], three.uid2Token.advertising_token);
        expect(world.refreshes()).to.have.length(asked);
        await three.expectLogin(0, storage);
      });
    }
  }

  for (const [at, from] of TABS.entries()) {
    for (const storage of ['localStorage', 'cookie'] as const) {
      it(`in the one whose token is ${from}: no UID2 in any of them, then the next user's (${storage})`, async () => {
        await three.open('fresh', storage);
        await three.expectTokens();
        await three.expectLoggedOut(at);
        await three.expectLogin(at, storage);
      });

      it(`in the one whose token is ${from}, while another refreshes: the late answer changes nothing (${storage})`, async () => {
        const answers = await holdAnswers(world);
        await three.open('stale', storage);
        await answers.arrived();
        // the first tab asks, the others stand in line
        await three.expectLoggedOut(at);
        answers.releaseAll();
        await settled(three.tabs[0]);
        await expectGone(three.tabs, three.uid2Token.advertising_token);
        await expectNothingStored(three.tabs[0], at < 2);
        expect(world.refreshes()).to.have.length(1);
      });
    }
  }

  it('releases the auctions that wait for a refresh in any of them', async () => {
    const answers = await holdAnswers(world);
    await three.open('expired', 'localStorage');
    await answers.arrived();
    for (const at of [0, 1]) {
      const auction = three.tabs[at].auction();
      await three.tabs[1].disconnect();
      expectNoUid2(await auction, three.uid2Token.advertising_token);
    }
  });

  it('is heard by the pages of the other tabs without an auction', async () => {
    await three.open('fresh', 'localStorage');
    await three.tabs[1].disconnect();
    for (const tab of three.tabs) await tab.page.waitForFunction(() => !(window as any).pbjs.getUserIds().uid2);
  });

  it('is told to the other tabs before anything is removed, so that none of them writes it again', async () => {
    await three.open('fresh', 'localStorage');
    const told = await three.tabs[0].page.evaluate(([key, note]) => {
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
    await three.open('fresh', 'localStorage');
    await three.tabs[0].disconnect();
    const { ended, ...note } = JSON.parse((await three.tabs[0].stored()).localStorage[NOTE_KEY]);
    expect(ended.join('')).to.match(/^\d{8,80}$/);
    expect(JSON.stringify(note)).to.match(/^\{"since":\d+,"pauses":\{\},"isSlow":false\}$/);
  });
});
