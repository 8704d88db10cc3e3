// Consent that comes late: whoever is named counts as of that moment, so who logs in or out in another tab meanwhile comes after them.
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { answer, disconnect, heard, OTHER, setIdentity, token, withSdk } from './sdkPage.ts';
import { KEY } from './visitor.ts';

describe('A page whose consent platform answers late', () => {
  const world = withSdk();
  const { load, waiting, init, asked } = world;
  const reasonOf = (page: Page) => page.evaluate(() => (window as any).pbjs.uid2.status().reason);
  const byAddress = () => ({ ...world.operator.cstg, email: OTHER });

  /** Another tab logs out, and this page can know it. */
  async function logOutBeside(page: Page, other: Page): Promise<void> {
    await disconnect(other);
    await page.waitForFunction((key) => localStorage.getItem(key), `${KEY}_note`);
  }

  /** The answer comes: nobody is bid for, and the operator was asked nothing more. */
  async function expectNobody(page: Page, before = 0): Promise<void> {
    await answer(page);
    expect([await token(page), await page.evaluate(() => (window as any).pbjs.getUserIds().uid2), asked().length]).to.deep.equal([undefined, undefined, before]);
  }

  it('with a reader in Prebid\'s config by an address, and init without one: another tab\'s logout counts', async () => {
    const page = await waiting(byAddress());
    await init(page);
    await logOutBeside(page, await load());
    await expectNobody(page);
    expect(await reasonOf(page)).to.equal('loggedOut');
  });

  it('the same, and then another reader is named by setIdentity: that one counts', async () => {
    const page = await waiting(byAddress());
    await init(page);
    await logOutBeside(page, await load());
    const { advertising_token: next, ...rest } = await world.login();
    await setIdentity(page, { advertising_token: next, ...rest });
    await answer(page);
    expect(await token(page)).to.equal(next);
    expect(await page.evaluate(() => (window as any).pbjs.getUserIds().uid2.id)).to.equal(next);
  });

  it('the same where init comes before the config', async () => {
    const page = await waiting();
    await init(page);
    await page.evaluate((params) => (window as any).pbjs.setConfig({ userSync: { auctionDelay: 60_000, syncEnabled: false, userIds: [{ name: 'uid2', params }] } }),
      { uid2ApiBase: world.operator.url, ...byAddress() });
    await logOutBeside(page, await load());
    await expectNobody(page);
    expect(await reasonOf(page)).to.equal('loggedOut');
  });

  it('the same where the page begins by itself, with the options of an earlier one', async () => {
    const earlier = await load();
    await init(earlier);
    const page = await waiting(byAddress());
    await logOutBeside(page, earlier);
    await expectNobody(page);
    expect(await reasonOf(page)).to.equal('loggedOut');
  });

  it('the same of a token, where the reader had another one in that tab', async () => {
    const page = await waiting({ uid2Token: await world.login() });
    await init(page);
    const other = await load();
    await init(other, await world.login());
    const before = asked().length;
    await logOutBeside(page, other);
    await expectNobody(page, before);
    expect(await reasonOf(page)).to.equal('loggedOut');
  });

  for (const how of ['config', 'setIdentityFromEmail', 'init'] as const) {
    it(`after Back, with a reader named by ${how}: a logout in between counts`, async () => {
      const page = await waiting(how === 'config' ? byAddress() : undefined);
      if (how !== 'config') await init(page, how === 'init' ? await world.login() : undefined);
      if (how === 'setIdentityFromEmail') {
        await page.evaluate(([email, account]) => { (window as any).__uid2.setIdentityFromEmail(email, account).catch(() => {}); }, [OTHER, world.operator.cstg] as const);
      }
      // a mock of what a page in the cache for Back hears: Chromium keeps none of a page that a test looks at
      await page.evaluate(() => dispatchEvent(new Event('pagehide')));
      const other = await load();
      if (how === 'init') await init(other, await world.login());
      const before = asked().length;
      await logOutBeside(page, other);
      await page.evaluate(() => dispatchEvent(new Event('pageshow')));
      await expectNobody(page, before);
    });
  }

  it('with a reader who was named before another tab\'s reader logged in: that one counts, in both tabs', async () => {
    const page = await waiting();
    await init(page, await world.login());
    const other = await load();
    const { advertising_token: later, ...rest } = await world.login('fresh', OTHER);
    await init(other, { advertising_token: later, ...rest });
    await page.waitForFunction((key) => localStorage.getItem(key), KEY);
    await answer(page);
    expect([await token(page), await token(other)]).to.deep.equal([later, later]);
  });

  it('with a stored reader whom Prebid\'s config names too, and init without one: the page is told of them, and of nobody else', async () => {
    const identity = await world.login();
    await init(await load(), identity);
    const page = await waiting({ uid2Token: identity });
    await init(page);
    await answer(page);
    expect(await heard(page)).to.deep.equal([[0, identity.advertising_token], ['InitCompleted', identity.advertising_token]]);
  });

  it('with a reader named after another tab\'s logout: a login', async () => {
    const page = await waiting();
    await init(page);
    await logOutBeside(page, await load());
    const identity = await world.login();
    await init(page, identity);
    await answer(page);
    expect(await token(page)).to.equal(identity.advertising_token);
  });
});
