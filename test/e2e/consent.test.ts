import { expect } from 'chai';
import { inBrowser } from './support.ts';
import { expectNoUid2, type Params } from './visitor.ts';

const gdpr = (gdprApplies: boolean) => ({
  consentManagement: {
    gdpr: {
      cmpApi: 'static',
      consentData: { getTCData: { tcString: 'COvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA', cmpId: 1, gdprApplies, purpose: { consents: {}, legitimateInterests: {} }, vendor: { consents: {}, legitimateInterests: {} } } }
    }
  }
});

const DENIALS = { 'GDPR applies': gdpr(true), 'COPPA applies': { coppa: true } };
const COOKIE = 'uid2_pub_cookie';

describe('Consent', () => {
  const world = inBrowser();

  for (const [name, config] of Object.entries(DENIALS)) {
    const ways: Record<string, () => Promise<Params>> = {
      'a token in the config': async () => ({ uid2Token: await world.login() }),
      'an expired token in the config': async () => ({ uid2Token: await world.login('expired') }),
      async 'a token in a cookie'() {
        const identity = await world.login();
        await world.context.addCookies([{ name: COOKIE, value: encodeURIComponent(JSON.stringify(identity)), url: world.url }]);
        return { uid2Cookie: COOKIE };
      }
    };
    for (const [way, paramsOf] of Object.entries(ways)) {
      it(`where ${name}, ${way} reaches no bid, no storage and no operator`, async () => {
        const params = await paramsOf();
        const visitor = await world.open({ params, config });
        const before = await visitor.stored();
        expectNoUid2(await visitor.auction(), params.uid2Token?.advertising_token);
        expect(await visitor.userIds()).to.deep.equal({});
        expect(await visitor.stored()).to.deep.equal(before);
        expect(Object.keys(before.localStorage)).to.deep.equal([]);
        expect(world.refreshes()).to.deep.equal([]);
      });
    }

    it(`where ${name}, a token stored by an earlier page is not sent`, async () => {
      const uid2Token = await world.login('expired');
      const earlier = await world.open({ params: { uid2Token } });
      const { uid2 } = await earlier.auction();
      const visitor = await world.open({ config });
      expectNoUid2(await visitor.auction(), uid2.appnexus as string);
      expect(world.refreshes()).to.have.length(1);
    });

    it(`${name}, learnt in mid-page, takes the UID2 out of the next auction`, async () => {
      const uid2Token = await world.login();
      const visitor = await world.open({ params: { uid2Token } });
      expect((await visitor.auction()).uid2.appnexus).to.equal(uid2Token.advertising_token);
      await visitor.page.evaluate((given) => (window as any).pbjs.setConfig(given), config);
      expectNoUid2(await visitor.auction(), uid2Token.advertising_token);
    });
  }

  it('COPPA, set in mid-page, hides the UID2 from the page at once', async () => {
    const visitor = await world.open({ params: { uid2Token: await world.login() } });
    await visitor.auction();
    const ids = await visitor.page.evaluate(() => {
      const { pbjs } = window as any;
      pbjs.setConfig({ coppa: true });
      return pbjs.getUserIds();
    });
    expect(ids).to.deep.equal({});
  });

  it('where GDPR does not apply, the token is sent', async () => {
    const uid2Token = await world.login();
    const visitor = await world.open({ params: { uid2Token }, config: gdpr(false) });
    expect((await visitor.auction()).uid2).to.deep.equal({ appnexus: uid2Token.advertising_token, theadx: uid2Token.advertising_token });
  });
});
