// Whoever is named to `window.__uid2` once the reader in Prebid's config is over.
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { answers, disconnect, GONE, listening, OTHER, SDK_KEY, setFrom, setIdentity, stored, token, withSdk } from './sdkPage.ts';
import { expectNoUid2, KEY, type Visitor } from './visitor.ts';

describe('window.__uid2: takes the reader whom a page names by it for the one in Prebid\'s config', () => {
  const world = withSdk();
  const { init } = world;

  const LEAVES: Record<string, (visitors: Visitor[]) => Promise<unknown>> = {
    '__uid2.disconnect()': ([{ page }]) => disconnect(page),
    'pbjs.uid2.disconnect()': ([visitor]) => visitor.disconnect(),
    'another tab': async ([{ page }, other]) => {
      await disconnect(other.page);
      await page.waitForFunction(() => !(window as any).__uid2.getAdvertisingToken());
    },
    'removing the key': ([{ page }]) => page.evaluate((key) => localStorage.removeItem(key), KEY)
  };
  const NAMES: Record<string, (page: Page) => Promise<unknown>> = {
    init: async (page) => init(page, await world.login('fresh', OTHER)),
    setIdentity: async (page) => setIdentity(page, await world.login('fresh', OTHER)),
    setIdentityFromEmail: (page) => setFrom(page, 'setIdentityFromEmail', OTHER, world.operator.cstg)
  };
  const CONFIGS: Record<string, () => Promise<object>> = {
    'a token': async () => ({ uid2Token: await world.login() }),
    'an address': async () => ({ ...world.operator.cstg, email: 'user@example.com' })
  };
  let count = 0;
  for (const [kind, given] of Object.entries(CONFIGS)) {
    for (const [way, leave] of Object.entries(LEAVES)) {
      // each way of naming in its turn
      const [name, act] = Object.entries(NAMES)[count++ % 3];
      it(`by ${name}, once that one, named by ${kind}, has been logged out by ${way}; and never brings them back`, async () => {
        const visitors = [await world.open({ params: await given() }), await world.open({ params: {} })];
        const { page } = visitors[0];
        for (const one of visitors) await init(await listening(one));
        const first = (await visitors[0].auction()).uid2.appnexus as string;
        expect(first).to.be.a('string');
        await act(page);
        // not before
        expect(await token(page)).to.equal(first);
        await leave(visitors);
        await act(page);
        const next = await token(page);
        expect(next).to.be.a('string').and.not.equal(first);
        expect((await visitors[0].auction()).uid2.appnexus).to.equal(next);
        expect((await stored(page, SDK_KEY)).advertising_token).to.equal(next);
        await init(page);
        await page.evaluate(() => (window as any).pbjs.refreshUserIds());
        expect(await token(page)).to.equal(next);
        await disconnect(page);
        await init(page);
        await page.evaluate(() => (window as any).pbjs.refreshUserIds());
        expectNoUid2(await visitors[0].auction(), first, next);
        expect([await answers(page), await stored(page, KEY)]).to.deep.equal([GONE, null]);
      });
    }
  }
  it('on a page of the past, whose config has the token of before the logout, and though the page renders again', async () => {
    const identity = await world.login();
    const visitor = await world.open({ params: { uid2Token: identity } });
    const { page } = visitor;
    await visitor.disconnect();
    await visitor.load();
    const next = await world.login('fresh', OTHER);
    await init(await listening(visitor), next);
    expect(await token(page)).to.equal(next.advertising_token);
    await visitor.configure({ uid2Token: identity });
    expect(await token(page)).to.equal(next.advertising_token);
    expect((await visitor.auction()).uid2.appnexus).to.equal(next.advertising_token);
    await disconnect(page);
    await visitor.configure({ uid2Token: identity });
    expectNoUid2(await visitor.auction(), identity.advertising_token, next.advertising_token);
  });
  it('until the config names somebody else', async () => {
    const visitor = await world.open({ params: { uid2Token: await world.login() } });
    const { page } = visitor;
    await init(await listening(visitor));
    await disconnect(page);
    await init(page, await world.login('fresh', OTHER));
    const third = await world.login('fresh', 'third@example.com');
    await visitor.configure({ uid2Token: third });
    expect(await token(page)).to.equal(third.advertising_token);
  });
});
