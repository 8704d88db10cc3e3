// The page names another reader to `window.__uid2` after an opt-out: that lifts it (R15), also where no token comes of it.
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import type { Identity } from '../../operator/index.ts';
import { ANSWERS, answer, answers, disconnect, GONE, heard, HOUR, LISTEN, listening, OTHER, row, SDK_KEY, setFrom, setHidden, setIdentity, stored, token, withSdk } from './sdkPage.ts';
import { KEY } from './visitor.ts';

describe('window.__uid2 after an opt-out', () => {
  const world = withSdk();
  const { load, waiting, init, asked } = world;

  const OPTOUTS: Record<string, (page: Page) => Promise<unknown>> = {
    'given by the page': (page) => setIdentity(page, { status: 'optout' }),
    'answered to a refresh': async (page) => {
      world.operator.admin.fault({ endpoint: 'refresh', kind: 'optout' });
      await setIdentity(page, await world.login('expired'));
      await page.waitForFunction(() => (window as any).__uid2.hasOptedOut());
    },
    'answered to a generation': (page) => setFrom(page, 'setIdentityFromEmail', 'optout@example.com', world.operator.cstg),
  };
  const fails = () => world.operator.admin.fault({ endpoint: 'client-generate', kind: 'status', status: 500 });
  const generations = () => asked().filter((one) => one === 'client-generate').length;
  const name = (page: Page) => setFrom(page, 'setIdentityFromEmail', OTHER, world.operator.cstg);

  /** On the next page nobody is known, and somebody may log in. */
  async function expectLifted(page: Page) {
    expect(await stored(page, SDK_KEY)).to.equal(null);
    await load(page);
    await init(page);
    expect(await answers(page)).to.deep.equal(GONE);
  }

  for (const [how, optOut] of Object.entries(OPTOUTS)) {
    describe(how, () => {
      let page: Page;

      beforeEach(async () => {
        page = await load();
        await init(page);
        await optOut(page);
        expect(await answers(page)).to.deep.equal(row(ANSWERS.optedOut));
        world.operator.admin.clearFaults();
      });

      it('a reader named in a hidden page whose first token fails gets it later, in all tabs', async () => {
        await setHidden(page, true);
        fails();
        const before = generations();
        const named = name(page);
        expect([await answers(page), generations() - before]).to.deep.equal([GONE, 0]);
        await setHidden(page, false);
        expect(await named).to.equal('Error: UID2: no token: http 500');
        expect([await answers(page), generations() - before]).to.deep.equal([GONE, 1]);
        const other = await load();
        await init(other);
        expect(await answers(other)).to.deep.equal(GONE);
        await world.later(60e3);
        world.operator.admin.clearFaults();
        await setHidden(page, false);
        await page.waitForFunction(() => (window as any).__uid2.getAdvertisingToken());
        await other.waitForFunction((wanted) => (window as any).__uid2.getAdvertisingToken() === wanted, await token(page));
      });
      it('does not come back on the next page, where a hidden page has named another reader', async () => {
        await setHidden(page, true);
        await page.evaluate(([email, cstg]) => { (window as any).__uid2.setIdentityFromEmail(email, cstg).catch(() => {}); }, [OTHER, world.operator.cstg] as const);
        await expectLifted(page);
      });
      it('does not come back where a page has named another reader before its CMP has answered, and the first token fails', async () => {
        const late = await waiting();
        fails();
        await init(late);
        const named = name(late);
        await late.evaluate(() => (window as any).answer(false));
        expect(await named).to.equal('Error: UID2: no token: http 500');
        // what one tab removes another one may see a moment later
        expect(await stored(late, SDK_KEY)).to.equal(null);
        await page.waitForFunction((key) => localStorage.getItem(key) === null, SDK_KEY);
        await expectLifted(page);
      });
      for (const call of ['init', 'setIdentity']) {
        it(`does not come back after ${call} of a reader whose identity cannot be refreshed any more`, async () => {
          const dead = await world.login('dead', OTHER);
          if (call === 'init') await init(page, dead);
          else await setIdentity(page, dead);
          expect(await answers(page)).to.deep.equal(GONE);
          await expectLifted(page);
        });
      }
    });
  }

  it('given by the page, pbjs.uid2.disconnect() ends it at once', async () => {
    const { page } = await world.open({ params: {} });
    await page.evaluate(LISTEN);
    await init(page);
    await setIdentity(page, { status: 'optout' });
    const before = (await heard(page)).length;
    const [first, then] = await page.evaluate(() => {
      const { pbjs } = window as any;
      const seen = [pbjs.getUserIds().uid2];
      pbjs.uid2.disconnect();
      return [...seen, pbjs.getUserIds()];
    });
    expect([first, then]).to.deep.equal([{ optout: true }, {}]);
    expect([await answers(page), (await heard(page)).slice(before)]).to.deep.equal([GONE, [['IdentityUpdated', null]]]);
  });
  /** The page says that the reader has opted out. */
  const GIVE: Record<string, (page: Page) => Promise<unknown>> = {
    init: (page) => page.evaluate(() => (window as any).begin({ identity: { status: 'optout' } })),
    setIdentity: (page) => setIdentity(page, { status: 'optout' }),
  };
  for (const [call, give] of Object.entries(GIVE)) {
    it(`nobody is asked for whom Prebid's config names by an address, where the page has given it by ${call} before its CMP has answered`, async () => {
      const page = await waiting({ ...world.operator.cstg, email: OTHER });
      await init(page);
      await give(page);
      await answer(page);
      expect([await answers(page), asked()]).to.deep.equal([row(ANSWERS.optedOut), []]);
    });
    it(`is known to the next page, where the page has given it by ${call} before its CMP has answered`, async () => {
      const page = await waiting();
      await init(page);
      await give(page);
      expect(await stored(page, SDK_KEY)).to.equal(null);
      await answer(page);
      const next = await load();
      await init(next);
      expect(await answers(next)).to.deep.equal(row(ANSWERS.optedOut));
    });
    it(`given by ${call} before the CMP has answered, does not end whom another tab has named since`, async () => {
      const page = await waiting();
      await init(page);
      await give(page);
      const other = await load();
      const { advertising_token: first, ...rest } = await world.login();
      await init(other, { advertising_token: first, ...rest });
      await answer(page);
      expect([await token(other), (await stored(other, SDK_KEY)).advertising_token]).to.deep.equal([first, first]);
    });
  }

  /** How a page that does not know of it names the reader again, at each view. */
  const AGAIN: Record<string, (identity: Identity) => Promise<unknown>> = {
    setIdentity: async (identity) => {
      const page = await load();
      await init(page);
      await setIdentity(page, identity);
    },
    'init, before its CMP has answered,': async (identity) => {
      const page = await waiting();
      await init(page, identity);
      await answer(page);
    },
  };
  for (const how of ['given by the page', 'answered to a refresh']) {
    for (const [call, again] of Object.entries(AGAIN)) {
      it(`${how}, ends when it would have, though ${call} names that reader again`, async () => {
        const page = await load();
        const identity = await world.login('expired');
        if (how !== 'given by the page') world.operator.admin.fault({ endpoint: 'refresh', kind: 'optout' });
        await init(page, identity);
        if (how === 'given by the page') await setIdentity(page, { status: 'optout' });
        await page.waitForFunction(() => (window as any).__uid2.hasOptedOut());
        const kept = await stored(page, SDK_KEY);
        expect(kept.status).to.equal('optout');
        await world.later(48 * HOUR);
        await again(identity);
        expect(await stored(page, SDK_KEY)).to.deep.equal(kept);
      });
    }
  }
  it('answered to Prebid alone, ends when it would have, though a later page learns of it by __uid2', async () => {
    world.operator.admin.fault({ endpoint: 'refresh', kind: 'optout' });
    const identity = await world.login('expired');
    const visitor = await world.open({ params: { uid2Token: identity } });
    await visitor.page.waitForFunction(() => (window as any).pbjs.uid2.status().reason === 'optedOut');
    const { updated } = await visitor.record();
    await world.later(48 * HOUR);
    const page = await waiting();
    await init(page, identity);
    await answer(page);
    expect((await stored(page, SDK_KEY)).refresh_expires).to.equal(updated + 72 * HOUR);
  });
  it('given by the page once more, lasts 72 hours from then', async () => {
    const page = await load();
    await init(page);
    for (const hours of [0, 48]) {
      await world.later(hours * HOUR);
      await setIdentity(page, { status: 'optout' });
    }
    await world.later(73 * HOUR);
    await load(page);
    await init(page);
    expect(await answers(page)).to.deep.equal(row(ANSWERS.optedOut));
  });
  it('in Prebid\'s config, nothing is kept of whom the page has given to init before its CMP has answered', async () => {
    const page = await waiting({ uid2Token: { status: 'optout' } });
    await init(page, await world.login('stale'));
    await answer(page);
    expect([await answers(page), await stored(page, KEY), asked()]).to.deep.equal([row(ANSWERS.optedOut), null, ['generate']]);
  });
  it('in Prebid\'s config, is not kept by a logout for pages whose config does not say so', async () => {
    const { page } = await world.open({ params: { uid2Token: { status: 'optout' } as Partial<Identity> } });
    await init(await listening({ page }));
    await disconnect(page);
    expect([await answers(page), await stored(page, SDK_KEY)]).to.deep.equal([row(ANSWERS.optedOut), null]);
    await load(page);
    await init(page);
    expect(await answers(page)).to.deep.equal(GONE);
  });
  it('that UID2\'s SDK has kept stays beside a record of long ago, as nobody has come since', async () => {
    const page = await load();
    const dead = await world.login('dead');
    await page.evaluate(([key, record, sdkKey]) => {
      localStorage.setItem(key, record);
      const end = Date.now() + 3600e3;
      localStorage.setItem(sdkKey, JSON.stringify({ status: 'optout', refresh_expires: end, identity_expires: end }));
    }, [KEY, JSON.stringify({ originalToken: dead, latestToken: dead }), SDK_KEY]);
    await load(page);
    await init(page);
    expect((await stored(page, SDK_KEY))?.status).to.equal('optout');
  });
});
