// R20: a page that has the module in its bundle, but configures no uid2, gets nothing from it but pbjs.uid2.
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { bundleOf } from '../harness/bundles.ts';
import { habitsOf, spyOnHabits, spyOnStorage, usedBy } from './spies.ts';
import { SSPS } from './ssps.ts';
import { inBrowser } from './support.ts';
import { KEY } from './visitor.ts';

const OTHERS = ['userId', 'sharedIdSystem', 'consentManagementTcf', 'appnexusBidAdapter'];

const BUNDLES = {
  without: () => bundleOf({ modules: OTHERS }),
  with: () => bundleOf({ modules: ['uid2IdSystem', ...OTHERS] }),
  withSdk: () => bundleOf({ modules: ['uid2IdSystem', 'uid2Sdk', ...OTHERS] }),
};
type Which = keyof typeof BUNDLES;

describe('A bundle with the module on a page that configures no uid2 (R20)', () => {
  const files = {} as Record<Which, string>;
  let which: Which = 'with';
  const world = inBrowser({ prebid: async () => files[which] });

  before(async function () {
    this.timeout(240_000);
    for (const name of Object.keys(BUNDLES) as Which[]) files[name] = await BUNDLES[name]();
  });

  beforeEach(async () => {
    await spyOnHabits(world.context);
    await spyOnStorage(world.context);
  });

  const SHARED_ID = { name: '_pubcid', type: 'html5', expires: 7 };
  const CONFIGS: Record<string, object> = {
    'another ID module': {
      userSync: { auctionDelay: 1000, userIds: [{ name: 'sharedId', storage: SHARED_ID }] },
    },
    'no ID module': {},
    'an ID module that is not in the bundle': { userSync: { userIds: [{ name: 'pubProvidedId', params: {} }] } },
  };

  /** A whole visit: the page, its config, two auctions, the page shown again. */
  async function visitWith(bundle: Which, config: object): Promise<Page> {
    which = bundle;
    const page = await world.page();
    await page.goto(world.url);
    await page.evaluate(async ([given, bids]) => {
      const { pbjs } = window as any;
      pbjs.setConfig(given);
      const adUnits = [{ code: 'banner', mediaTypes: { banner: { sizes: [[300, 250]] } }, bids }];
      for (let auction = 0; auction < 2; auction++) await pbjs.requestBids({ adUnits, timeout: 5000 });
      document.dispatchEvent(new Event('visibilitychange'));
    }, [config, [{ bidder: 'appnexus', params: SSPS.appnexus.params }]] as const);
    return page;
  }

  for (const [name, config] of Object.entries(CONFIGS)) {
    it(`with ${name} configured: no listener, no timer, no channel and no lock of ours`, async () => {
      const bare = await habitsOf(await visitWith('without', config));
      expect(bare).not.to.deep.equal([]);
      const page = await visitWith('with', config);
      expect(await page.evaluate(() => typeof (window as any).pbjs.uid2.status)).to.equal('function');
      expect(await habitsOf(page)).to.deep.equal(bare);
    });

    it(`with ${name} configured: storage is not touched, whatever is in it`, async () => {
      const other = await visitWith('with', {});
      await other.evaluate((key) => localStorage.setItem(key, 'left-by-an-earlier-page'), KEY);
      const page = await visitWith('with', config);
      const heard = page.evaluate(() => new Promise((resolve) => { addEventListener('storage', () => resolve(0)); }));
      // what is sent to a page is done there in this order
      await page.evaluate(() => 0);
      await other.evaluate((key) => localStorage.setItem(key, 'changed-by-another-tab'), KEY);
      await heard;
      expect(await usedBy(page)).to.deep.equal([]);
      await page.evaluate(() => (window as any).pbjs.uid2.status());
      expect(await usedBy(page)).to.deep.equal([]);
      expect(await page.evaluate(() => (window as any).pbjs.getUserIds())).not.to.have.property('uid2');
    });
  }

  for (const [name, config] of Object.entries(CONFIGS)) {
    it(`with ${name} configured, and uid2Sdk in the bundle: only the options that UID2's SDK keeps are read`, async () => {
      const bare = await habitsOf(await visitWith('without', config));
      const page = await visitWith('withSdk', config);
      const [local, cookie, ...others] = await usedBy(page);
      expect(local).to.equal('getItem UID2-sdk-identity_config');
      expect(cookie).to.match(/^get cookie .*__uid_2_config/);
      expect(others).to.deep.equal([]);
      // once the page's scripts have run, as they may name a consent platform; on a busy machine Prebid's queue may run only after them
      const more = (await habitsOf(page)).filter((habit) => habit !== 'listens on HTMLDocument for DOMContentLoaded');
      expect(more).to.deep.equal(bare);
      expect(await page.evaluate(() => (window as any).pbjs.getUserIds())).not.to.have.property('uid2');
    });
  }

  it('with uid2Sdk in the bundle, where GDPR applies: not even those', async () => {
    const consentData = { getTCData: { tcString: 'x', gdprApplies: true, purpose: { consents: {} }, vendor: { consents: {} } } };
    const config = { consentManagement: { gdpr: { cmpApi: 'static', consentData } } };
    // a page says so before Prebid is there
    await world.context.addInitScript((given) => {
      (window as any).pbjs = { que: [() => (window as any).pbjs.setConfig(given)] };
    }, config);
    const page = await visitWith('withSdk', {});
    expect(await usedBy(page)).to.deep.equal([]);
  });

  it('what the spies would have seen is there as soon as uid2 is configured', async () => {
    const bare = await habitsOf(await visitWith('with', {}));
    const userIds = [{ name: 'uid2', params: { uid2ApiBase: world.operator.url } }];
    const page = await visitWith('with', { userSync: { userIds } });
    expect((await habitsOf(page)).length).to.be.greaterThan(bare.length);
    expect((await usedBy(page)).join()).to.include(KEY);
  });
});
