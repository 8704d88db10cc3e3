// R14: a page that removes the key itself has logged the reader out, as UID2's own Prebid examples do it.
import { expect } from 'chai';
import type { Identity } from '../../operator/index.ts';
import { begun, expectGone, expectNothingStored, expectTokenOf, hears, holdAnswers, sees, settled } from './several.ts';
import { EMAIL, inBrowser, type Age } from './support.ts';
import { KEY, type Params, type Visitor } from './visitor.ts';

const HOUR = 3600_000;

/** Where the second tab has its token from. */
const WAYS: Record<string, (uid2Token: Identity) => Params> = {
  'only stored': () => ({}),
  'in its config': (uid2Token) => ({ uid2Token }),
};

describe('A page that removes the key itself (R14)', () => {
  const world = inBrowser();
  let uid2Token: Identity;
  let mine: Visitor;
  let other: Visitor;

  async function openTabs(age: Age, way: string): Promise<void> {
    uid2Token = await world.login(age);
    mine = await world.open({ params: { uid2Token } });
    await begun(mine);
    other = await world.open({ params: WAYS[way](uid2Token) });
    await begun(other);
  }

  const remove = () => mine.page.evaluate((key) => localStorage.removeItem(key), KEY);

  const show = ({ page }: Visitor) => page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));

  /** As UID2's examples log out: the key goes, and the page is loaded again without a reader. */
  async function logOut(): Promise<void> {
    await hears(other, remove);
    await mine.load({});
    await sees(other, mine);
  }

  for (const way of Object.keys(WAYS)) {
    it(`ends the login in a second tab, whose token is ${way}: nobody is written back or bid for`, async () => {
      await openTabs('fresh', way);
      for (const tab of [mine, other]) await expectTokenOf(EMAIL, await tab.auction());
      await logOut();
      await expectGone([other, mine], uid2Token.advertising_token);
      await expectNothingStored(other);
    });

    it(`ends it before the token is due in a second tab, whose token is ${way}: that tab asks nobody`, async () => {
      await openTabs('fresh', way);
      for (const tab of [mine, other]) await expectTokenOf(EMAIL, await tab.auction());
      await logOut();
      for (const hours of [2, 5]) {
        await world.later(hours * HOUR);
        await show(other);
        await expectGone([other, mine], uid2Token.advertising_token);
      }
      await expectNothingStored(other);
      expect(world.refreshes()).to.deep.equal([]);
    });

    it(`ends it while a second tab, whose token is ${way}, refreshes it: the late answer changes nothing`, async () => {
      await openTabs('fresh', way);
      const answers = await holdAnswers(world);
      await other.load();
      await begun(other);
      await world.later(2 * HOUR);
      await show(other);
      await answers.arrived();
      await logOut();
      answers.releaseAll();
      await settled(other);
      await expectGone([other, mine], uid2Token.advertising_token);
      await expectNothingStored(other);
      expect(world.refreshes()).to.have.length(1);
    });
  }

  for (const way of Object.keys(WAYS)) {
    it(`ends the login in a second tab, whose token is ${way}, where the key is a cookie`, async () => {
      uid2Token = await world.login();
      mine = await world.open({ params: { uid2Token, storage: 'cookie' } });
      await begun(mine);
      other = await world.open({ params: { ...WAYS[way](uid2Token), storage: 'cookie' } });
      await begun(other);
      for (const tab of [mine, other]) await expectTokenOf(EMAIL, await tab.auction());
      await mine.page.evaluate((key) => { document.cookie = `${key}=; path=/; max-age=0`; }, KEY);
      expect((await mine.stored()).cookies).not.to.have.property(KEY);
      await mine.load({ storage: 'cookie' });
      await expectGone([other, mine], uid2Token.advertising_token);
      await world.later(2 * HOUR);
      await expectGone([other, mine], uid2Token.advertising_token);
      await expectNothingStored(other);
      expect(world.refreshes()).to.deep.equal([]);
    });
  }

  it('lets the next reader in at once, in both tabs', async () => {
    await openTabs('fresh', 'only stored');
    await logOut();
    await expectGone([other, mine]);
    const next = await world.login('fresh', 'next@example.com');
    await mine.load({ uid2Token: next });
    await begun(mine);
    await sees(other, mine);
    for (const tab of [mine, other]) await expectTokenOf('next@example.com', await tab.auction());
  });

  it('is told from a page that just names nobody, which is no logout', async () => {
    await openTabs('fresh', 'only stored');
    await mine.load({});
    await sees(other, mine);
    for (const tab of [mine, other]) await expectTokenOf(EMAIL, await tab.auction());
  });

  const BAD = { 'cut off': '{"latestToken":{"adv', empty: '', 'of another kind': '[]' };
  for (const [name, text] of Object.entries(BAD)) {
    it(`is told from a value that is ${name}, which is no logout`, async () => {
      await openTabs('fresh', 'only stored');
      await hears(other, () => mine.page.evaluate(([key, value]) => localStorage.setItem(key, value), [KEY, text]));
      await expectTokenOf(EMAIL, await other.auction());
    });
  }

  it('is told from a value that cannot be read, which is no logout', async () => {
    await openTabs('fresh', 'only stored');
    await other.page.evaluate(() => {
      const { getItem } = Storage.prototype;
      (window as any).mend = () => { Storage.prototype.getItem = getItem; };
      Storage.prototype.getItem = () => { throw new Error('denied'); };
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await expectTokenOf(EMAIL, await other.auction());
    await other.page.evaluate(() => (window as any).mend());
    await expectTokenOf(EMAIL, await other.auction());
  });
});
