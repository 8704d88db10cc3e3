// R14: nothing undoes a logout.
import { expect } from 'chai';
import { COOKIE, expectGone, expectNothingStored, expectTokenOf, hears, NOTE_KEY, sees, setCookie } from './several.ts';
import { EMAIL, inBrowser } from './support.ts';
import { NEXT, TABS, threeTabs } from './threeTabs.ts';
import { expectNoUid2, KEY, type Visitor } from './visitor.ts';

/** Waits until what tabs tell each other has reached this one: the publisher's cookie may come sooner. */
const knowsOfLogout = ({ page }: Visitor) => page.waitForFunction((key) =>
  (localStorage.getItem(key) ?? decodeURIComponent(document.cookie)).includes('"ended":["'), NOTE_KEY);

describe('A logout, with three tabs open (R14),', () => {
  const world = inBrowser();
  const three = threeTabs(world);

  for (const storage of ['localStorage', 'cookie'] as const) {
    it(`is not undone by refreshUserIds in any of them (${storage})`, async () => {
      await three.open('fresh', storage);
      await three.tabs[1].disconnect();
      for (const tab of three.tabs) {
        await sees(tab, three.tabs[1]);
        await tab.page.evaluate(() => (window as any).pbjs.refreshUserIds());
      }
      await expectGone(three.tabs, three.uid2Token.advertising_token);
      await expectNothingStored(three.tabs[1]);
    });

    it(`is not undone by the old token set in the config of another tab again (${storage})`, async () => {
      await three.open('fresh', storage);
      await three.tabs[1].disconnect();
      await sees(three.tabs[0], three.tabs[1]);
      await three.tabs[0].configure({ uid2Token: three.uid2Token, storage });
      await expectGone(three.tabs, three.uid2Token.advertising_token);
      await expectNothingStored(three.tabs[0]);
    });

    it(`is not undone by the old token in the publisher's cookie, set again (${storage})`, async () => {
      await three.open('fresh', storage);
      await three.expectTokens();
      await three.tabs[0].disconnect();
      await sees(three.tabs[1], three.tabs[0]);
      await expectGone(three.tabs, three.uid2Token.advertising_token);
      for (const tab of three.tabs) await knowsOfLogout(tab);
      // the server answered another request before it heard of the logout
      await setCookie(world, three.uid2Token);
      await expectGone(three.tabs, three.uid2Token.advertising_token);
    });

    it(`twice is once (${storage})`, async () => {
      await three.open('fresh', storage);
      await three.expectLoggedOut(0);
      await three.expectLoggedOut(1);
      await three.expectLoggedOut(0);
      await three.expectLogin(2, storage);
      three.uid2Token = await world.login('fresh', 'third@example.com');
      await three.tabs[1].configure({ uid2Token: three.uid2Token, storage });
      for (const tab of three.tabs) await sees(tab, three.tabs[1]);
      await three.expectLoggedOut(1);
    });

    it(`a page loaded after it, without a token, finds nobody (${storage})`, async () => {
      await three.open('expired', storage);
      await three.tabs[2].auction();
      await three.tabs[1].disconnect();
      await expectGone([await world.open({ params: { storage } }), await world.open({ params: { storage, uid2Cookie: COOKIE } })]);
      expect(world.refreshes()).to.have.length(1);
    });
  }

  for (const way of [0, 1]) {
    it(`is not undone by a tab whose token is ${TABS[way]}, and that sees the record go before it hears why`, async () => {
      const other = await world.page();
      await other.goto(`${world.url}empty`);
      await three.open('fresh', 'localStorage');
      const tab = three.tabs[way];
      // what a logout tells: a number that is higher than the login's
      const note = JSON.stringify([await tab.page.evaluate('Date.now() + 1')]);
      // nobody else is to clean up
      for (const at of [0, 1, 2]) if (at !== way) await three.tabs[at].page.close();
      // what of the news comes first, which the tab takes for a mere cleaning of storage
      await hears(tab, () => other.evaluate((key) => localStorage.removeItem(key), KEY));
      await world.context.clearCookies({ name: COOKIE });
      await hears(tab, () => other.evaluate(([key, text]) => localStorage.setItem(key, text), [NOTE_KEY, note]));
      await expectGone([tab], three.uid2Token.advertising_token);
      await expectNothingStored(tab);
    });
  }
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
