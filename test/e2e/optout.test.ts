import { expect } from 'chai';
import type { Identity } from '../../operator/index.ts';
import { begun, COOKIE, expectNotStored, expectTokenOf, holdAnswers, sees, setCookie, settled, type StorageParam } from './several.ts';
import { EMAIL, inBrowser, type Age } from './support.ts';
import { expectNoUid2, type Params, type Visitor } from './visitor.ts';

const HOUR = 3600_000;
const OTHER = 'other@example.com';

describe('Opting out, with three tabs open', () => {
  const world = inBrowser();
  let uid2Token: Identity;
  let tabs: Visitor[];
  let storage: StorageParam;

  // one for each way to have the token
  async function openTabs(age: Age, { optedOut = false, ...more }: Params & { optedOut?: boolean } = {}): Promise<void> {
    uid2Token = await world.login(age);
    if (optedOut) world.operator.admin.optOut({ email: EMAIL });
    await setCookie(world, uid2Token);
    tabs = [];
    for (const params of [{ uid2Token }, { uid2Cookie: COOKIE }, {}]) await addTab({ ...params, ...more });
  }

  async function addTab(params: Params): Promise<Visitor> {
    const tab = await world.open({ params: { ...params, storage } });
    await begun(tab);
    tabs.push(tab);
    return tab;
  }

  /** Fails unless every tab knows of the opt-out in its next auction, and no token is left but the publisher's. */
  async function expectOptedOut(requests: number): Promise<void> {
    for (const tab of tabs) {
      await sees(tab, tabs[0]);
      expectNoUid2(await tab.auction(), uid2Token.advertising_token);
      expect(await tab.userIds()).to.deep.equal({ uid2: { optout: true } });
    }
    expect((await tabs[0].record(storage === 'cookie' ? 'cookies' : storage)).latestToken).to.equal('optout');
    await world.context.clearCookies({ name: COOKIE });
    // what identifies the user again is kept, what could be used is not
    await expectNotStored(tabs[0], { ...uid2Token, advertising_token: 'refresh_expires' });
    await setCookie(world, uid2Token);
    expect(world.refreshes()).to.have.length(requests);
  }

  for (const place of ['localStorage', 'cookie'] as const) {
    describe(place, () => {
      beforeEach(() => { storage = place; });

      for (const asking of [0, 1, 2]) {
        it(`found by the ${['first', 'second', 'third'][asking]} tab: stops all, with a stale token in use`, async () => {
          await openTabs('fresh');
          for (const tab of tabs) await expectTokenOf(EMAIL, await tab.auction());
          await world.later(2 * HOUR);
          world.operator.admin.optOut({ email: EMAIL });
          expectNoUid2(await tabs[asking].auction(), uid2Token.advertising_token);
          await expectOptedOut(1);
        });
      }

      it('stops those who stand in line for the refresh, and bid with the stale token meanwhile', async () => {
        const answers = await holdAnswers(world);
        world.operator.admin.fault({ endpoint: 'refresh', kind: 'optout' });
        await openTabs('stale', { bidWhileRefreshing: true });
        await answers.arrived();
        for (const tab of tabs) await expectTokenOf(EMAIL, await tab.auction());
        answers.releaseAll();
        await settled(tabs[0]);
        await expectOptedOut(1);
      });

      it('is not undone by a token on its way to another tab, where there are no locks', async () => {
        await world.context.addInitScript(() => Object.defineProperty(navigator, 'locks', { value: undefined }));
        const answers = await holdAnswers(world);
        uid2Token = await world.login('stale');
        tabs = [];
        const late = await addTab({ uid2Token });
        await answers.arrived();
        // after this tab has been given another, on its way
        world.operator.admin.optOut({ email: EMAIL });
        const tab = await addTab({ uid2Token });
        await answers.arrived(2);
        answers.release(1);
        await tab.page.waitForFunction(() => (window as any).pbjs.uid2.status().state === 'optedOut');
        await expectOptedOut(2);
        answers.releaseAll();
        await late.page.waitForFunction(() => (window as any).pbjs.uid2.status().reason !== 'refreshing');
        await expectOptedOut(2);
      });

      it('is remembered over page loads for 72 hours: nobody asks before, one asks after', async () => {
        await openTabs('expired', { optedOut: true });
        for (const hours of [0, 1, 24, 71]) {
          await world.later(hours * HOUR);
          for (const tab of tabs) await tab.load();
          await expectOptedOut(1);
        }
        await world.later(73 * HOUR);
        await expectOptedOut(2);
        await world.later(144 * HOUR);
        for (const tab of tabs) await tab.load();
        await expectOptedOut(2);
      });

      it('that is over after 72 hours lets the token be refreshed', async () => {
        await openTabs('expired', { optedOut: true });
        await tabs[0].auction();
        await expectOptedOut(1);
        world.operator.admin.optIn({ email: EMAIL });
        await world.later(73 * HOUR);
        for (const tab of tabs) {
          await expectTokenOf(EMAIL, await tab.auction());
          await sees(tab, tabs[0]);
        }
        expect(world.refreshes()).to.have.length(2);
      });

      it('does not keep another user from logging in, in any tab', async () => {
        await openTabs('expired', { optedOut: true });
        await tabs[0].auction();
        await expectOptedOut(1);
        await tabs[1].configure({ uid2Token: await world.login('expired', OTHER), storage });
        for (const tab of [tabs[1], ...tabs]) {
          await sees(tab, tabs[1]);
          await expectTokenOf(OTHER, await tab.auction());
        }
        expect(world.refreshes()).to.have.length(2);
      });

      for (const email of [EMAIL, OTHER]) {
        it(`and logging out: ${email === EMAIL ? 'the same user, opted in again,' : 'another user'} logs in at once, in every tab`, async () => {
          await openTabs('expired', { optedOut: true });
          await tabs[0].auction();
          await expectOptedOut(1);
          await tabs[1].disconnect();
          for (const tab of tabs) {
            await sees(tab, tabs[1]);
            expectNoUid2(await tab.auction(), uid2Token.advertising_token);
            expect(await tab.userIds()).to.deep.equal({});
          }
          world.operator.admin.optIn({ email: EMAIL });
          await tabs[0].configure({ uid2Token: await world.login('fresh', email), storage });
          for (const tab of tabs) {
            await sees(tab, tabs[0]);
            await expectTokenOf(email, await tab.auction());
          }
          expect(world.refreshes()).to.have.length(1);
        });
      }
    });
  }

  it('is heard by the pages of the other tabs without an auction', async () => {
    storage = 'localStorage';
    await openTabs('fresh');
    await world.later(2 * HOUR);
    world.operator.admin.optOut({ email: EMAIL });
    await tabs[0].auction();
    for (const tab of tabs) await tab.page.waitForFunction(() => (window as any).pbjs.getUserIds().uid2?.optout);
  });
});
