import { expect } from 'chai';
import { inBrowser } from './support.ts';
import { expectNoUid2, KEY } from './visitor.ts';

const COOKIE = 'uid2_pub_cookie';
const DAY = 24 * 3600_000;

describe('Storage', () => {
  const world = inBrowser();
  const cookie = (name: string, value: string) => world.context.addCookies([{ name, value, url: world.url }]);
  const store = (value: string) => world.context.addInitScript(([key, text]) => {
    // once, as an earlier page would have done
    if (!sessionStorage.getItem('stored')) localStorage.setItem(key, text);
    sessionStorage.setItem('stored', '1');
  }, [KEY, value]);

  it('is localStorage by default, and no cookie', async () => {
    const uid2Token = await world.login('expired');
    const visitor = await world.open({ params: { uid2Token } });
    const { uid2 } = await visitor.auction();
    const { localStorage, cookies } = await visitor.stored();
    expect(cookies).to.deep.equal({});
    const { originalToken, latestToken } = JSON.parse(localStorage[KEY]);
    expect(originalToken).to.deep.equal(uid2Token);
    expect(latestToken.advertising_token).to.equal(uid2.appnexus);
  });

  it('is a cookie where the publisher says so, for as long as the token can be refreshed', async () => {
    const visitor = await world.open({ params: { uid2Token: await world.login('expired'), storage: 'cookie' } });
    const { uid2 } = await visitor.auction();
    const { latestToken } = await visitor.record('cookies');
    expect(latestToken.advertising_token).to.equal(uid2.appnexus);
    expect((await visitor.stored()).localStorage).not.to.have.property(KEY);
    const kept = (await world.context.cookies(world.url)).find(({ name }) => name === KEY);
    expect(kept?.sameSite).to.equal('Lax');
    expect(kept?.expires).to.be.closeTo(latestToken.refresh_expires / 1000, 1);
    await visitor.load();
    expect((await visitor.auction()).uid2).to.deep.equal(uid2);
    expect(world.refreshes()).to.have.length(1);
  });

  for (const [from, to] of [['localStorage', 'cookie'], ['cookie', 'localStorage']] as const) {
    it(`is carried over from ${from} to ${to}`, async () => {
      const uid2Token = await world.login('expired');
      const { uid2 } = await (await world.open({ params: { uid2Token, storage: from } })).auction();
      const visitor = await world.open({ params: { uid2Token, storage: to } });
      expect((await visitor.auction()).uid2).to.deep.equal(uid2);
      const { localStorage, cookies } = await visitor.stored();
      expect(KEY in (to === 'cookie' ? cookies : localStorage)).to.equal(true);
      expect(world.refreshes()).to.have.length(1);
    });
  }

  for (const param of ['uid2Cookie', 'uid2ServerCookie'] as const) {
    it(`of the publisher: the cookie that ${param} names is read, and refreshed into ours`, async () => {
      const identity = await world.login('expired');
      const value = encodeURIComponent(JSON.stringify(identity));
      await cookie(COOKIE, value);
      const visitor = await world.open({ params: { [param]: COOKIE } });
      const { uid2 } = await visitor.auction();
      expect((await visitor.record()).latestToken.advertising_token).to.equal(uid2.appnexus);
      expect(uid2.appnexus).not.to.equal(identity.advertising_token);
      expect((await visitor.stored()).cookies).to.deep.equal({ [COOKIE]: decodeURIComponent(value) });
    });
  }

  it('of Prebid, where the publisher asks for it, does not keep an old token alive', async () => {
    const uid2Token = await world.login();
    const storage = { type: 'html5', name: 'uid2_of_prebid', expires: 30, refreshInSeconds: 30 * 24 * 3600 } as const;
    const visitor = await world.open({ params: { uid2Token }, storage });
    expect((await visitor.auction()).uid2.appnexus).to.equal(uid2Token.advertising_token);
    // a page that is still open may ask at the new time, and be left in mid-request
    await visitor.page.goto('about:blank');
    await world.later(DAY);
    await visitor.load();
    expect((await visitor.auction()).uid2.appnexus).to.be.a('string').and.not.equal(uid2Token.advertising_token);
    expect(world.refreshes()).to.have.length(1);
  });

  it('written by Prebid\'s own module is understood', async () => {
    const originalToken = await world.login('expired');
    const latestToken = await world.login();
    await store(JSON.stringify({ originalToken, latestToken, originalIdentity: undefined }));
    const visitor = await world.open({ params: { uid2Token: originalToken } });
    expect((await visitor.auction()).uid2.appnexus).to.equal(latestToken.advertising_token);
    expect(world.refreshes()).to.deep.equal([]);
  });

  it('with a bare token of the first integrations is read', async () => {
    const { advertising_token: token } = await world.login();
    await store(token);
    const visitor = await world.open();
    expect((await visitor.auction()).uid2).to.deep.equal({ appnexus: token, theadx: token });
  });

  it('of UID2\'s own SDK is read', async () => {
    const identity = await world.login();
    await world.context.addInitScript((text) => localStorage.setItem('UID2-sdk-identity', text), JSON.stringify(identity));
    const visitor = await world.open();
    expect((await visitor.auction()).uid2).to.deep.equal({ appnexus: identity.advertising_token, theadx: identity.advertising_token });
  });

  const CORRUPT = ['{', '{}', '[]', '"{"', 'null', '{"latestToken":null}', '{"latestToken":{}}', '5', 'ключ', 'x'.repeat(4_000_000)];
  for (const text of CORRUPT) {
    const shown = text.length > 30 ? `${text.length / 1e6} MB of text` : text;
    it(`that holds ${shown} sends nothing of it, and does not lose the token in the config`, async () => {
      await store(text);
      const visitor = await world.open();
      expectNoUid2(await visitor.auction());
      const uid2Token = await world.login('expired');
      await visitor.configure({ uid2Token });
      const { uid2 } = await visitor.auction();
      expect(uid2.appnexus).to.be.a('string').and.not.equal(uid2Token.advertising_token);
      expect((await visitor.record()).latestToken.advertising_token).to.equal(uid2.appnexus);
    });
  }

  it('with malformed cookies does not lose the token in the config', async () => {
    await cookie(KEY, '%E0%A4%A');
    const uid2Token = await world.login();
    const visitor = await world.open({ params: { uid2Token, storage: 'cookie' } });
    expect((await visitor.auction()).uid2.appnexus).to.equal(uid2Token.advertising_token);
  });

  it('with malformed cookies does not lose the token in localStorage', async () => {
    const { uid2 } = await (await world.open({ params: { uid2Token: await world.login('expired') } })).auction();
    await cookie(KEY, '%E0%A4%A');
    await cookie(COOKIE, '%');
    const visitor = await world.open({ params: { uid2Cookie: COOKIE, storage: 'cookie' } });
    expect((await visitor.auction()).uid2).to.deep.equal(uid2);
  });

  it('that is full does not keep a refreshed token from the bids', async () => {
    await world.context.addInitScript(() => {
      for (let size = 5_000_000; size >= 1; size = Math.floor(size / 2)) {
        for (;;) {
          try {
            localStorage.setItem(`filler ${size} ${localStorage.length}`, 'x'.repeat(size));
          } catch {
            break;
          }
        }
      }
    });
    const uid2Token = await world.login('expired');
    const visitor = await world.open({ params: { uid2Token } });
    const { uid2 } = await visitor.auction();
    expect(uid2.appnexus).to.be.a('string').and.not.equal(uid2Token.advertising_token);
    expect((await visitor.auction()).uid2).to.deep.equal(uid2);
    expect(world.refreshes()).to.have.length(1);
  });
});
