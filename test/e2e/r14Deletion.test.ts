// R14: a request to delete the reader's data is a logout.
import { COOKIE, expectGone, expectNothingStored, expectTokenOf, holdAnswers, sees, setCookie, settled } from './several.ts';
import { bundle } from './bundle.ts';
import { EMAIL, inBrowser } from './support.ts';
import { NEXT } from './threeTabs.ts';
import type { Params, Visitor } from './visitor.ts';

const USP = { consentManagement: { usp: { cmpApi: 'iab', timeout: 60_000 } } };

describe('A request to delete the reader\'s data (R14)', () => {
  const world = inBrowser({ prebid: () => bundle('ours', 'consentManagementUsp') });

  // the one way in for CMPs: USP's registerDeletion
  async function openTabs(params: Params[]): Promise<Visitor[]> {
    await world.context.addInitScript(() => {
      (window as any).__uspapi = (command: string, _version: number, callback: (answer: object, success: boolean) => void) => {
        if (command === 'registerDeletion') (window as any).requestDeletion = callback;
        else callback({ version: 1, uspString: '1YNN' }, true);
      };
    });
    const tabs: Visitor[] = [];
    for (const given of params) tabs.push(await world.open({ params: given, config: USP }));
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
      const answers = await holdAnswers(world);
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
