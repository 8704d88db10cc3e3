import { expect } from 'chai';
import { inBrowser } from './support.ts';
import { expectNoUid2, KEY, type Visitor } from './visitor.ts';

const HOUR = 3600_000;

describe('Refreshing', () => {
  const world = inBrowser();
  const latest = async (visitor: Visitor): Promise<string> => (await visitor.record()).latestToken.advertising_token;
  const both = (token: string) => ({ appnexus: token, theadx: token });

  it('asks nothing of the operator while the token is fresh', async () => {
    const uid2Token = await world.login();
    const visitor = await world.open({ params: { uid2Token } });
    expect((await visitor.auction()).uid2).to.deep.equal(both(uid2Token.advertising_token));
    expect(world.refreshes()).to.deep.equal([]);
  });

  for (const age of ['stale', 'expired'] as const) {
    it(`a visitor who comes with a ${age} token bids with a refreshed one`, async () => {
      const uid2Token = await world.login(age);
      const visitor = await world.open({ params: { uid2Token } });
      const { uid2 } = await visitor.auction();
      expect(uid2).to.deep.equal(both(await latest(visitor)));
      expect(uid2.appnexus).not.to.equal(uid2Token.advertising_token);
      expect(world.refreshes()).to.have.length(1);
    });

    it(`a reload finds the refreshed successor of a ${age} token`, async () => {
      const uid2Token = await world.login(age);
      const visitor = await world.open({ params: { uid2Token } });
      const { uid2 } = await visitor.auction();
      await visitor.load();
      expect((await visitor.auction()).uid2).to.deep.equal(uid2);
      expect(world.refreshes()).to.have.length(1);
    });
  }

  it('the next page needs no login to find the refreshed token', async () => {
    const visitor = await world.open({ params: { uid2Token: await world.login('expired') } });
    const { uid2 } = await visitor.auction();
    expect((await (await world.open()).auction()).uid2).to.deep.equal(uid2);
    expect(world.refreshes()).to.have.length(1);
  });

  it('bidWhileRefreshing bids with the stale token, and with the refreshed one as soon as it is there', async () => {
    const uid2Token = await world.login('stale');
    world.operator.admin.fault({ endpoint: 'refresh', latency: 300 });
    const visitor = await world.open({ params: { uid2Token, bidWhileRefreshing: true } });
    expect((await visitor.auction()).uid2).to.deep.equal(both(uid2Token.advertising_token));
    await visitor.page.waitForFunction(([key, old]) => !localStorage.getItem(key)?.includes(`"latestToken":{"advertising_token":"${old}"`), [KEY, uid2Token.advertising_token]);
    const { uid2 } = await visitor.auction();
    expect(uid2).to.deep.equal(both(await latest(visitor)));
    expect(uid2.appnexus).not.to.equal(uid2Token.advertising_token);
  });

  for (const hours of [2, 5]) {
    it(`a page that has been open for ${hours} hours refreshes before it bids again`, async () => {
      const uid2Token = await world.login();
      const visitor = await world.open({ params: { uid2Token } });
      expect((await visitor.auction()).uid2).to.deep.equal(both(uid2Token.advertising_token));
      await world.later(hours * HOUR);
      const { uid2 } = await visitor.auction();
      expect(uid2).to.deep.equal(both(await latest(visitor)));
      expect(uid2.appnexus).not.to.equal(uid2Token.advertising_token);
      expect(world.refreshes()).to.have.length(1);
    });
  }

  it('refreshes what was refreshed, and still knows the token that the publisher gave', async () => {
    const uid2Token = await world.login('expired');
    const visitor = await world.open({ params: { uid2Token } });
    const first = (await visitor.auction()).uid2.appnexus;
    await world.later(5 * HOUR);
    const second = (await visitor.auction()).uid2.appnexus;
    expect(new Set([uid2Token.advertising_token, first, second])).to.have.property('size', 3);
    expect((await visitor.record()).originalToken.advertising_token).to.equal(uid2Token.advertising_token);
    expect(world.refreshes().map(({ method }) => method)).to.deep.equal(['POST', 'POST']);
  });

  it('auctions and calls of refreshUserIds at once share one refresh', async () => {
    world.operator.admin.fault({ endpoint: 'refresh', latency: 300 });
    const visitor = await world.open({ params: { uid2Token: await world.login('expired') } });
    const auctions = await visitor.page.evaluate(async () => {
      const { pbjs } = window as any;
      const bids = [{ bidder: 'appnexus', params: { placementId: 13144370 } }];
      const mediaTypes = { banner: { sizes: [[300, 250]] } };
      await Promise.all([
        ...['a', 'b'].map((code) => pbjs.requestBids({ adUnits: [{ code, mediaTypes, bids }] })),
        pbjs.refreshUserIds({ submoduleNames: ['uid2'] }), pbjs.refreshUserIds()
      ]);
      return pbjs.getEvents().filter(({ eventType }: any) => eventType === 'bidRequested')
        .map(({ args }: any) => args.bids[0].userIdAsEids?.[0].uids[0].id);
    });
    const token = await latest(visitor);
    expect(auctions).to.deep.equal([token, token]);
    expect(world.refreshes()).to.have.length(1);
  });

  it('a token past its refresh_expires is neither sent nor refreshed', async () => {
    const visitor = await world.open({ params: { uid2Token: await world.login('dead') } });
    expectNoUid2(await visitor.auction());
    expect(world.refreshes()).to.deep.equal([]);
  });

  it('the token of a new login is not mixed with the record of the user before', async () => {
    const visitor = await world.open({ params: { uid2Token: await world.login('expired', 'one@example.com') } });
    await visitor.auction();
    const second = await world.login('fresh', 'two@example.com');
    await visitor.configure({ uid2Token: second });
    expect((await visitor.auction()).uid2).to.deep.equal(both(second.advertising_token));
    await visitor.load();
    expect((await visitor.auction()).uid2).to.deep.equal(both(second.advertising_token));
  });

  it('says in the query which client asks', async () => {
    const visitor = await world.open({ params: { uid2Token: await world.login('expired') } });
    await visitor.auction();
    const version = await visitor.page.evaluate(() => (window as any).pbjs.version.replace(/^v/, ''));
    expect(world.refreshes()[0].client).to.match(new RegExp(`^PrebidJS-${version}-UID2Module-`));
  });

  it('API v1 is asked with a GET, and its token sent', async () => {
    const uid2Token = await world.loginV1('expired');
    const visitor = await world.open({ params: { uid2Token, uid2ApiVersion: 1 } });
    const { uid2 } = await visitor.auction();
    expect(uid2).to.deep.equal(both(await latest(visitor)));
    expect(uid2.appnexus).not.to.equal(uid2Token.advertising_token);
    expect(world.refreshes().map(({ method, path }) => `${method} ${path}`)).to.deep.equal(['GET /v1/token/refresh']);
  });

  it('API v2 refreshes a token that API v1 has made', async () => {
    const uid2Token = await world.loginV1('expired');
    const visitor = await world.open({ params: { uid2Token } });
    const { uid2 } = await visitor.auction();
    expect(uid2).to.deep.equal(both(await latest(visitor)));
    expect(world.refreshes().map(({ method, path }) => `${method} ${path}`)).to.deep.equal(['POST /v2/token/refresh']);
  });
});

describe('Refreshing, with nothing between Chromium and the operator', () => {
  const world = inBrowser();

  for (const version of [1, 2] as const) {
    it(`API v${version} is one round trip: no preflight`, async () => {
      const uid2Token = await (version === 1 ? world.loginV1('expired') : world.login('expired'));
      const visitor = await world.open({ params: { uid2Token, uid2ApiVersion: version } });
      await visitor.page.waitForFunction(() => (window as any).pbjs.getUserIds().uid2?.id);
      expect(world.refreshes().map(({ method }) => method)).to.deep.equal([version === 1 ? 'GET' : 'POST']);
    });
  }
});
