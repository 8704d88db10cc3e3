// Who the reader is, as a page says it to `window.__uid2`.
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import type { Identity } from '../../operator/index.ts';
import { ANSWERS, answers, disconnect, GONE, heard, hears, HOUR, listening, OTHER, row, SDK_KEY, setFrom, setIdentity, stored, token, withSdk } from './sdkPage.ts';
import { KEY } from './visitor.ts';

describe('window.__uid2: a reader is named', () => {
  const world = withSdk();
  const { load, loadHtml, init, asked } = world;

  it('makes a token, normalized as published', async () => {
    const page = await load();
    await init(page);
    expect(await setFrom(page, 'setIdentityFromEmail', ' USER@example.com ', world.operator.cstg)).to.equal('done');
    expect(await token(page)).to.be.a('string');
    expect(asked()).to.deep.equal(['client-generate']);
    expect((await heard(page)).at(-1)).to.deep.equal(['IdentityUpdated', await token(page)]);
  });
  it('rejects what makes no sense', async () => {
    const page = await load();
    expect(await setFrom(page, 'setIdentityFromEmail', 'user@example.com', world.operator.cstg)).to.match(/^Error: .*init/);
    await init(page);
    expect(await setFrom(page, 'setIdentityFromEmail', 'x', world.operator.cstg)).to.equal('Error: Invalid email address');
    expect(await setFrom(page, 'setIdentityFromPhone', '1', world.operator.cstg)).to.equal('Error: Invalid phone number');
    expect(await setFrom(page, 'setIdentityFromEmailHash', 'x', world.operator.cstg)).to.equal('Error: Invalid hash');
    expect(await setFrom(page, 'setIdentityFromPhoneHash', 'x', world.operator.cstg)).to.equal('Error: Invalid hash');
    expect(await setFrom(page, 'setIdentityFromEmail', 'user@example.com', { serverPublicKey: 'x', subscriptionId: 'y' })).to.match(/^TypeError/);
    expect(await setFrom(page, 'setIdentityFromEmail', 'user@example.com', { ...world.operator.cstg, subscriptionId: '' })).to.match(/^TypeError/);
  });
  it('leaves the reader who is logged in when the next one makes no sense', async () => {
    const identity = await world.login();
    const page = await load();
    await init(page, identity);
    expect(await setFrom(page, 'setIdentityFromEmail', 'x', world.operator.cstg)).to.equal('Error: Invalid email address');
    expect(await setFrom(page, 'setIdentityFromEmail', OTHER, { serverPublicKey: 'x', subscriptionId: 'y' })).to.match(/^TypeError/);
    expect(await token(page)).to.equal(identity.advertising_token);
  });
  it('is told of a reader who is known already, with no request', async () => {
    const page = await load();
    await init(page);
    expect(await setFrom(page, 'setIdentityFromEmail', OTHER, world.operator.cstg)).to.equal('done');
    const now = await token(page);
    await load(page);
    await init(page);
    const before = (await heard(page)).length;
    expect(await setFrom(page, 'setIdentityFromEmail', OTHER, world.operator.cstg)).to.equal('done');
    expect((await heard(page)).slice(before)).to.deep.equal([[1, now], ['IdentityUpdated', now]]);
    expect(asked()).to.deep.equal(['client-generate']);
  });
  it('is told of a reader who has opted out already, whose time does not begin anew', async () => {
    const page = await load();
    await init(page);
    for (let count = 0; count < 2; count++) {
      const before = [(await heard(page)).length, await stored(page, SDK_KEY)] as const;
      await world.later(count * HOUR);
      expect(await setFrom(page, 'setIdentityFromEmail', 'optout@example.com', world.operator.cstg)).to.equal('done');
      expect((await heard(page)).slice(before[0])).to.deep.equal([[-4, null], ['OptoutReceived', null], ['IdentityUpdated', null]]);
      if (count) expect(await stored(page, SDK_KEY)).to.deep.equal(before[1]);
    }
    expect(asked()).to.deep.equal(['client-generate']);
  });
  it('hears of an opt-out', async () => {
    const page = await load();
    await init(page);
    expect(await setFrom(page, 'setIdentityFromEmail', 'optout@example.com', world.operator.cstg)).to.equal('done');
    expect((await heard(page)).slice(3)).to.deep.equal([[-4, null], ['OptoutReceived', null], ['IdentityUpdated', null]]);
  });

  it('takes another user by setIdentity, and nobody by what is no identity', async () => {
    const page = await load();
    const [first, second] = [await world.login(), await world.login('fresh', OTHER)];
    expect(await setIdentity(page, first)).to.match(/init/);
    await init(page, first);
    expect(await setIdentity(page, second)).to.equal('done');
    expect((await heard(page)).slice(2)).to.deep.equal([[1, second.advertising_token], ['IdentityUpdated', second.advertising_token]]);
    expect((await stored(page, SDK_KEY)).advertising_token).to.equal(second.advertising_token);
    await setIdentity(page, { advertising_token: 'x' });
    expect((await heard(page)).at(-1)).to.deep.equal([-2, second.advertising_token]);
  });

  it('and who waits for a token gets that of the next one', async () => {
    const page = await load();
    world.operator.admin.fault({ endpoint: 'refresh', kind: 'hang' });
    await init(page, await world.login('expired'));
    const [next, expired] = [await world.login('fresh', OTHER), await world.login('expired', OTHER)];
    const got = await page.evaluate(async ([identity, again, cstg]) => {
      const { __uid2 } = window as any;
      const byIdentity = __uid2.getAdvertisingTokenAsync().catch(({ message }: Error) => message);
      __uid2.setIdentity(identity);
      const first = await byIdentity;
      __uid2.setIdentity(again);
      const byEmail = __uid2.getAdvertisingTokenAsync().catch(({ message }: Error) => message);
      await __uid2.setIdentityFromEmail('third@example.com', cstg);
      const second = [await byEmail, __uid2.getAdvertisingToken()];
      __uid2.setIdentity(again);
      const byOptout = __uid2.getAdvertisingTokenAsync().catch(({ message }: Error) => message);
      __uid2.setIdentity({ status: 'optout' });
      return [first, second, await byOptout];
    }, [next, expired, world.operator.cstg] as const);
    expect(got).to.deep.equal([next.advertising_token, [got[1][1], got[1][1]], 'UID2: no token: opted out on the server']);
    expect(got[1][1]).to.match(/^A/);
  });

  it('has one user when init is called twice at once', async () => {
    const [first, second] = [await world.login('expired'), await world.login('expired', OTHER)];
    const page = await load();
    const got = await page.evaluate(async (options) => {
      const { __uid2 } = window as any;
      options.forEach((one) => __uid2.init(one));
      return __uid2.getAdvertisingTokenAsync();
    }, [first, { ...second, identity_expires: first.identity_expires + HOUR / 2 }].map((identity) => ({ identity, baseUrl: world.operator.url })));
    expect(await token(page)).to.equal(got);
    expect((await stored(page, KEY)).originalToken.advertising_token).to.equal(second.advertising_token);
  });

  /** How a page names the next reader while another is stored: as it begins, or later. */
  const NAMING: Record<string, (page: Page, identity: Identity) => Promise<unknown>> = {
    init: (page, identity) => init(page, identity),
    async setIdentity(page, identity) {
      await init(page);
      await setIdentity(page, identity);
    }
  };
  for (const [call, name] of Object.entries(NAMING)) {
    it(`by ${call}, whoever is stored, and whatever expires first`, async () => {
      for (const ahead of [-HOUR, HOUR]) {
        const visitor = await world.open({ params: {} });
        const page = await listening(visitor);
        const [first, second] = [await world.login(), await world.login('fresh', OTHER)];
        await init(page, first);
        const given = { ...second, identity_expires: first.identity_expires + ahead };
        await visitor.load();
        await name(await listening(visitor), given);
        expect(await answers(page)).to.deep.equal(row(ANSWERS.valid, second.advertising_token));
        expect((await visitor.auction()).uid2.appnexus).to.equal(second.advertising_token);
        expect((await stored(page, SDK_KEY)).advertising_token).to.equal(second.advertising_token);
        expect((await visitor.record()).originalToken.advertising_token).to.equal(second.advertising_token);
      }
    });
    it(`by ${call}, with a clock that is a day behind or ahead`, async () => {
      for (const wrong of [-24 * HOUR, 24 * HOUR]) {
        const first = await world.login();
        const page = await load();
        await init(page, first);
        world.operator.admin.setClock(-wrong);
        const second = await world.login('fresh', OTHER);
        await load(page);
        await name(page, second);
        const now = await page.evaluate(() => (window as any).__uid2.getAdvertisingTokenAsync());
        expect(await token(page)).to.equal(now).and.to.not.equal(first.advertising_token);
        expect((await stored(page, SDK_KEY)).advertising_token).to.equal(now);
        expect((await stored(page, KEY)).originalToken.advertising_token).to.equal(second.advertising_token);
        world.operator.admin.setClock(0);
        await disconnect(page);
      }
    });
  }
  it('by init, and the identity that the stored one grew from gives way to its successor', async () => {
    const identity = await world.login('stale');
    const page = await load();
    await init(page, identity);
    await hears(page, 4);
    const now = await token(page);
    await load(page);
    await init(page, identity);
    expect(await token(page)).to.equal(now).and.to.not.equal(identity.advertising_token);
    expect(world.refreshes()).to.have.length(1);
  });
  it('by an identity, an address or a number, one after the other', async () => {
    const page = await load();
    await init(page, await world.login());
    expect(await setFrom(page, 'setIdentityFromPhone', '+12345678901', world.operator.cstg)).to.equal('done');
    const byPhone = await token(page);
    expect(await setFrom(page, 'setIdentityFromEmail', OTHER, world.operator.cstg)).to.equal('done');
    const byEmail = await token(page);
    expect(byEmail).to.be.a('string').and.not.equal(byPhone);
    const identity = await world.login();
    expect(await setIdentity(page, identity)).to.equal('done');
    expect(await token(page)).to.equal(identity.advertising_token);
    expect((await stored(page, SDK_KEY)).advertising_token).to.equal(identity.advertising_token);
  });
  for (const status of [400, 403]) {
    it(`in the operator's own words, where it refuses with ${status}`, async () => {
      const page = await load();
      await init(page);
      world.operator.admin.fault({ endpoint: 'client-generate', kind: 'status', status, body: '{"status":"client_error","message":"bad subscription_id"}' });
      expect(await setFrom(page, 'setIdentityFromEmail', OTHER, world.operator.cstg)).to.equal('Error: bad subscription_id');
      expect(JSON.stringify(await page.evaluate(() => ({ ...localStorage })))).to.not.include('bad subscription_id');
    });
  }
  it('in other words, where the operator refuses without any', async () => {
    const page = await load();
    await init(page);
    world.operator.admin.fault({ endpoint: 'client-generate', kind: 'status', status: 400, body: '{"status":"client_error","message":""}' });
    expect(await setFrom(page, 'setIdentityFromEmail', OTHER, world.operator.cstg)).to.equal('Error: UID2: no token: http 400');
  });
  it('in other words, once something else is the reason', async () => {
    const visitor = await world.open({ params: {} });
    const page = await listening(visitor);
    await init(page);
    world.operator.admin.fault({ endpoint: 'client-generate', kind: 'status', status: 400, body: '{"status":"client_error","message":"bad subscription_id"}' });
    await setFrom(page, 'setIdentityFromEmail', 'user@example.com', world.operator.cstg);
    await page.evaluate(() => (window as any).pbjs.setConfig({ coppa: true }));
    await visitor.auction();
    expect(await page.evaluate(() => (window as any).__uid2.getAdvertisingTokenAsync().catch(({ message }: Error) => message))).to.equal('UID2: no token: coppa');
  });

  it('all in one tick: init, another identity, the token, a logout', async () => {
    const [first, second] = [await world.login(), await world.login('fresh', OTHER)];
    const page = await loadHtml(`
      <script>
        window.__uid2 = { callbacks: [(event) => {
          if (event !== 'SdkLoaded') return;
          window.seen = [];
          const see = () => seen.push(__uid2.getAdvertisingToken());
          __uid2.init(${JSON.stringify({ identity: first, baseUrl: world.operator.url })});
          see();
          __uid2.setIdentity(${JSON.stringify(second)});
          see();
          __uid2.disconnect();
          see();
          seen.push(__uid2.isInitComplete());
        }] };
        window.pbjs = { que: [() => pbjs.setConfig({ userSync: { syncEnabled: false, userIds: [{ name: 'uid2' }] } })] };
      </script>
      <script src="/prebid.js" async></script>`);
    await page.waitForFunction(() => (window as any).seen?.length === 4);
    expect(await page.evaluate(() => (window as any).seen.map((one: unknown) => one ?? null))).to.deep.equal([first.advertising_token, second.advertising_token, null, true]);
    expect(await answers(page)).to.deep.equal(GONE);
    expect([await stored(page, SDK_KEY), await stored(page, KEY)]).to.deep.equal([null, null]);
  });
  it('after init and a logout in one tick', async () => {
    const identity = await world.login();
    const page = await load();
    await page.evaluate((given) => {
      const { __uid2 } = window as any;
      __uid2.init({});
      __uid2.disconnect();
      __uid2.setIdentity(given);
    }, identity);
    expect(await page.evaluate(() => (window as any).__uid2.isInitComplete())).to.equal(true);
    expect(await answers(page)).to.deep.equal(row(ANSWERS.valid, identity.advertising_token));
  });

  describe('by UID2\'s client-side guide as written', () => {
    const guide = (cstg: object, config: object) => `
      <script>
        window.ended = [];
        window.__uid2 = window.__uid2 || {};
        window.__uid2.callbacks = window.__uid2.callbacks || [];
        window.__uid2.callbacks.push(async (event, payload) => {
          if (event === 'SdkLoaded') __uid2.init({ baseUrl: '${world.operator.url}' });
          if (event === 'InitCompleted' && __uid2.isLoginRequired()) {
            try {
              await __uid2.setIdentityFromEmail('user@example.com', ${JSON.stringify(cstg)});
              ended.push(__uid2.getAdvertisingToken());
            } catch (error) {
              ended.push(error.message);
            }
          }
        });
        window.pbjs = window.pbjs || {};
        pbjs.que = pbjs.que || [];
        pbjs.que.push(() => pbjs.setConfig(${JSON.stringify(config)}));
      </script>
      <script src="/prebid.js" async></script>`;
    const configOf = (params: object) => ({ userSync: { auctionDelay: 60_000, syncEnabled: false, userIds: [{ name: 'uid2', params: { uid2ApiBase: world.operator.url, ...params } }] } });
    const ended = (page: Page) => page.waitForFunction(() => (window as any).ended.length > 0).then(() => page.evaluate(() => (window as any).ended));

    for (const [name, params] of [['without params', () => ({})], ['with the account', () => world.operator.cstg], ['with the same address', () => ({ ...world.operator.cstg, email: 'user@example.com' })], ['with the hash of the same address', () => ({ ...world.operator.cstg, emailHash: 'tMmiiTI7IaAcPpQPFQ65uMVCWH8av9jw4cwf/F5HVRQ=' })]] as const) {
      it(`resolves once the token is there, with one request: uid2 in Prebid's config ${name}`, async () => {
        const page = await loadHtml(guide(world.operator.cstg, configOf(params())));
        const [now, ...more] = await ended(page);
        expect([now, more]).to.deep.equal([await token(page), []]);
        expect(now).to.match(/^A/);
        expect(asked()).to.deep.equal(['client-generate']);
      });
    }
    it('whatever setConfig says meanwhile', async () => {
      world.operator.admin.fault({ endpoint: 'client-generate', latency: 500 });
      const page = await loadHtml(guide(world.operator.cstg, configOf({})));
      await page.waitForFunction(() => (window as any).__uid2?.isInitComplete?.());
      for (let count = 0; count < 3; count++) await page.evaluate((config) => (window as any).pbjs.setConfig(config), configOf({}));
      expect(await ended(page)).to.deep.equal([await token(page)]);
      expect(await token(page)).to.match(/^A/);
      expect(asked()).to.deep.equal(['client-generate']);
    });
  });
});
