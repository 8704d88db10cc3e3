// A logout on either side, in any tab, and nobody comes back.
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { ANSWERS, answers, disconnect, GONE, heard, hears, HOUR, listening, OTHER, row, SDK_KEY, setFrom, setIdentity, stored, token, withSdk } from './sdkPage.ts';
import { expectNoUid2, KEY, type Visitor } from './visitor.ts';

describe('window.__uid2: after a logout', () => {
  const world = withSdk('consentManagementUsp');
  const { load, init, asked } = world;

  it('nobody bids, from whichever side it came', async () => {
    for (const side of ['__uid2', 'pbjs.uid2'] as const) {
      const visitor = await world.open({ params: {} });
      const identity = await world.login();
      await init(await listening(visitor), identity);
      expect((await visitor.auction()).uid2.appnexus).to.equal(identity.advertising_token);
      await visitor.page.evaluate((which: string) => (which === '__uid2' ? (window as any).__uid2 : (window as any).pbjs.uid2).disconnect(), side);
      expectNoUid2(await visitor.auction(), identity.advertising_token);
      expect(await answers(visitor.page)).to.deep.equal(GONE);
      expect((await heard(visitor.page)).at(-1)).to.deep.equal(['IdentityUpdated', null]);
    }
  });

  it('tells all of a refresh and of a logout in one, with one request', async () => {
    const pages = [await load(), await load()];
    const identity = await world.login('stale');
    // either may ask, so both must know the operator
    await init(pages[1]);
    await init(pages[0], identity);
    await hears(pages[0], 4);
    const now = await token(pages[0]);
    await pages[1].waitForFunction((wanted) => (window as any).__uid2.getAdvertisingToken() === wanted, now);
    await disconnect(pages[0]);
    await pages[1].waitForFunction(() => !(window as any).__uid2.getAdvertisingToken());
    expect((await heard(pages[1])).at(-1)).to.deep.equal(['IdentityUpdated', null]);
    expect(world.refreshes()).to.have.length(1);
  });

  it('tells a tab that has logged out of the next user in another', async () => {
    const pages = [await load(), await load()];
    const [first, second] = [await world.login(), await world.login('fresh', OTHER)];
    for (const page of pages) await init(page, first);
    await disconnect(pages[0]);
    await pages[1].waitForFunction(() => !(window as any).__uid2.getAdvertisingToken());
    await init(pages[1], second);
    await pages[0].waitForFunction((wanted) => (window as any).__uid2.getAdvertisingToken() === wanted, second.advertising_token);
    expect((await heard(pages[0])).at(-1)).to.deep.equal(['IdentityUpdated', second.advertising_token]);
    expect((await stored(pages[0], SDK_KEY)).advertising_token).to.equal(second.advertising_token);
  });

  it('leaves it to the tab of the logout to remove what is kept in localStorage, as that may keep an opt-out there next', async () => {
    const pages = [await load(), await load()];
    const identity = await world.login();
    for (const page of pages) await init(page, identity);
    await pages[1].evaluate(() => {
      const { removeItem } = Storage.prototype;
      const removed: string[] = (window as any).removed = [];
      Storage.prototype.removeItem = function (name) {
        removed.push(name);
        return removeItem.call(this, name);
      };
      // this tab still sees what the other one has removed, as it may for a moment
      const { getItem } = Storage.prototype;
      const before = localStorage.getItem('UID2-sdk-identity');
      Storage.prototype.getItem = function (name) { return name === 'UID2-sdk-identity' ? before : getItem.call(this, name); };
    });
    await disconnect(pages[0]);
    await pages[1].waitForFunction(() => (window as any).__uid2.isLoginRequired());
    expect(await pages[1].evaluate(() => (window as any).removed)).not.to.include('UID2-sdk-identity');
  });

  it('tells all tabs of an opt-out that one of them gives, and keeps it for the next page of either', async () => {
    const pages = [await load(), await load()];
    const identity = await world.login();
    for (const page of pages) await init(page, identity);
    await setIdentity(pages[0], { status: 'optout' });
    await pages[1].waitForFunction(() => (window as any).__uid2.hasOptedOut());
    expect((await heard(pages[1])).slice(-3)).to.deep.equal([[-4, null], ['OptoutReceived', null], ['IdentityUpdated', null]]);
    const optedOut = row(ANSWERS.optedOut);
    for (const page of pages) {
      expect(await answers(page)).to.deep.equal(optedOut);
      await load(page);
      // whoever has opted out does not come back, though the page goes on giving their identity
      for (const given of [undefined, identity]) {
        await init(page, given);
        expect(await answers(page)).to.deep.equal(optedOut);
      }
    }
    await disconnect(pages[1]);
    await load(pages[0]);
    await init(pages[0]);
    expect(await answers(pages[0])).to.deep.equal(GONE);
  });

  it('leaves an opt-out that another tab keeps just after the logout of which this one hears', async () => {
    const pages = [await load(), await world.page()];
    await pages[1].addInitScript(`{
      const get = Storage.prototype.getItem;
      let looks = 0;
      Storage.prototype.getItem = function (key) {
        if (key === '${SDK_KEY}' && window.next && !get.call(this, key) && looks++) {
          this.setItem(key, window.next);
          window.next = undefined;
        }
        return get.call(this, key);
      };
    }`);
    await load(pages[1]);
    for (const page of pages) await init(page, await world.login());
    await setIdentity(pages[0], { status: 'optout' });
    await pages[1].waitForFunction(() => (window as any).__uid2.hasOptedOut());
    await pages[1].evaluate((key) => { (window as any).next = localStorage.getItem(key); }, SDK_KEY);
    await disconnect(pages[0]);
    await pages[1].waitForFunction(() => !(window as any).next);
    expect((await stored(pages[1], SDK_KEY))?.status).to.equal('optout');
    await load(pages[0]);
    await init(pages[0]);
    expect(await answers(pages[0])).to.deep.equal(row(ANSWERS.optedOut));
  });

  it('bids no more in a tab whose user has left in another', async () => {
    const visitors = [await world.open({ params: {} }), await world.open({ params: {} })];
    const identity = await world.login();
    for (const visitor of visitors) await init(await listening(visitor), identity);
    expect((await visitors[1].auction()).uid2.appnexus).to.equal(identity.advertising_token);
    await disconnect(visitors[0].page);
    await visitors[1].page.waitForFunction(() => (window as any).heard.at(-1)[0] === 'IdentityUpdated');
    expectNoUid2(await visitors[1].auction(), identity.advertising_token);
    expect(await stored(visitors[1].page, SDK_KEY)).to.equal(null);
  });

  it('is not brought back by an answer that comes after the logout', async () => {
    const identity = await world.login('expired');
    const page = await world.page();
    // a browser that cannot give up what it has asked for
    await page.addInitScript(`{
      const real = fetch;
      window.fetch = async (...asked) => {
        // Prebid 9 and 10 make no Request of it
        const { url, method } = new Request(...asked);
        const response = await real(url, { method, body: ${JSON.stringify(identity.refresh_token)} });
        window.answered = await new Promise((resolve) => { window.answer = () => resolve(true); });
        return response;
      };
    }`);
    await load(page);
    await init(page, identity);
    await page.waitForFunction(() => (window as any).answer);
    await page.evaluate(async () => {
      (window as any).__uid2.disconnect();
      (window as any).answer();
      await navigator.locks.request('uid2', () => {});
    });
    expect(await page.evaluate(() => (window as any).answered)).to.equal(true);
    expect(await answers(page)).to.deep.equal(GONE);
    expect([await stored(page, SDK_KEY), await stored(page, KEY)]).to.deep.equal([null, null]);
  });
  it('leaves nothing that another tab has kept just before it hears of the logout', async () => {
    const identity = await world.login();
    const pages = [await load(), await world.page()];
    await pages[1].addInitScript(`addEventListener('storage', ({ key }) => key === '${KEY}_note' && localStorage.setItem('${SDK_KEY}', '${JSON.stringify(identity)}'))`);
    await load(pages[1]);
    for (const page of pages) await init(page, identity);
    await disconnect(pages[0]);
    await pages[1].waitForFunction(() => (window as any).heard.at(-1)[0] === 'IdentityUpdated');
    expect(await token(pages[1])).to.equal(undefined);
    await pages[1].waitForFunction((key) => localStorage.getItem(key) === null, SDK_KEY);
  });
  it('rejects an e-mail address\'s token that a logout or the next address comes before', async () => {
    const page = await load();
    await init(page);
    world.operator.admin.fault({ endpoint: 'client-generate', kind: 'hang' });
    const reasons = await page.evaluate(async (cstg) => {
      const { __uid2 } = window as any;
      const all = ['first@example.com', 'second@example.com'].map((email) => __uid2.setIdentityFromEmail(email, cstg).catch((error: Error) => error.message));
      __uid2.disconnect();
      return Promise.all(all);
    }, world.operator.cstg);
    expect(reasons).to.deep.equal(['UID2 SDK aborted.', 'UID2 SDK aborted.']);
    expect(await answers(page)).to.deep.equal(GONE);
    world.operator.admin.clearFaults();
    expect(await page.evaluate((cstg) => (window as any).__uid2.setIdentityFromEmail('second@example.com', cstg), world.operator.cstg)).to.equal(undefined);
    expect(await token(page)).to.be.a('string');
  });
  it('rejects as aborted whom a callback logs out while they are being named', async () => {
    const page = await load();
    await init(page, await world.login());
    await page.evaluate(() => {
      const { __uid2 } = window as any;
      __uid2.callbacks.push((event: string) => event === 'IdentityUpdated' && __uid2.getIdentity() === null && __uid2.disconnect());
    });
    expect(await setFrom(page, 'setIdentityFromEmail', OTHER, world.operator.cstg)).to.equal('Error: UID2 SDK aborted.');
    expect(await answers(page)).to.deep.equal(GONE);
  });
  it('does not bring back who has left, though the page goes on giving init their identity', async () => {
    const identity = await world.login();
    const page = await load();
    await init(page, identity);
    await disconnect(page);
    await init(page, identity);
    await page.evaluate((given) => (window as any).__uid2.setIdentity(given), identity);
    expect(await answers(page)).to.deep.equal(GONE);
    expect([await stored(page, SDK_KEY), await stored(page, KEY)]).to.deep.equal([null, null]);
    const next = await world.login();
    await init(page, next);
    expect(await token(page)).to.equal(next.advertising_token);
  });

  it('survives callbacks that log out or begin again', async () => {
    const identity = await world.login();
    const page = await load();
    await page.evaluate(() => {
      let left = 3;
      (window as any).__uid2.callbacks.push((event: string) => {
        if (event === 'InitCompleted' && left-- > 0) (window as any).__uid2.disconnect();
        if (event === 'IdentityUpdated' && left-- > 0) (window as any).__uid2.init({});
      });
    });
    await init(page, identity);
    expect(await answers(page)).to.deep.equal(GONE);
    expect([await stored(page, SDK_KEY), await stored(page, KEY)]).to.deep.equal([null, null]);
  });

  it('that a page has done by removing the module\'s key, nobody comes back, nor on the next page', async () => {
    const identity = await world.login();
    const visitor = await world.open({ params: {} });
    const { page } = visitor;
    await init(await listening(visitor), identity);
    await page.evaluate((key) => localStorage.removeItem(key), KEY);
    expectNoUid2(await visitor.auction(), identity.advertising_token);
    await visitor.load();
    await init(await listening(visitor));
    expect(await answers(page)).to.deep.equal(GONE);
    expectNoUid2(await visitor.auction(), identity.advertising_token);
    expect(await stored(page, SDK_KEY)).to.equal(null);
  });

  for (const after of ['in the next auction', 'on the next page'] as const) {
    it(`that a page has done by removing the module's key, nobody comes back ${after}, though the token had expired by then`, async () => {
      const visitor = await world.open({ params: {} });
      const { page } = visitor;
      await init(await listening(visitor), await world.login());
      await visitor.load();
      await init(await listening(visitor));
      world.operator.admin.fault({ endpoint: 'refresh', kind: 'status', status: 500 });
      await world.later(5 * HOUR);
      expectNoUid2(await visitor.auction());
      await page.waitForFunction((key) => JSON.parse(localStorage.getItem(key)!).identity_expires < Date.now(), SDK_KEY);
      await page.evaluate((key) => localStorage.removeItem(key), KEY);
      world.operator.admin.clearFaults();
      await world.later(6 * HOUR);
      const before = world.refreshes().length;
      if (after === 'on the next page') {
        await visitor.load();
        await init(await listening(visitor));
      }
      expectNoUid2(await visitor.auction());
      expect(await answers(page)).to.deep.equal(GONE);
      expect([await stored(page, SDK_KEY), await stored(page, KEY)]).to.deep.equal([null, null]);
      expect(world.refreshes()).to.have.length(before);
    });
  }

  for (const [how, name] of Object.entries<(page: Page) => Promise<unknown>>({
    'an address': (page) => setFrom(page, 'setIdentityFromEmail', OTHER, world.operator.cstg),
    'an identity': async (page) => setIdentity(page, await world.login('fresh', OTHER))
  })) {
    it(`takes the identity that a page gives again for no login, where another tab has named the next reader by ${how}`, async () => {
      const pages = [await load(), await load()];
      const identity = await world.login();
      for (const page of pages) await init(page, identity);
      await name(pages[1]);
      const next = await token(pages[1]);
      expect(next).to.be.a('string').and.not.equal(identity.advertising_token);
      await pages[0].waitForFunction((wanted) => (window as any).__uid2.getAdvertisingToken() === wanted, next);
      for (const page of pages) {
        await init(pages[0], identity);
        await setIdentity(pages[0], identity);
        expect(await token(page)).to.equal(next);
      }
      // an address is a login, whenever it is named, and so is the identity on the next page
      expect(await setFrom(pages[0], 'setIdentityFromEmail', 'third@example.com', world.operator.cstg)).to.equal('done');
      await load(pages[0]);
      await init(pages[0], identity);
      expect(await token(pages[0])).to.equal(identity.advertising_token);
    });
  }

  describe('does not bring back whom setIdentityFrom… has named', () => {
    const KINDS = { setIdentityFromEmail: OTHER, setIdentityFromPhone: '+12345678901' };
    /** What a page may do after the logout, by an address or number that it had named before. */
    const LATER: Record<string, (page: Page) => Promise<unknown>> = {
      'init({})': (page) => init(page),
      'init with another operator': (page) => init(page, undefined, { baseUrl: `${world.operator.url}/` }),
      'a bad setIdentity': (page) => setIdentity(page, { advertising_token: 'x' }),
      'a bad setIdentityFromEmail': (page) => setFrom(page, 'setIdentityFromEmail', 'x', world.operator.cstg),
      setConfig: (page) => page.evaluate(() => { for (let count = 0; count < 2; count++) (window as any).pbjs.setConfig({ userSync: { userIds: [{ name: 'uid2', params: { bidWhileRefreshing: count > 0 } }] } }); }),
      'an account in setConfig': (page) => page.evaluate((params) => (window as any).pbjs.setConfig({ userSync: { userIds: [{ name: 'uid2', params }] } }), world.operator.cstg),
      'a flaw in setConfig, and its cure': (page) => page.evaluate((api) => [{ advertising_token: 'x' }, undefined].forEach((uid2Token) => {
        (window as any).pbjs.setConfig({ userSync: { userIds: [{ name: 'uid2', params: { uid2ApiBase: api, uid2Token } }] } });
      }), world.operator.url),
      refreshUserIds: (page) => page.evaluate(() => (window as any).pbjs.refreshUserIds())
    };
    const WAYS: Record<string, (visitors: Visitor[]) => Promise<unknown>> = {
      '__uid2.disconnect()': ([{ page }]) => disconnect(page),
      'pbjs.uid2.disconnect()': ([visitor]) => visitor.disconnect(),
      'another tab': ([, { page }]) => disconnect(page),
      'the page has removed the key': async ([visitor]) => {
        await visitor.page.evaluate((key) => localStorage.removeItem(key), KEY);
        await visitor.auction();
      },
      'a request to delete the reader\'s data': ([{ page }]) => page.evaluate(() => (window as any).requestDeletion({}, true))
    };
    /** The one way in for CMPs: USP's registerDeletion. */
    const USP = `window.__uspapi = (command, version, callback) => {
      if (command === 'registerDeletion') window.requestDeletion = callback;
      else callback({ version: 1, uspString: '1YNN' }, true);
    };`;
    const setup = { params: {}, config: { consentManagement: { usp: { cmpApi: 'iab', timeout: 60_000 } } } };
    for (const [way, leave] of Object.entries(WAYS)) {
      it(`after ${way}`, async () => {
        await world.context.addInitScript(USP);
        const visitors = [await world.open(setup), await world.open(setup)];
        for (const one of visitors) await init(await listening(one));
        const { page } = visitors[0];
        await page.waitForFunction(() => (window as any).requestDeletion);
        for (const [method, value] of Object.entries(KINDS)) {
          expect(await setFrom(page, method, value, world.operator.cstg)).to.equal('done');
          await leave(visitors);
          await page.waitForFunction(() => !(window as any).__uid2.getAdvertisingToken());
          const before = asked().length;
          for (const [name, act] of Object.entries(LATER)) {
            await act(page);
            expect([name, ...await answers(page)]).to.deep.equal([name, ...GONE]);
            expectNoUid2(await visitors[0].auction());
          }
          expect(asked().slice(before)).to.deep.equal([]);
          // the other tab may hear of the login late, and keep its copy: that goes a second later
          await page.waitForFunction((keys) => keys.every((key) => localStorage.getItem(key) === null), [KEY, SDK_KEY]);
        }
        // named anew is another matter
        expect(await setFrom(page, 'setIdentityFromEmail', OTHER, world.operator.cstg)).to.equal('done');
      });
    }
    /** What Prebid's config may have had at the logout, in the place of the reader who was named before. */
    const IN_CONFIG = {
      'a token that was logged out': (ended: object) => ended,
      'what is no identity': () => ({ advertising_token: 'x' })
    };
    for (const [what, made] of Object.entries(IN_CONFIG)) {
      for (const way of ['another tab', 'the page has removed the key']) {
        it(`after ${way}, where Prebid's config had ${what} by then`, async () => {
          const visitors = [await world.open(setup), await world.open(setup)];
          for (const one of visitors) await init(await listening(one));
          const { page } = visitors[0];
          const configure = (uid2Token?: object) => page.evaluate(([api, given]) => {
            (window as any).pbjs.setConfig({ userSync: { userIds: [{ name: 'uid2', params: { uid2ApiBase: api, uid2Token: given } }] } });
          }, [world.operator.url, uid2Token] as const);
          const ended = await world.login();
          await setIdentity(page, ended);
          await disconnect(page);
          expect(await setFrom(page, 'setIdentityFromEmail', OTHER, world.operator.cstg)).to.equal('done');
          await configure(made(ended));
          expect(await answers(page)).to.deep.equal(GONE);
          const before = asked().length;
          await WAYS[way](visitors);
          for (const act of [() => init(page), configure, () => init(page)]) {
            await visitors[0].auction();
            await act();
            expect(await answers(page)).to.deep.equal(GONE);
          }
          expect(asked().slice(before)).to.deep.equal([]);
        });
      }
    }

    it('after another tab has named the next reader', async () => {
      const visitors = [await world.open({ params: {} }), await world.open({ params: {} })];
      for (const one of visitors) await init(await listening(one));
      const { page } = visitors[0];
      expect(await setFrom(page, 'setIdentityFromEmail', OTHER, world.operator.cstg)).to.equal('done');
      const next = await world.login();
      await init(visitors[1].page, next);
      await page.waitForFunction((wanted) => (window as any).__uid2.getAdvertisingToken() === wanted, next.advertising_token);
      for (const name of ['init({})', 'a bad setIdentity', 'setConfig', 'refreshUserIds']) {
        await LATER[name](page);
        expect([name, await token(page)]).to.deep.equal([name, next.advertising_token]);
      }
      expect((await visitors[1].auction()).uid2.appnexus).to.equal(next.advertising_token);
    });
  });
});
