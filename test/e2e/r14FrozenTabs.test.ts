// R14: a logout reaches tabs that sleep.
import { expect } from 'chai';
import { expectGone, expectNothingStored, expectTokenOf, freeze, holdAnswers, sees, settled, type StorageParam } from './several.ts';
import { inBrowser } from './support.ts';
import { NEXT, threeTabs } from './threeTabs.ts';

describe('A logout, with one of three tabs frozen (R14),', () => {
  const world = inBrowser();
  const three = threeTabs(world);

  for (const storage of ['localStorage', 'cookie'] as const) {
    it(`reaches a tab that was frozen then (${storage})`, async () => {
      await three.open('fresh', storage);
      const frozen = await freeze(three.tabs[0]);
      await three.tabs[1].disconnect();
      await frozen.thaw();
      await sees(three.tabs[0], three.tabs[1]);
      await expectGone(three.tabs, three.uid2Token.advertising_token);
      await expectNothingStored(three.tabs[0]);
    });

    it(`reaches a tab that was frozen then, and in the middle of its refresh (${storage})`, async () => {
      const answers = await holdAnswers(world);
      await three.open('stale', storage);
      await answers.arrived();
      const frozen = await freeze(three.tabs[0]);
      await three.tabs[1].disconnect();
      answers.releaseAll();
      await frozen.thaw();
      await settled(three.tabs[0]);
      await expectGone(three.tabs, three.uid2Token.advertising_token);
      await expectNothingStored(three.tabs[0]);
    });

    it(`and the next login reach a tab that was frozen then (${storage})`, async () => {
      await three.open('fresh', storage);
      const frozen = await freeze(three.tabs[0]);
      await three.tabs[1].disconnect();
      await expectLoginElsewhere(storage);
      await frozen.thaw();
      await sees(three.tabs[0], three.tabs[1]);
      await expectTokenOf(NEXT, await three.tabs[0].auction());
    });

    it(`is known to a tab that comes back from the cache for back and forward (${storage})`, async () => {
      await three.open('fresh', storage);
      // pages in there are told of nothing
      await three.tabs[0].page.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true })));
      const frozen = await freeze(three.tabs[0]);
      await three.tabs[1].disconnect();
      await frozen.thaw();
      await sees(three.tabs[0], three.tabs[1]);
      const ids = await three.tabs[0].page.evaluate(() => {
        window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
        return (window as any).pbjs.getUserIds();
      });
      expect(ids).to.deep.equal({});
    });
  }

  async function expectLoginElsewhere(storage: StorageParam): Promise<void> {
    await three.tabs[2].configure({ uid2Token: await world.login('fresh', NEXT), storage });
    await expectTokenOf(NEXT, await three.tabs[2].auction());
  }
});
