// Which identity is used: the order of sources, and whose record it is (R1, R2).
import { expect } from 'chai';
import { identity, KEY, openPage, setCookie, store, stored, type Page } from './support/page';

const json = (value: unknown) => encodeURIComponent(JSON.stringify(value));
const idOf = (page: Page) => (page.published() as { id?: string } | undefined)?.id;

type Spot = 'uid2Token' | 'uid2Cookie' | 'uid2ServerCookie' | 'record' | 'plain' | 'plainCookie' | 'sdk' | 'sdkCookie';

// puts an identity into a place; the params that name it
async function put(spot: Spot): Promise<{ token: string; params: object }> {
  const made = await identity();
  const token = made.advertising_token;
  const params: { [name in Spot]?: () => object | void } = {
    uid2Token: () => ({ uid2Token: made }),
    uid2Cookie: () => { setCookie('login', json(made)); return { uid2Cookie: 'login' }; },
    uid2ServerCookie: () => { setCookie('server', json(made)); return { uid2ServerCookie: 'server' }; },
    record: () => { store({ originalToken: made, latestToken: made }); },
    plain: () => localStorage.setItem(KEY, token),
    plainCookie: () => setCookie(KEY, token),
    sdk: () => localStorage.setItem('UID2-sdk-identity', JSON.stringify(made)),
    sdkCookie: () => setCookie('__uid_2', json(made)),
  };
  return { token, params: params[spot]!() ?? {} };
}

const SOURCE: { [spot in Spot]: string } = {
  uid2Token: 'params', uid2Cookie: 'cookie', uid2ServerCookie: 'cookie', record: 'stored', plain: 'legacy', plainCookie: 'legacy', sdk: 'sdk', sdkCookie: 'sdk',
};

describe('uid2 sources: the order', () => {
  for (const [spot, source] of Object.entries(SOURCE) as [Spot, string][]) {
    it(`takes a token from ${spot}, and says so: ${source}`, async () => {
      const { token, params } = await put(spot);
      const page = openPage();
      expect(page.ask(params).held).to.equal(false);
      expect([idOf(page), page.uid2.status().source]).to.deep.equal([token, source]);
    });
  }

  const ORDER: [Spot, Spot][] = [
    ['uid2Token', 'uid2Cookie'], ['uid2Token', 'uid2ServerCookie'], ['uid2Token', 'record'], ['uid2Token', 'plain'], ['uid2Token', 'sdk'],
    ['uid2Cookie', 'uid2ServerCookie'], ['uid2Cookie', 'record'], ['uid2Cookie', 'plain'], ['uid2Cookie', 'sdk'],
    ['uid2ServerCookie', 'record'], ['uid2ServerCookie', 'plain'], ['uid2ServerCookie', 'sdk'],
    ['record', 'plainCookie'], ['record', 'sdk'], ['record', 'sdkCookie'],
    ['plain', 'sdk'], ['plain', 'sdkCookie'], ['plainCookie', 'sdk'], ['sdk', 'sdkCookie'],
  ];
  for (const [first, second] of ORDER) {
    it(`prefers ${first} to ${second}`, async () => {
      const below = await put(second);
      const above = await put(first);
      const page = openPage();
      page.ask({ ...below.params, ...above.params });
      expect(idOf(page)).to.equal(above.token);
    });
  }

  it('goes on to the next source where a cookie is named and not there', async () => {
    const { token } = await put('record');
    const page = openPage();
    page.ask({ uid2Cookie: 'login' });
    expect(idOf(page)).to.equal(token);
  });
  it('reads a publisher\'s cookie that is not URL-encoded', async () => {
    const made = await identity();
    setCookie('login', JSON.stringify(made));
    const page = openPage();
    page.ask({ uid2Cookie: 'login' });
    expect(idOf(page)).to.equal(made.advertising_token);
  });
  it('leaves the SDK\'s storage as it is, and refreshes nothing of it', async () => {
    const made = await identity('stale');
    localStorage.setItem('UID2-sdk-identity', JSON.stringify(made));
    const page = openPage();
    const { held } = page.ask();
    expect([held, idOf(page), localStorage.length]).to.deep.equal([false, made.advertising_token, 1]);
    expect(localStorage.getItem('UID2-sdk-identity')).to.equal(JSON.stringify(made));
  });
  it('sends no expired token of the SDK', async () => {
    localStorage.setItem('UID2-sdk-identity', JSON.stringify(await identity('expired')));
    const page = openPage();
    expect([page.ask().held, page.published()]).to.deep.equal([false, undefined]);
  });
  it('knows an opt-out by the SDK', () => {
    localStorage.setItem('UID2-sdk-identity', '{"status":"optout"}');
    const page = openPage();
    page.ask();
    expect(page.published()).to.deep.equal({ optout: true });
  });
  it('stores no legacy plain token', async () => {
    const { token } = await put('plainCookie');
    openPage().ask();
    expect([localStorage.length, document.cookie]).to.deep.equal([0, `${KEY}=${token}`]);
  });
});

describe('uid2 sources: whose record it is', () => {
  it('ignores and replaces a record of another user', async () => {
    const [mine, other] = [await identity(), await identity()];
    store({ originalToken: other, latestToken: other });
    const page = openPage();
    page.ask({ uid2Token: mine });
    expect(idOf(page)).to.equal(mine.advertising_token);
    expect(JSON.stringify(stored())).to.contain(mine.advertising_token).and.not.contain(other.advertising_token);
  });
  it('sends nothing of another user while the supplied token is expired', async () => {
    const other = await identity();
    store({ originalToken: other, latestToken: other });
    const page = openPage();
    const { held, done } = page.ask({ uid2Token: await identity('expired') });
    expect([held, page.published()]).to.deep.equal([true, undefined]);
    await done;
    expect(JSON.stringify(stored())).to.not.contain(other.advertising_token);
  });
  it('ignores the record of a user who was told by other means', async () => {
    const [mine, other] = [await identity(), await identity()];
    store({ originalIdentity: { identity: 'some-hash', salt: 1 }, latestToken: other });
    const page = openPage();
    page.ask({ uid2Token: mine });
    expect(idOf(page)).to.equal(mine.advertising_token);
  });
  it('prefers a refreshed successor to the expired original', async () => {
    const [original, successor] = [await identity('expired'), await identity()];
    store({ originalToken: original, latestToken: successor });
    const page = openPage();
    expect(page.ask({ uid2Token: original }).held).to.equal(false);
    expect(idOf(page)).to.equal(successor.advertising_token);
  });
  it('prefers the supplied token where the record\'s expires sooner', async () => {
    const [mine, older] = [await identity(), await identity('stale')];
    store({ originalToken: mine, latestToken: older });
    const page = openPage();
    page.ask({ uid2Token: mine });
    expect(idOf(page)).to.equal(mine.advertising_token);
  });
  it('takes the new user\'s token in mid-page', async () => {
    const [first, second] = [await identity(), await identity()];
    const page = openPage();
    page.ask({ uid2Token: first });
    page.ask({ uid2Token: second });
    expect(idOf(page)).to.equal(second.advertising_token);
    expect(stored()!.originalToken!.advertising_token).to.equal(second.advertising_token);
  });
});
