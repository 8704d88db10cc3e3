import { expect } from 'chai';
import { startOperator } from '../../operator/index.ts';
import { inBrowser } from './support.ts';
import { expectNoUid2, type Params, type Visitor } from './visitor.ts';

const EMAIL = 'user@example.com';
const OTHER = 'other@example.com';
const FORBIDDEN = 'domain not on the account\'s list: http 403';

describe('Client-side generation', () => {
  const world = inBrowser();

  /** The params that name this user. */
  const by = (email?: string) => ({ uid2ApiBase: world.operator.url, ...world.operator.cstg, ...(email && { email }) }) as Params;
  const both = (token: unknown) => ({ appnexus: token, theadx: token });
  const requests = () => world.operator.admin.requests().map(({ method, path }) => `${method} ${path}`);
  const latest = async (visitor: Visitor): Promise<string> => (await visitor.record()).latestToken.advertising_token;
  const ONE = ['POST /v2/token/client-generate'];

  const refreshUserIds = ({ page }: Visitor) => page.evaluate(() => (window as any).pbjs.refreshUserIds({ submoduleNames: ['uid2'] }));
  const gone = ({ page }: Visitor) => page.waitForFunction(() => !(window as any).pbjs.getUserIds().uid2);

  for (const dii of [{ email: EMAIL }, { phone: '+12345678901' }]) {
    it(`gives the first auction a token, by ${Object.keys(dii)[0]}, in one request`, async () => {
      const visitor = await world.open({ params: { ...by(), ...dii } as Params });
      const { uid2 } = await visitor.auction();
      expect(uid2.appnexus).to.be.a('string');
      expect(uid2).to.deep.equal(both(await latest(visitor)));
      expect(requests()).to.deep.equal(ONE);
    });
  }

  it('asks nothing on the next page', async () => {
    const visitor = await world.open({ params: by(EMAIL) });
    const { uid2 } = await visitor.auction();
    await visitor.load();
    expect((await visitor.auction()).uid2).to.deep.equal(uid2);
    expect(requests()).to.deep.equal(ONE);
  });

  it('after a deferred login gives the token to the very next auction', async () => {
    const visitor = await world.open();
    // mergeConfig appends to a list, and Prebid takes the first entry of a name
    await visitor.page.evaluate(() => (window as any).pbjs.setConfig({ userSync: { auctionDelay: 60_000, syncEnabled: false, userIds: [] } }));
    expectNoUid2(await visitor.auction());
    await visitor.page.evaluate((params) => {
      const { pbjs } = window as any;
      pbjs.mergeConfig({ userSync: { userIds: [{ name: 'uid2', params }] } });
      pbjs.refreshUserIds({ submoduleNames: ['uid2'] });
    }, by(EMAIL));
    const { uid2 } = await visitor.auction();
    expect(uid2.appnexus).to.be.a('string');
    expect(uid2).to.deep.equal(both(await latest(visitor)));
    expect(requests()).to.deep.equal(ONE);
  });

  it('gives the next auction the token of the user who has logged in since, and of nobody else', async () => {
    const visitor = await world.open({ params: by(EMAIL) });
    const { uid2: { appnexus: first } } = await visitor.auction();
    await visitor.configure(by(OTHER));
    const { uid2: { appnexus: second } } = await visitor.auction();
    expect(second).to.be.a('string').and.not.equal(first);
    expect(second).to.equal(await latest(visitor));
  });

  it('gives the next auction the token of the user in a config that the page has changed in place', async () => {
    const visitor = await world.open();
    const tokens: unknown[] = [];
    for (const email of [EMAIL, OTHER]) {
      await visitor.page.evaluate(async ([params, name]) => {
        const page = window as any;
        page.params ??= params;
        page.params.email = name;
        page.pbjs.setConfig({ userSync: { auctionDelay: 60_000, syncEnabled: false, userIds: [{ name: 'uid2', params: page.params }] } });
        await page.pbjs.refreshUserIds({ submoduleNames: ['uid2'] });
      }, [by(), email] as const);
      tokens.push((await visitor.auction()).uid2.appnexus);
    }
    expect(tokens[0]).to.be.a('string');
    expect(tokens[1]).to.be.a('string').and.not.equal(tokens[0]);
  });

  it('makes one request from ten tabs on a first visit, and all have its token', async () => {
    world.operator.admin.fault({ endpoint: 'client-generate', latency: 300 });
    const visitors: Visitor[] = [];
    while (visitors.length < 10) visitors.push(await world.open());
    await Promise.all(visitors.map((visitor) => visitor.configure(by(EMAIL))));
    const tokens: unknown[] = [];
    for (const visitor of visitors) tokens.push((await visitor.auction()).uid2.appnexus);
    expect(tokens).to.deep.equal(Array(10).fill(await latest(visitors[0])));
    expect(requests()).to.deep.equal(ONE);
  });

  it('of two users in two windows is the second\'s in both, by two requests', async () => {
    const first = await world.open({ params: by(EMAIL) });
    await first.auction();
    const second = await world.open({ params: by(OTHER) });
    const { uid2 } = await second.auction();
    expect(uid2).to.deep.equal(both(await latest(second)));
    for (const visitor of [first, second, first]) expect((await visitor.auction()).uid2).to.deep.equal(uid2);
    expect(requests()).to.deep.equal([...ONE, ...ONE]);
  });

  it('makes one request when the page sets the config twice as it loads', async () => {
    world.operator.admin.fault({ endpoint: 'client-generate', latency: 300 });
    const visitor = await world.open();
    const asked = visitor.page.waitForRequest(/client-generate/);
    const set = () => visitor.page.evaluate((params) => (window as any).pbjs.setConfig({
      userSync: { auctionDelay: 60_000, syncEnabled: false, userIds: [{ name: 'uid2', params }] }
    }), by(EMAIL));
    await set();
    await set();
    await refreshUserIds(visitor);
    await asked;
    expect((await visitor.auction()).uid2).to.deep.equal(both(await latest(visitor)));
    expect(requests()).to.deep.equal(ONE);
  });

  it('is refused to a page whose domain is not on the account\'s list, and says 403', async () => {
    const strict = await startOperator({ domains: ['news.test'] });
    try {
      const visitor = await world.open({ params: { ...strict.cstg, email: EMAIL, uid2ApiBase: strict.url } as Params });
      expectNoUid2(await visitor.auction());
      expect(await visitor.status()).to.deep.include({ state: 'none', reason: FORBIDDEN, lastError: FORBIDDEN });
      expect(await visitor.record()).to.equal(null);
      await visitor.load();
      expectNoUid2(await visitor.auction());
      expect(strict.admin.requests()).to.have.length(1);
    } finally {
      await strict.close();
    }
  });

  it('is remembered as an opt-out, about which the next page does not ask', async () => {
    const visitor = await world.open({ params: by('optout@example.com') });
    expectNoUid2(await visitor.auction());
    await visitor.load();
    expectNoUid2(await visitor.auction());
    expect(await visitor.userIds()).to.deep.equal({ uid2: { optout: true } });
    expect(requests()).to.deep.equal(ONE);
  });

  it('leaves nothing of the user in the browser but a salted hash', async () => {
    const visitor = await world.open({ params: by(EMAIL) });
    await visitor.auction();
    const everything = JSON.stringify(await visitor.stored());
    for (const secret of [EMAIL, 'tMmiiTI7IaAcPpQPFQ65uMVCWH8av9jw4cwf/F5HVRQ=', 'subscription', world.operator.cstg.serverPublicKey]) {
      expect(everything).not.to.include(secret);
    }
  });

  it('stays ended by a logout when the page refreshes its IDs', async () => {
    const visitor = await world.open({ params: by(EMAIL) });
    await visitor.auction();
    await visitor.disconnect();
    await refreshUserIds(visitor);
    expectNoUid2(await visitor.auction());
    expect(await visitor.status()).to.deep.include({ state: 'none', reason: 'loggedOut' });
    expect(requests()).to.deep.equal(ONE);
  });

  it('begins again when the same user logs in again', async () => {
    const visitor = await world.open({ params: by(EMAIL) });
    const { uid2: { appnexus: first } } = await visitor.auction();
    await visitor.disconnect();
    await visitor.configure(by(EMAIL));
    const { uid2: { appnexus: second } } = await visitor.auction();
    expect(second).to.be.a('string').and.not.equal(first);
  });

  it('ends in all tabs with a logout in one', async () => {
    const [here, there] = [await world.open({ params: by(EMAIL) }), await world.open({ params: by(EMAIL) })];
    await there.auction();
    await here.disconnect();
    await gone(there);
    await refreshUserIds(there);
    expectNoUid2(await there.auction());
    expect(await there.record()).to.equal(null);
    expect(requests()).to.deep.equal(ONE);
  });

  it('ends in a tab that waits for another\'s answer, with the logout in that one', async () => {
    world.operator.admin.fault({ endpoint: 'client-generate', latency: 2000 });
    const here = await world.open();
    const asked = here.page.waitForRequest(/client-generate/);
    const configured = here.configure(by(EMAIL));
    await asked;
    const there = await world.open({ params: by(EMAIL) });
    await there.page.waitForFunction(() => (window as any).pbjs.uid2.status().reason === 'refreshing');
    await here.disconnect();
    await configured;
    expectNoUid2(await there.auction());
    expect(await there.record()).to.equal(null);
    expect(requests()).to.deep.equal(ONE);
  });
});
