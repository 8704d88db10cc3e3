// R19: what status() says where a rule of the page or the reader keeps the token back; numbers are SITUATIONS.md's.
import { expect } from 'chai';
import { bundle } from './bundle.ts';
import { begun, COOKIE, expectTokenOf, setCookie } from './several.ts';
import { EMAIL, inBrowser } from './support.ts';
import { expectNoUid2, type Setup, type Visitor } from './visitor.ts';

const reasonOf = async (visitor: Visitor): Promise<string> => (await visitor.status()).reason;
const set = ({ page }: Visitor, config: object) =>
  page.evaluate((given) => (window as any).pbjs.setConfig(given), config);
const denying = (activity: string) => ({ allowActivities: { [activity]: { default: false } } });

/** The auction is without UID2, and status() says so. */
async function expectDenied(visitor: Visitor, reason: string): Promise<void> {
  expectNoUid2(await visitor.auction());
  expect(await reasonOf(visitor)).to.equal(reason);
}

const PLATFORM = { gdpr: { cmpApi: 'iab', timeout: 60_000 } };

const OPTED_OUT = {
  consentManagement: {
    gpp: {
      cmpApi: 'static',
      consentData: {
        applicableSections: [7], gppString: 'DBABLA~BVVqAAAAAgA.QA',
        parsedSections: { usnat: { Version: 1, SaleOptOut: 1, KnownChildSensitiveDataConsents: [0, 0] } },
      },
    },
  },
};

describe('status() where a rule keeps the token back (R19)', () => {
  const prebid = () => bundle('ours', 'allowActivities', 'consentManagementGpp', 'gppControl_usnat', 'tcfControl');
  const world = inBrowser({ prebid });

  const openWith = async (setup: Setup = {}) =>
    world.open({ params: { uid2Token: await world.login() }, bidders: ['appnexus'], ...setup });

  it('5: the bidder is not in `bidders`', async () => {
    const visitor = await openWith({ only: ['theadx'] });
    await expectDenied(visitor, 'bidder not listed');
    expect((await visitor.status()).withheldFrom).to.deep.equal(['appnexus']);
  });

  it('7: `deviceAccess: false`, and the token is in a cookie', async () => {
    await setCookie(world, await world.login());
    const config = { deviceAccess: false };
    await expectDenied(await openWith({ params: { uid2Cookie: COOKIE }, config }), 'storage denied');
  });

  it('7: `accessDevice` is denied, and the token is in a cookie', async () => {
    await setCookie(world, await world.login());
    const config = denying('accessDevice');
    await expectDenied(await openWith({ params: { uid2Cookie: COOKIE }, config }), 'storage denied');
  });

  it('7: its cure helps: a token in the config needs no storage', async () => {
    const visitor = await openWith({ config: { deviceAccess: false } });
    await expectTokenOf(EMAIL, await visitor.auction());
    expect(await reasonOf(visitor)).to.equal('ok');
  });

  it('10: a consent platform that is configured, and silent, with tcfControl', async () => {
    await world.context.addInitScript({ content: 'window.__tcfapi = () => {};' });
    const visitor = await openWith({ config: { consentManagement: PLATFORM } });
    expect(await visitor.userIds()).to.deep.equal({});
    expect(await reasonOf(visitor)).to.equal('waiting for consent');
  });

  it('11: `transmitEids` is denied to all', async () => {
    await expectDenied(await openWith({ config: denying('transmitEids') }), 'transmitEids denied');
  });

  it('11: `transmitEids` is denied to one of two bidders', async () => {
    const visitor = await openWith({ bidders: ['appnexus', 'theadx'] });
    // as text: what compiles these files leaves names in functions that a page does not have
    await visitor.page.evaluate(`pbjs.setConfig({ allowActivities: { transmitEids: {
      rules: [{ condition: (params) => params.componentName === 'appnexus', allow: false }]
    } } })`);
    const { uid2 } = await visitor.auction();
    expect(uid2.appnexus).to.equal(undefined);
    expect(uid2.theadx).to.be.a('string');
    expect(await visitor.status()).to.deep.include({ reason: 'ok', withheldFrom: ['appnexus'] });
  });

  it('12: `enrichEids` is denied from the start', async () => {
    await expectDenied(await openWith({ config: denying('enrichEids') }), 'enrichEids denied');
  });

  it('12: `enrichEids` is denied in mid-page; status() knows before the next auction', async () => {
    const visitor = await openWith();
    await begun(visitor);
    await set(visitor, denying('enrichEids'));
    expect(await reasonOf(visitor)).to.equal('enrichEids denied');
    await expectDenied(visitor, 'enrichEids denied');
  });

  it('13: the reader has opted out of a sale, with gppControl_usnat', async () => {
    await expectDenied(await openWith({ config: OPTED_OUT }), 'enrichEids denied');
  });
});

describe('status() with storageControl (R19)', () => {
  const world = inBrowser({ prebid: () => bundle('ours', 'storageControl') });
  const config = { storageControl: { enforcement: 'strict' } };

  it('8: a cookie of another name than those that are disclosed', async () => {
    await setCookie(world, await world.login(), 'publisher_uid2');
    const visitor = await world.open({ config, params: { uid2Cookie: 'publisher_uid2' }, bidders: ['appnexus'] });
    await expectDenied(visitor, 'cookie not disclosed');
  });
});

describe('status() before consent is known (R19)', () => {
  const world = inBrowser();

  for (const [title, platform] of [['silent', 'window.__tcfapi = () => {};'], ['not on the page', '']]) {
    it(`10: a consent platform that is configured, and ${title}`, async () => {
      const page = await world.page();
      await world.context.addInitScript({ content: platform });
      await page.goto(world.url);
      const userIds = [{ name: 'uid2', params: { uid2ApiBase: world.operator.url, uid2Token: await world.login() } }];
      const config = { consentManagement: PLATFORM, userSync: { auctionDelay: 1000, userIds } };
      await page.evaluate((given) => (window as any).pbjs.setConfig(given), config);
      const [status, ids] = await page.evaluate(() => {
        const { pbjs } = window as any;
        return [pbjs.uid2.status(), pbjs.getUserIds()];
      });
      expect(ids).to.deep.equal({});
      expect(status).to.deep.include({ state: 'none', reason: 'waiting for consent' });
    });
  }
});
