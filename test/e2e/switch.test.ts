import { expect } from 'chai';
import type { Identity } from '../../operator/index.ts';
import { begun, COOKIE, expectNotStored, expectTokenOf, freeze, holdAnswers, sees, setCookie, settled, type StorageParam } from './several.ts';
import { inBrowser, type Age } from './support.ts';
import { expectNoUid2, type Params, type Visitor } from './visitor.ts';

const HOUR = 3600_000;
const A = 'first@example.com';
const B = 'second@example.com';

describe('Another user, with three tabs open', () => {
  const world = inBrowser();
  let first: Identity;
  let second: Identity;
  let tabs: Visitor[];
  let storage: StorageParam;

  /** How the publisher says who the user is. */
  const WAYS: Record<string, { params(): Promise<Params>; change(): Promise<void> }> = {
    'setConfig and refreshUserIds in one of them': {
      params: async () => ({ uid2Token: first }),
      change: () => tabs[0].configure({ uid2Token: second, storage })
    },
    'the server, which changes the cookie': {
      async params() {
        await setCookie(world, first);
        return { uid2Cookie: COOKIE };
      },
      async change() {
        await setCookie(world, second);
        // cookies too travel between processes
        for (const { page } of tabs) await page.waitForFunction((token) => document.cookie.includes(token), second.advertising_token);
      }
    }
  };

  // two for which the publisher supplies the token, and one that finds it in storage
  async function openTabs(age: Age, way = 'setConfig and refreshUserIds in one of them'): Promise<void> {
    first = await world.login(age, A);
    const params = await WAYS[way].params();
    tabs = [];
    for (const given of [params, params, {}]) {
      const tab = await world.open({ params: { ...given, storage } });
      await begun(tab);
      tabs.push(tab);
    }
  }

  /** Fails unless every tab bids with tokens of the second user, and nothing is left of the first. */
  async function expectSecond(from = tabs[0]): Promise<void> {
    for (const tab of [from, ...tabs]) {
      await sees(tab, from);
      const auction = await tab.auction();
      await expectTokenOf(B, auction);
      expect(await tab.userIds()).to.deep.equal({ uid2: { id: auction.uid2.appnexus } });
    }
    await expectNotStored(from, first);
    expect((await from.record(storage === 'cookie' ? 'cookies' : storage)).originalToken.advertising_token).to.equal(second.advertising_token);
  }

  for (const place of ['localStorage', 'cookie'] as const) {
    describe(place, () => {
      beforeEach(() => { storage = place; });

      for (const way of Object.keys(WAYS)) {
        it(`told by ${way}: never again a token of the first`, async () => {
          await openTabs('fresh', way);
          for (const tab of tabs) await expectTokenOf(A, await tab.auction());
          second = await world.login('fresh', B);
          await WAYS[way].change();
          await expectSecond();
          expect(world.refreshes()).to.deep.equal([]);
        });

        for (const age of ['stale', 'expired'] as const) {
          it(`told by ${way} while the ${age} token of the first is refreshed: the late answer changes nothing`, async () => {
            const answers = await holdAnswers(world);
            await openTabs(age, way);
            await answers.arrived();
            second = await world.login('fresh', B);
            await WAYS[way].change();
            await expectSecond();
            answers.releaseAll();
            await settled(tabs[0]);
            await expectSecond();
            expect(world.refreshes()).to.have.length(1);
          });

          it(`told by ${way}, and not looked at before the ${age} token of the first is refreshed`, async () => {
            const answers = await holdAnswers(world);
            await openTabs(age, way);
            await answers.arrived();
            second = await world.login('fresh', B);
            await WAYS[way].change();
            answers.releaseAll();
            await settled(tabs[0]);
            // without an auction; a cookie may still be on its way to where this is read
            while (JSON.stringify(await tabs[0].stored()).includes(first.advertising_token));
            await expectSecond();
          });
        }
      }

      for (const order of ['before', 'after']) {
        it(`whose expired token is refreshed too, answered ${order} the first's`, async () => {
          const answers = await holdAnswers(world);
          await openTabs('stale');
          await answers.arrivedAbout(first);
          second = await world.login('expired', B);
          const configured = tabs[0].configure({ uid2Token: second, storage });
          await answers.arrivedAbout(second);
          expect(await tabs[0].userIds()).to.deep.equal({});
          for (const identity of order === 'before' ? [second, first] : [first, second]) answers.releaseAbout(identity);
          await configured;
          answers.releaseAll();
          await settled(tabs[0]);
          await expectSecond();
        });
      }

      it('whose token has expired, as had the first\'s, which another tab is about to refresh', async () => {
        const answers = await holdAnswers(world);
        await openTabs('expired');
        await answers.arrivedAbout(first);
        second = await world.login('expired', B);
        const configured = tabs[0].configure({ uid2Token: second, storage });
        await tabs[0].page.waitForFunction((end) => (window as any).pbjs.uid2.status().identityExpires === end, second.identity_expires);
        answers.releaseAll();
        await configured;
        await settled(tabs[0]);
        await expectSecond();
      });

      it('is not opted out by a late answer that opts out the first', async () => {
        const answers = await holdAnswers(world);
        world.operator.admin.fault({ endpoint: 'refresh', kind: 'optout' });
        await openTabs('stale');
        await answers.arrived();
        second = await world.login('fresh', B);
        await tabs[1].configure({ uid2Token: second, storage });
        answers.releaseAll();
        await settled(tabs[0]);
        await expectSecond(tabs[1]);
      });

      it('does not wait for the end of the first\'s back-off', async () => {
        world.operator.admin.fault({ endpoint: 'refresh', kind: 'status', status: 500 });
        await openTabs('expired');
        for (const tab of tabs) expectNoUid2(await tab.auction());
        world.operator.admin.clearFaults();
        second = await world.login('expired', B);
        await tabs[0].configure({ uid2Token: second, storage });
        await expectSecond();
      });

      it('who logs in where the token was only stored reaches those with the first\'s in their config', async () => {
        await openTabs('fresh');
        second = await world.login('fresh', B);
        await tabs[2].configure({ uid2Token: second, storage });
        await expectSecond(tabs[2]);
      });

      it('is refreshed once by the tabs of both, and stays who it is', async () => {
        await openTabs('fresh');
        second = await world.login('fresh', B);
        await tabs[1].configure({ uid2Token: second, storage });
        await expectSecond(tabs[1]);
        await world.later(2 * HOUR);
        await expectSecond(tabs[0]);
        await world.later(7 * HOUR);
        await expectSecond(tabs[2]);
        expect(world.refreshes()).to.have.length(2);
      });

      it('is not undone by refreshUserIds, nor by the first\'s old token set again in another tab', async () => {
        await openTabs('fresh');
        second = await world.login('fresh', B);
        await tabs[1].configure({ uid2Token: second, storage });
        await sees(tabs[0], tabs[1]);
        // hears of it in cookie mode
        await tabs[0].auction();
        await tabs[0].page.evaluate(() => (window as any).pbjs.refreshUserIds());
        await tabs[0].configure({ uid2Token: first, storage });
        await expectSecond(tabs[1]);
      });

      it('reaches a tab that was frozen then, and in the middle of the first\'s refresh', async () => {
        const answers = await holdAnswers(world);
        await openTabs('stale');
        await answers.arrived();
        const frozen = await freeze(tabs[0]);
        second = await world.login('fresh', B);
        await tabs[1].configure({ uid2Token: second, storage });
        answers.releaseAll();
        await frozen.thaw();
        await settled(tabs[0]);
        await expectSecond(tabs[1]);
      });

      it('gives way to a new login of the first', async () => {
        await openTabs('fresh');
        second = await world.login('fresh', B);
        await tabs[1].configure({ uid2Token: second, storage });
        await expectSecond(tabs[1]);
        const again = await world.login('fresh', A);
        await tabs[2].configure({ uid2Token: again, storage });
        for (const tab of tabs) {
          await sees(tab, tabs[2]);
          expect((await tab.auction()).uid2).to.deep.equal({ appnexus: again.advertising_token, theadx: again.advertising_token });
        }
        await expectNotStored(tabs[2], second);
      });

      it('is who a page loaded later finds', async () => {
        await openTabs('expired');
        await tabs[0].auction();
        second = await world.login('expired', B);
        await tabs[0].configure({ uid2Token: second, storage });
        await tabs[2].load();
        await expectSecond();
        expect(world.refreshes()).to.have.length(2);
      });
    });
  }
});
