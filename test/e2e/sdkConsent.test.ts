// Where consent forbids it, or is not known, `window.__uid2` reads, keeps, asks and says nothing.
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { BEFORE_11 } from './bundle.ts';
import { ANSWERS, answers, disconnect, GONE, heard, LISTEN, row, SDK_KEY, setFrom, setIdentity, stored, token, withSdk } from './sdkPage.ts';
import { SSPS } from './ssps.ts';
import { expectNoUid2, KEY } from './visitor.ts';

describe('window.__uid2 and consent', () => {
  const world = withSdk();
  const { load, loadHtml, init, asked } = world;

  const DENIALS = {
    gdprApplies: {
      consentManagement: {
        gdpr: { cmpApi: 'static', consentData: { getTCData: { tcString: 'COvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA', cmpId: 1, gdprApplies: true, purpose: { consents: {}, legitimateInterests: {} }, vendor: { consents: {}, legitimateInterests: {} } } } }
      }
    },
    coppa: { coppa: true }
  };
  for (const [reason, config] of Object.entries(DENIALS)) {
    it(`(${reason}) reads, stores, sends and answers nothing`, async () => {
      const page = await world.page();
      await page.addInitScript(`{
        window.used = [];
        for (const name of ['getItem', 'setItem']) {
          const real = Storage.prototype[name];
          Storage.prototype[name] = function (key, ...rest) {
            if (/uid2/i.test(key)) used.push(name + ' ' + key);
            return real.call(this, key, ...rest);
          };
        }
      }`);
      await load(page);
      const left = await world.login();
      await page.evaluate(([key, text]) => localStorage.setItem(key, text), [SDK_KEY, JSON.stringify(left)]);
      await page.evaluate((given) => (window as any).pbjs.setConfig(given), config);
      await page.evaluate((given) => (window as any).pbjs.setConfig(given), { userSync: { auctionDelay: 60_000, syncEnabled: false, userIds: [{ name: 'uid2' }] } });
      await page.evaluate(() => (window as any).pbjs.getUserIdsAsync());
      await page.waitForFunction((wanted) => (window as any).pbjs.uid2.status().reason === wanted, reason);
      await page.evaluate(() => { (window as any).used = []; });
      const identity = await world.login('expired');
      await init(page, identity);
      expect(await heard(page)).to.deep.equal([['IdentityUpdated', null], [-1, null], ['InitCompleted', null]]);
      expect(await answers(page)).to.deep.equal(GONE);
      expect(await page.evaluate((cstg) => (window as any).__uid2.setIdentityFromEmail('user@example.com', cstg).catch((error: Error) => error.name), world.operator.cstg)).to.equal('Error');
      expect(await page.evaluate(() => (window as any).pbjs.getUserIds())).to.deep.equal({});
      expect([asked().includes('refresh'), asked().includes('client-generate')]).to.deep.equal([false, false]);
      expect((await world.context.cookies(world.url)).map(({ name }) => name)).to.deep.equal([]);
      expect(await page.evaluate(() => (window as any).used)).to.deep.equal([]);
    });
  }
  // of a page that queues what it sets, and calls init as soon as it can; an earlier page has kept its options and an identity
  const early = async (setUp: string) => {
    const [kept, given] = [await world.login('stale'), await world.login('stale')];
    const options = { baseUrl: world.operator.url };
    const page = await loadHtml(`<script>
      localStorage.setItem('${SDK_KEY}', ${JSON.stringify(JSON.stringify(kept))});
      localStorage.setItem('${SDK_KEY}_config', ${JSON.stringify(JSON.stringify(options))});
      window.before = JSON.stringify(localStorage);
      window.heard = [];
      window.__uid2 = { callbacks: [(event, { identity }) => {
        heard.push(identity ? [event, identity.advertising_token] : event);
        if (event === 'SdkLoaded') __uid2.init(${JSON.stringify({ ...options, identity: given })});
      }] };
      window.pbjs = { que: [] };
      ${setUp}
    </script>
    <script src="/prebid.js" async></script>`);
    return {
      page,
      given,
      /** Whether nothing has been kept or asked. */
      async isUntouched() {
        return await page.evaluate(() => JSON.stringify(localStorage) === (window as any).before) && !asked().includes('refresh');
      }
    };
  };

  /** A consent platform that answers when `answer()` is called. */
  const SLOW_CMP = `
      window.__tcfapi = (command, version, callback) => {
        if (command === 'addEventListener') window.answer = (gdprApplies) => callback({ tcString: 'COvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA', cmpId: 1, gdprApplies, eventStatus: 'tcloaded', listenerId: 1 }, true);
      };
      pbjs.que.push(() => pbjs.setConfig({ consentManagement: { gdpr: { cmpApi: 'iab', timeout: 60000 } } }));
      pbjs.que.push(() => pbjs.getUserIdsAsync());`;

  // older Prebids say nothing of an answer until there is an auction
  const auction = (page: Page) => page.evaluate((bids) => new Promise((bidsBackHandler) => {
    const adUnits = [{ code: 'banner', mediaTypes: { banner: { sizes: [[300, 250]] } }, bids }];
    (window as any).pbjs.requestBids({ adUnits, bidsBackHandler });
  }), [{ bidder: 'appnexus', params: SSPS.appnexus.params }]);

  // of a page that names its consent platform below Prebid's script; an earlier page has kept its options and an identity
  const late = async (more = '') => {
    const page = await loadHtml(`<script>
      localStorage.setItem('${SDK_KEY}', ${JSON.stringify(JSON.stringify(await world.login('stale')))});
      localStorage.setItem('${SDK_KEY}_config', ${JSON.stringify(JSON.stringify({ baseUrl: world.operator.url }))});
      window.before = JSON.stringify(localStorage);
      window.pbjs = { que: [] };
    </script>
    <script src="/prebid.js"></script>
    <script>${SLOW_CMP} ${more}</script>`);
    await page.waitForFunction(() => (window as any).answer && document.readyState === 'complete');
    return {
      page,
      isUntouched: () => page.evaluate(() => JSON.stringify(localStorage) === (window as any).before),
      async answer() {
        await page.evaluate(() => (window as any).answer(false));
        if (BEFORE_11) await auction(page);
      }
    };
  };

  it('does not begin by itself before a consent platform has answered that is named below Prebid\'s script', async () => {
    const { page, isUntouched, answer } = await late();
    expect([await isUntouched(), asked()]).to.deep.equal([true, ['generate']]);
    expect(await page.evaluate(() => (window as any).__uid2.isInitComplete())).to.equal(false);
    await answer();
    await page.waitForFunction(() => (window as any).__uid2.isInitComplete() && (window as any).__uid2.getAdvertisingToken());
    // the record of a refreshed token, and not only of what an earlier page has kept
    await page.waitForFunction((key) => JSON.parse(localStorage.getItem(key) ?? '{}').answers > 0, KEY);
    expect(world.refreshes()).to.have.length(1);
  });

  it('keeps and asks nothing for init below such a script, before the answer', async () => {
    const given = await world.login('stale');
    const { page, isUntouched, answer } = await late(`__uid2.init(${JSON.stringify({ baseUrl: world.operator.url, identity: given })});`);
    expect([await isUntouched(), asked()]).to.deep.equal([true, ['generate', 'generate']]);
    expect(await answers(page)).to.deep.equal(row(ANSWERS.valid, given.advertising_token));
    expect(await page.evaluate(() => (window as any).__uid2.isInitComplete())).to.equal(true);
    await answer();
    await page.waitForFunction((first) => (window as any).__uid2.getAdvertisingToken() !== first, given.advertising_token);
    expect(world.refreshes()).to.have.length(1);
    expect((await stored(page, KEY)).originalToken.advertising_token).to.equal(given.advertising_token);
  });

  it('keeps and asks nothing from when the page names a consent platform in mid-page, before the answer', async () => {
    const page = await load();
    await page.evaluate(SLOW_CMP.replace(/pbjs.que.push\(\(\) => (.*)\);/g, '$1;') + '; 0');
    const given = await world.login('stale');
    await init(page, given);
    expect(await answers(page)).to.deep.equal(row(ANSWERS.valid, given.advertising_token));
    await page.evaluate((next) => (window as any).__uid2.setIdentity(next), given);
    // neither a look at the status, nor at a page that is shown again
    await page.evaluate(() => (window as any).pbjs.uid2.status());
    await page.evaluate(() => dispatchEvent(new Event('pageshow')));
    expect(await page.evaluate(() => Object.keys(localStorage).filter((key) => /uid2/i.test(key)))).to.deep.equal([]);
    expect(asked()).to.deep.equal(['generate']);
    const waits = page.evaluate((cstg) => (window as any).__uid2.setIdentityFromEmail('user@example.com', cstg), world.operator.cstg);
    await page.evaluate(() => (window as any).answer(false));
    if (BEFORE_11) await auction(page);
    await waits;
    expect(await token(page)).to.be.a('string').and.not.equal(given.advertising_token);
    expect(asked().filter((one) => one !== 'generate')).to.deep.equal(['client-generate']);
  });

  it('has heard of COPPA in the page\'s queue before it begins', async () => {
    const { page, isUntouched } = await early('pbjs.que.push(() => pbjs.setConfig({ coppa: true }));');
    await page.waitForFunction(() => (window as any).heard.some((one: unknown) => one === 'InitCompleted'));
    expect(await isUntouched()).to.equal(true);
    expect(await page.evaluate(() => (window as any).__uid2.getIdentity())).to.equal(null);
  });

  it('answers nobody where COPPA is set, though the CMP has not answered', async () => {
    const { page, isUntouched } = await early(`pbjs.que.push(() => pbjs.setConfig({ coppa: true })); ${SLOW_CMP}`);
    await page.waitForFunction(() => (window as any).answer);
    expect(await page.evaluate(() => (window as any).heard)).to.deep.equal(['SdkLoaded', 'IdentityUpdated', 'InitCompleted']);
    expect([await answers(page), await isUntouched()]).to.deep.equal([GONE, true]);
  });

  it('keeps and asks nothing before the CMP has answered; init has happened all the same', async () => {
    const { page, given, isUntouched } = await early(SLOW_CMP);
    await page.waitForFunction(() => (window as any).answer);
    expect(await isUntouched()).to.equal(true);
    // the page's own identity, and nothing that it did not know
    expect(await page.evaluate(() => (window as any).heard)).to.deep.equal(['SdkLoaded', ['InitCompleted', given.advertising_token]]);
    expect(await answers(page)).to.deep.equal(row(ANSWERS.valid, given.advertising_token));
    expect(await page.evaluate(() => (window as any).pbjs.getUserIds())).to.deep.equal({});
    await page.evaluate(() => (window as any).answer(false));
    await page.waitForFunction((first) => (window as any).__uid2.getAdvertisingToken() !== first, given.advertising_token);
    expect((await page.evaluate(() => (window as any).heard)).slice(2)).to.deep.equal([['IdentityUpdated', await token(page)]]);
    expect(world.refreshes()).to.have.length(1);
  });
  it('answers nobody from when the CMP says that GDPR applies', async () => {
    const { page, isUntouched } = await early(SLOW_CMP);
    await page.waitForFunction(() => (window as any).answer);
    await page.evaluate(() => (window as any).answer(true));
    await page.waitForFunction(() => !(window as any).__uid2.getAdvertisingToken());
    expect((await page.evaluate(() => (window as any).heard)).slice(2)).to.deep.equal(['IdentityUpdated']);
    expect([await answers(page), await isUntouched()]).to.deep.equal([GONE, true]);
  });
  for (const [name, cmp] of [
    ['never answers', 'window.__tcfapi = () => {}; pbjs.que.push(() => pbjs.setConfig({ consentManagement: { gdpr: { cmpApi: "iab", timeout: 600000 } } }));'],
    ['is not on the page', 'pbjs.que.push(() => pbjs.setConfig({ consentManagement: { gdpr: { cmpApi: "iab", timeout: 600000 } } })); pbjs.que.push(() => { pbjs.getUserIdsAsync(); });']
  ]) {
    // older Prebids go on without a consent platform that is not there
    const test = BEFORE_11 && name === 'is not on the page' ? it.skip : it;
    test(`rejects what waits, in words, where the consent platform ${name}`, async () => {
      const kept = await world.login();
      const page = await loadHtml(`<script>
        localStorage.setItem('${SDK_KEY}', ${JSON.stringify(JSON.stringify(kept))});
        window.unhandled = [];
        addEventListener('unhandledrejection', ({ reason }) => unhandled.push(String(reason)));
        window.heard = [];
        // as long as promises wait, and no longer
        const set = setTimeout;
        window.setTimeout = (task, ms, ...rest) => set(task, ms === 10000 ? 50 : ms, ...rest);
        window.__uid2 = { callbacks: [(event, { identity }) => {
          heard.push([event, identity]);
          if (event !== 'SdkLoaded') return;
          __uid2.init({ baseUrl: '${world.operator.url}' });
          const said = (error) => error.message;
          const waits = [__uid2.getAdvertisingTokenAsync(), __uid2.setIdentityFromEmail('user@example.com', ${JSON.stringify(world.operator.cstg)})];
          window.ended = Promise.all(waits.map((one) => one.then(() => 'done', said)));
        }] };
        window.pbjs = { que: [] };
        ${cmp}
      </script>
      <script src="/prebid.js" async></script>`);
      await page.waitForFunction(() => (window as any).ended);
      expect(await page.evaluate(() => (window as any).__uid2.isInitComplete())).to.equal(true);
      for (const message of await page.evaluate(() => (window as any).ended)) expect(message).to.match(/consent/);
      await page.waitForFunction(() => (window as any).heard.some(([event]: [string]) => event === 'InitCompleted'));
      expect(await page.evaluate(() => (window as any).unhandled.filter((one: string) => /UID2/.test(one)))).to.deep.equal([]);
      expect([await token(page), asked().includes('client-generate'), await stored(page, KEY)]).to.deep.equal([undefined, false, null]);
    });
  }

  it('logs nobody in whom the page has logged out before', async () => {
    const { page, isUntouched } = await early(SLOW_CMP);
    await page.waitForFunction(() => (window as any).answer);
    expect(await isUntouched()).to.equal(true);
    await disconnect(page);
    expect(await answers(page)).to.deep.equal(GONE);
    await page.evaluate(() => (window as any).answer(false));
    await page.waitForFunction(() => (window as any).heard.length > 1);
    expect(await answers(page)).to.deep.equal(GONE);
    expect([await stored(page, KEY), asked().includes('refresh')]).to.deep.equal([null, false]);
  });

  it('takes nobody again whom the page has logged out before the CMP has answered, from the same call on', async () => {
    const { page, given } = await early(SLOW_CMP);
    await page.waitForFunction(() => (window as any).answer);
    for (const call of ['init', 'setIdentity']) {
      const answered = await page.evaluate(([name, identity]) => {
        const { __uid2 } = window as any;
        __uid2.disconnect();
        __uid2[name as string](name === 'init' ? { identity } : identity);
        return [__uid2.getAdvertisingToken(), __uid2.getIdentity(), __uid2.isLoginRequired()];
      }, [call, given] as const);
      expect(answered).to.deep.equal([undefined, null, true]);
    }
    const next = await world.login();
    await setIdentity(page, next);
    expect(await token(page)).to.equal(next.advertising_token);
  });

  it('logs out before the CMP has answered: who is stored goes, and other tabs are told, but not of whom', async () => {
    const { page, given } = await early(SLOW_CMP);
    await page.waitForFunction(() => (window as any).answer);
    await disconnect(page);
    expect(await page.evaluate(() => Object.keys(localStorage))).to.have.members([`${SDK_KEY}_config`, `${KEY}_note`]);
    const note = await page.evaluate((key) => localStorage.getItem(key), `${KEY}_note`);
    expect(JSON.parse(note!).since).to.be.above(0);
    for (const secret of [given.advertising_token, given.refresh_token]) expect(note).not.to.include(secret);
    expect(asked()).to.deep.equal(['generate', 'generate']);
  });

  // of a page that has called init, and whose config names a reader by an address
  const waiting = async () => {
    const params = { uid2ApiBase: world.operator.url, ...world.operator.cstg, email: 'user@example.com' };
    const config = { userSync: { syncEnabled: false, userIds: [{ name: 'uid2', params }] } };
    const opened = await early(`${SLOW_CMP} pbjs.que.push(() => pbjs.setConfig(${JSON.stringify(config)}));`);
    await opened.page.waitForFunction(() => (window as any).answer);
    return opened;
  };

  for (const side of ['__uid2', 'pbjs.uid2']) {
    it(`asks for nobody whom Prebid's config names by an address, and whom ${side} has logged out before the CMP has answered`, async () => {
      const { page } = await waiting();
      await page.evaluate(`${side}.disconnect()`);
      await page.evaluate(() => (window as any).answer(false));
      await auction(page);
      expect([await answers(page), asked().includes('client-generate')]).to.deep.equal([GONE, false]);
    });

    it(`bids with the reader whom the page names next before the CMP has answered, after ${side} has logged out the config's`, async () => {
      const { page } = await waiting();
      await page.evaluate(`${side}.disconnect()`);
      const next = await world.login();
      await setIdentity(page, next);
      await page.evaluate(() => (window as any).answer(false));
      await auction(page);
      expect([await token(page), asked().includes('client-generate')]).to.deep.equal([next.advertising_token, false]);
      expect(await page.evaluate(() => (window as any).pbjs.getUserIds().uid2.id)).to.equal(next.advertising_token);
    });
  }

  const NAMED = {
    'init has named': () => early(SLOW_CMP),
    async 'setIdentityFromEmail has named'() {
      const opened = await early(SLOW_CMP);
      await opened.page.waitForFunction(() => (window as any).answer);
      await opened.page.evaluate((account) => {
        (window as any).__uid2.setIdentityFromEmail('user@example.com', account).catch(() => {});
      }, world.operator.cstg);
      return opened;
    },
    'Prebid\'s config names by an address': waiting
  };
  for (const [whom, opened] of Object.entries(NAMED)) {
    it(`asks for nobody whom ${whom}, once the CMP has answered, if another tab has logged out meanwhile`, async () => {
      const { page } = await opened();
      await page.waitForFunction(() => (window as any).answer);
      await page.evaluate(() => {
        const heard = new BroadcastChannel('uid2');
        heard.onmessage = ({ data }) => { (window as any).hasLeft ||= data !== undefined; };
      });
      await disconnect(await load());
      await page.waitForFunction(() => (window as any).hasLeft);
      const before = asked().length;
      await page.evaluate(() => (window as any).answer(false));
      await auction(page);
      expect([await answers(page), asked().slice(before)]).to.deep.equal([GONE, []]);
    });
  }

  it('asks for nobody who was named by an address and logged out while consent rules forbade it', async () => {
    const visitor = await world.open({ params: {}, config: { coppa: true } });
    const { page } = visitor;
    await page.evaluate(LISTEN);
    await init(page);
    expect(await setFrom(page, 'setIdentityFromEmail', 'user@example.com', world.operator.cstg)).to.match(/coppa/);
    await disconnect(page);
    await page.evaluate(() => (window as any).pbjs.setConfig({ coppa: false }));
    expectNoUid2(await visitor.auction());
    expect([await answers(page), asked().includes('client-generate')]).to.deep.equal([GONE, false]);
  });

  it('does not bring back by init who was named by an address, and whom another tab has logged out meanwhile', async () => {
    const pages = [await load(), await load()];
    for (const page of pages) await init(page);
    const [page] = pages;
    expect(await setFrom(page, 'setIdentityFromEmail', 'user@example.com', world.operator.cstg)).to.equal('done');
    await page.evaluate(() => (window as any).pbjs.setConfig({ coppa: true }));
    await disconnect(pages[1]);
    const before = asked().length;
    await page.evaluate((options) => {
      (window as any).pbjs.setConfig({ coppa: false });
      (window as any).__uid2.init(options);
    }, { baseUrl: world.operator.url });
    expect([await answers(page), asked().slice(before)]).to.deep.equal([GONE, []]);
  });

  it('finds who was kept once it may look, though it was asked before', async () => {
    const identity = await world.login();
    const visitor = await world.open({ params: {} });
    const { page } = visitor;
    await page.evaluate(() => (window as any).pbjs.setConfig({ coppa: true }));
    await page.evaluate(([key, text]) => localStorage.setItem(key, text), [SDK_KEY, JSON.stringify(identity)]);
    await page.evaluate(LISTEN);
    expect(await answers(page)).to.deep.equal([undefined, null, true, false, undefined]);
    await init(page);
    await page.evaluate(() => (window as any).pbjs.setConfig({ coppa: false }));
    for (let count = 0; count < 2; count++) expect((await visitor.auction()).uid2.appnexus).to.equal(identity.advertising_token);
    expect(await token(page)).to.equal(identity.advertising_token);
    expect(await stored(page, SDK_KEY)).to.include(identity);
  });

  it('tells that there is nobody when it is withdrawn in mid-page, leaves storage alone, and tells of the identity when it is back', async () => {
    const identity = await world.login();
    const visitor = await world.open({ params: {} });
    const { page } = visitor;
    await page.evaluate(LISTEN);
    await init(page, identity);
    await page.evaluate(() => (window as any).pbjs.setConfig({ coppa: true }));
    expectNoUid2(await visitor.auction(), identity.advertising_token);
    expect((await heard(page)).slice(2)).to.deep.equal([['IdentityUpdated', null]]);
    expect(await answers(page)).to.deep.equal(GONE);
    expect((await stored(page, SDK_KEY)).advertising_token).to.equal(identity.advertising_token);
    await page.evaluate(() => (window as any).pbjs.setConfig({ coppa: false }));
    expect((await visitor.auction()).uid2.appnexus).to.equal(identity.advertising_token);
    expect((await heard(page)).slice(3)).to.deep.equal([[1, identity.advertising_token], ['IdentityUpdated', identity.advertising_token]]);
  });
});
