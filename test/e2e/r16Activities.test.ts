// R16: what Prebid's activity controls deny, from the start or in mid-page, is not done; status() says which it is.
import { expect } from 'chai';
import type { Identity } from '../../operator/index.ts';
import { bundle } from './bundle.ts';
import { begun, expectTokenOf } from './several.ts';
import { spyOnStorage, usedBy } from './spies.ts';
import { EMAIL, inBrowser } from './support.ts';
import { expectNoUid2, type Params, type Visitor } from './visitor.ts';

const HOUR = 3600_000;
const NO_CONSENT = { consents: {}, legitimateInterests: {} };

const gpp = (applicableSections: number[], parsedSections: object) => ({
  gpp: { cmpApi: 'static', consentData: { applicableSections, parsedSections, gppString: 'DBABLA~BVVqAAAAAgA.QA' } },
});

/** A choice of the reader's as a US platform tells of it: 1 is an opt-out of a sale, 2 none. */
const usnat = (SaleOptOut: 1 | 2) => ({
  consentManagement: gpp([7], {
    usnat: {
      Version: 1, SaleOptOut, SaleOptOutNotice: 1, SharingNotice: 1, SharingOptOut: 2, SharingOptOutNotice: 1,
      TargetedAdvertisingOptOut: 2, TargetedAdvertisingOptOutNotice: 1, SensitiveDataProcessing: Array(12).fill(0),
      SensitiveDataProcessingOptOutNotice: 0, SensitiveDataLimitUseNotice: 0, KnownChildSensitiveDataConsents: [0, 0],
      PersonalDataConsents: 0, MspaCoveredTransaction: 2, MspaServiceProviderMode: 0, Gpc: 0,
    },
  }),
});

// bidders are asked all the same
const BASIC_ADS = { purpose: 'basicAds', enforcePurpose: false, enforceVendor: false };

const tcf = (gdprApplies: boolean) => ({
  consentManagement: {
    gdpr: {
      rules: [BASIC_ADS],
      cmpApi: 'static',
      consentData: { getTCData: { tcString: 'COv', cmpId: 1, gdprApplies, purpose: NO_CONSENT, vendor: NO_CONSENT } },
    },
  },
});

type Denial = { reason: string; denied: object; allowed: object };

const DENIALS: Record<string, Denial> = {
  'gppControl_usnat, as the reader has opted out of a sale': {
    reason: 'enrichEids denied', denied: usnat(1), allowed: usnat(2),
  },
  'allowActivities, for enrichEids': {
    reason: 'enrichEids denied', allowed: { allowActivities: {} },
    denied: { allowActivities: { enrichEids: { default: false } } },
  },
  'tcfControl, as GDPR applies': { reason: 'gdprApplies', denied: tcf(true), allowed: tcf(false) },
  'a GPP string with the EU section': {
    reason: 'gdprApplies', denied: { consentManagement: gpp([2], {}) }, allowed: { consentManagement: gpp([8], {}) },
  },
};

describe('Prebid\'s activity controls (R16)', () => {
  const prebid = () => bundle('ours', 'allowActivities', 'consentManagementGpp', 'gppControl_usnat', 'tcfControl');
  const world = inBrowser({ prebid });
  let uid2Token: Identity;

  beforeEach(() => spyOnStorage(world.context));

  const set = ({ page }: Visitor, config: object) =>
    page.evaluate((given) => (window as any).pbjs.setConfig(given), config);

  /** Fails if anything is asked, used or sent, although the token has become old and the page is shown again. */
  async function expectNothing(visitor: Visitor, reason: string): Promise<void> {
    for (const hours of [0, 2, 5]) {
      await world.later(hours * HOUR);
      await visitor.page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
      expectNoUid2(await visitor.auction(), uid2Token.advertising_token);
      expect(await visitor.userIds()).to.deep.equal({});
      expect(await visitor.status()).to.deep.include({ state: 'none', reason });
    }
    expect(await usedBy(visitor.page)).to.deep.equal([]);
    expect(world.operator.admin.requests().filter(({ method }) => method !== 'OPTIONS')
      .filter(({ path }) => !path.endsWith('/token/generate'))).to.deep.equal([]);
  }

  for (const [name, { reason, denied, allowed }] of Object.entries(DENIALS)) {
    it(`denied from the start by ${name}: no request, no storage, no bid, and status() says so`, async () => {
      uid2Token = await world.login('stale');
      await expectNothing(await world.open({ params: { uid2Token }, config: denied }), reason);
    });

    it(`denied from the start by ${name}: no token is generated`, async () => {
      uid2Token = await world.login();
      const params: Params = { ...world.operator.cstg, email: EMAIL };
      await expectNothing(await world.open({ params, config: denied }), reason);
    });

    it(`denied in mid-page by ${name}: no request, no storage, no bid from then on; and back again`, async () => {
      uid2Token = await world.login();
      const visitor = await world.open({ params: { uid2Token }, config: allowed });
      await expectTokenOf(EMAIL, await visitor.auction());
      await set(visitor, denied);
      expect(await visitor.userIds()).to.deep.equal({});
      await usedBy(visitor.page);
      await expectNothing(visitor, reason);
      await set(visitor, allowed);
      await expectTokenOf(EMAIL, await visitor.auction());
      expect(await visitor.status()).to.deep.include({ reason: 'ok' });
    });
  }

  const NO_DEVICE = { allowActivities: { accessDevice: { default: false } } };

  it('accessDevice denied from the start: storage is not used, and a token from the config is sent', async () => {
    uid2Token = await world.login();
    const visitor = await world.open({ params: { uid2Token }, config: NO_DEVICE });
    await expectTokenOf(EMAIL, await visitor.auction());
    expect(await visitor.status()).to.deep.include({ reason: 'ok' });
    expect(await usedBy(visitor.page)).to.deep.equal([]);
  });

  it('accessDevice denied from the start, and no token but the stored one: status() says so', async () => {
    uid2Token = await world.login();
    await begun(await world.open({ params: { uid2Token } }));
    const visitor = await world.open({ config: NO_DEVICE });
    await expectNothing(visitor, 'storage denied');
  });

  it('accessDevice denied in mid-page: no storage, and no request for the stored token; and back again', async () => {
    uid2Token = await world.login();
    const first = await world.open({ params: { uid2Token } });
    await begun(first);
    const visitor = await world.open();
    await expectTokenOf(EMAIL, await visitor.auction());
    await first.page.close();
    await set(visitor, NO_DEVICE);
    await usedBy(visitor.page);
    // the page names nobody, and may not know any more who is stored
    for (const hours of [0, 2, 5]) {
      await world.later(hours * HOUR);
      expectNoUid2(await visitor.auction(), uid2Token.advertising_token);
    }
    expect(await visitor.status()).to.deep.include({ reason: 'storage denied' });
    expect(await usedBy(visitor.page)).to.deep.equal([]);
    expect(world.refreshes()).to.deep.equal([]);
    await set(visitor, { allowActivities: {} });
    await expectTokenOf(EMAIL, await visitor.auction());
  });
});
