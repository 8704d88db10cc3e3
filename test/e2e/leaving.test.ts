import { expect } from 'chai';
import { EMAIL, inBrowser } from './support.ts';
import { expectNoUid2, KEY } from './visitor.ts';

const HOUR = 3600_000;
const COOKIE = 'uid2_pub_cookie';

describe('Opting out', () => {
  const world = inBrowser();

  for (const age of ['stale', 'expired'] as const) {
    it(`at the refresh of a ${age} token: no UID2 in the auction, and no token left`, async () => {
      const uid2Token = await world.login(age);
      world.operator.admin.optOut({ email: EMAIL });
      const visitor = await world.open({ params: { uid2Token } });
      expectNoUid2(await visitor.auction(), uid2Token.advertising_token);
      expect(await visitor.userIds()).to.deep.equal({ uid2: { optout: true } });
      expect((await visitor.record()).latestToken).to.equal('optout');
      expect((await visitor.stored()).localStorage[KEY]).not.to.include(uid2Token.refresh_token);
    });
  }

  it('is remembered: later auctions and pages ask nothing and send nothing', async () => {
    const uid2Token = await world.login('expired');
    world.operator.admin.optOut({ email: EMAIL });
    const visitor = await world.open({ params: { uid2Token } });
    await visitor.auction();
    expectNoUid2(await visitor.auction());
    await visitor.load();
    expectNoUid2(await visitor.auction(), uid2Token.advertising_token);
    expect(world.refreshes()).to.have.length(1);
  });

  it('takes the token out of a page that has bid with it', async () => {
    const uid2Token = await world.login();
    const visitor = await world.open({ params: { uid2Token } });
    expect((await visitor.auction()).uid2.appnexus).to.equal(uid2Token.advertising_token);
    world.operator.admin.optOut({ email: EMAIL });
    await world.later(2 * HOUR);
    expectNoUid2(await visitor.auction(), uid2Token.advertising_token);
  });

  it('of one user is none of another', async () => {
    world.operator.admin.optOut({ email: 'two@example.com' });
    const visitor = await world.open({ params: { uid2Token: await world.login('expired', 'one@example.com') } });
    expect((await visitor.auction()).uid2.appnexus).to.be.a('string');
  });

  it('does not keep another user from logging in', async () => {
    const uid2Token = await world.login('expired');
    world.operator.admin.optOut({ email: EMAIL });
    const visitor = await world.open({ params: { uid2Token } });
    await visitor.auction();
    const other = await world.login('fresh', 'other@example.com');
    await visitor.configure({ uid2Token: other });
    expect((await visitor.auction()).uid2.appnexus).to.equal(other.advertising_token);
  });
});

describe('Logging out', () => {
  const world = inBrowser();

  for (const storage of ['localStorage', 'cookie'] as const) {
    it(`takes the UID2 out of bids, accessors and storage (${storage})`, async () => {
      const uid2Token = await world.login('expired');
      const visitor = await world.open({ params: { uid2Token, storage } });
      expect((await visitor.auction()).uid2.appnexus).to.be.a('string');
      await visitor.disconnect();
      expect(await visitor.userIds()).to.deep.equal({});
      expectNoUid2(await visitor.auction(), uid2Token.advertising_token);
      expect(JSON.stringify(await visitor.stored())).not.to.match(/Token|_token"/);
      expect(world.refreshes()).to.have.length(1);
    });
  }

  it('is not undone by the old token in the config', async () => {
    const uid2Token = await world.login();
    const visitor = await world.open({ params: { uid2Token } });
    await visitor.auction();
    await visitor.disconnect();
    await visitor.configure({ uid2Token });
    expectNoUid2(await visitor.auction(), uid2Token.advertising_token);
  });

  it('clears the publisher\'s token cookie, so that a reload finds nobody', async () => {
    const uid2Token = await world.login();
    await world.context.addCookies([{ name: COOKIE, value: encodeURIComponent(JSON.stringify(uid2Token)), url: world.url }]);
    const visitor = await world.open({ params: { uid2Cookie: COOKIE } });
    expect((await visitor.auction()).uid2.appnexus).to.equal(uid2Token.advertising_token);
    await visitor.disconnect();
    expect((await visitor.stored()).cookies).to.deep.equal({});
    await visitor.load();
    expectNoUid2(await visitor.auction(), uid2Token.advertising_token);
  });

  it('is not undone by an answer that arrives after it', async () => {
    const uid2Token = await world.login('expired');
    world.operator.admin.fault({ endpoint: 'refresh', latency: 300 });
    const visitor = await world.open();
    const asked = visitor.page.waitForRequest(/token\/refresh/);
    const configured = visitor.configure({ uid2Token });
    const request = await asked;
    const auction = visitor.auction();
    await visitor.disconnect();
    expectNoUid2(await auction, uid2Token.advertising_token);
    // null when the module has ended the request itself
    await request.response();
    await configured;
    expect(await visitor.userIds()).to.deep.equal({});
    expect(await visitor.record()).to.equal(null);
  });

  it('lets the next user log in at once', async () => {
    const visitor = await world.open({ params: { uid2Token: await world.login() } });
    await visitor.auction();
    await visitor.disconnect();
    const next = await world.login('fresh', 'next@example.com');
    await visitor.configure({ uid2Token: next });
    expect((await visitor.auction()).uid2).to.deep.equal({ appnexus: next.advertising_token, theadx: next.advertising_token });
  });
});
