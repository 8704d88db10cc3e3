// As in production: every page and the operator by TLS and HTTP/2, behind a front; from login to bid, and out again.
import { expect } from 'chai';
import { bid } from './bid.ts';
import { waitPatiently } from './patience.ts';
import { type Front, secureFront } from './secureFront.ts';
import { COOKIE, EMAIL, securePublisher, SITE } from './securePublisher.ts';
import { isOnClient, MODES } from './site.ts';

/** They are over once the site has slept for a minute, and not while a slow machine gets there. */
const LESS_THAN_A_MINUTE = { refreshFrom: 50_000, identityExpires: 55_000, refreshExpires: 600_000 };

describe('Main paths by TLS and HTTP/2', () => {
  const world = securePublisher();
  const { login, loginStale, tokenCookie, configure, configureEntry, record, status, asked } = world;

  it('from login to bid: the token of the cookie that the server has set', async () => {
    expect(await login()).to.equal(200);
    await configure({ uid2Cookie: COOKIE });
    expect(await bid(world.page)).to.equal((await tokenCookie()).advertising_token);
    expect(await status()).to.include({ state: 'fresh', reason: 'ok', source: 'cookie' });
    expect(new Set(world.fronts.site.connections())).to.deep.equal(new Set(['h2']));
  });

  it('the session is a __Host- cookie that scripts cannot read, and both cookies are Secure', async () => {
    await login();
    const cookies = (await world.context.cookies()).map(({ name, secure, httpOnly, sameSite, path }) => ({ name, secure, httpOnly, sameSite, path }));
    expect(cookies).to.have.deep.members([
      { name: '__Host-site_session', secure: true, httpOnly: true, sameSite: 'Lax', path: '/' },
      { name: COOKIE, secure: true, httpOnly: false, sameSite: 'Lax', path: '/' }
    ]);
  });

  it('refresh: a stale token is replaced by one request, over HTTP/2, without a preflight', async () => {
    await loginStale();
    const { advertising_token: before } = await tokenCookie();
    await configure({ uid2Cookie: COOKIE });
    const token = await bid(world.page);
    expect(token).to.be.a('string').and.not.equal(before);
    expect((await record()).latestToken.advertising_token).to.equal(token);
    expect(asked()).to.deep.equal(['POST /v2/token/refresh 200']);
    expect(world.fronts.operator.connections()).to.deep.equal(['h2']);
  });

  it('generation by the page, for the domain on the list', async () => {
    await configure({ ...world.operator.cstg, email: EMAIL });
    expect(await bid(world.page)).to.equal((await record()).latestToken.advertising_token);
    expect(asked()).to.deep.equal(['POST /v2/token/client-generate 200']);
    expect(world.operator.admin.requests()[0].origin).to.equal(world.fronts.site.url);
  });

  it('opt-out: no bid has a token of the reader, now or on the next page, and the operator is asked once', async () => {
    await loginStale();
    world.operator.admin.optOut({ email: EMAIL });
    await configure({ uid2Cookie: COOKIE });
    expect(await bid(world.page)).to.equal(undefined);
    await world.page.reload();
    await configure({ uid2Cookie: COOKIE });
    expect(await bid(world.page)).to.equal(undefined);
    expect(await status()).to.include({ state: 'optedOut' });
    expect((await record()).latestToken).to.equal('optout');
    expect(asked()).to.deep.equal(['POST /v2/token/refresh 200']);
  });

  it('server-only: bids have the token that the server gives out at /token, and the browser keeps none', async () => {
    const tokenOfServer = () => world.page.evaluate(async () => (await (await fetch('/token')).json()).token);
    expect(await tokenOfServer()).to.equal(null);
    await login('server-only');
    const token = await tokenOfServer();
    await configureEntry({ name: 'uid2', value: { uid2: { id: token } } });
    expect(await bid(world.page)).to.be.a('string').and.equal(token);
    expect((await world.context.cookies()).map(({ name }) => name)).to.deep.equal(['__Host-site_session']);
    expect(await record()).to.equal(null);
    expect(world.fronts.operator.requests()).to.deep.equal([]);
  });

  it('logout: no token, no cookie of the reader, and nothing that brings them back', async () => {
    await login();
    await configure({ uid2Cookie: COOKIE });
    expect(await bid(world.page)).to.be.a('string');
    await world.page.evaluate(async () => {
      (window as any).pbjs.uid2.disconnect();
      await fetch('/logout', { method: 'POST' });
    });
    expect(await bid(world.page)).to.equal(undefined);
    expect(await world.context.cookies()).to.deep.equal([]);
    await world.page.reload();
    await configure({ uid2Cookie: COOKIE });
    expect(await bid(world.page)).to.equal(undefined);
    expect(await record()).to.equal(null);
  });

  it('a token in a __Host- cookie is read, refreshed and logged out', async () => {
    await loginStale();
    const identity = await tokenCookie();
    const url = `${world.fronts.site.url}/`;
    await world.context.clearCookies({ name: COOKIE });
    await world.context.addCookies([{ name: '__Host-uid2', value: encodeURIComponent(JSON.stringify(identity)), url, secure: true, sameSite: 'Lax' }]);
    await configure({ uid2Cookie: '__Host-uid2' });
    expect(await bid(world.page)).to.equal((await record()).latestToken.advertising_token).and.not.equal(identity.advertising_token);
    await world.page.evaluate(() => (window as any).pbjs.uid2.disconnect());
    expect((await world.context.cookies()).map(({ name }) => name)).to.deep.equal(['__Host-site_session']);
  });

  describe('on the example site\'s own page', () => {
    let front: Front;
    beforeEach(async () => {
      front = await secureFront(SITE, () => world.site.url);
      await waitPatiently(world.context);
      world.operator.admin.setLifetimes(LESS_THAN_A_MINUTE);
    });
    afterEach(() => front.close());

    const press = (name: string) => world.page.getByRole('button', { name, exact: true }).first().click();
    const tokenOfPage = async () => (await world.page.waitForFunction(() => (window as any).pbjs.getUserIds?.().uid2?.id)).jsonValue() as Promise<string>;

    /** The token that both SSPs are sent after this. */
    async function sentAfter(act: () => Promise<void>): Promise<string> {
      const withUid2 = ['/openrtb2/auction', '/ssp/theadx'].map((path) => world.page.waitForRequest((request) =>
        request.url().startsWith(front.url + path) && /"uid2"|"uidapi.com"/.test(request.postData()!)));
      const [requests] = await Promise.all([Promise.all(withUid2), act()]);
      const token = await tokenOfPage();
      for (const request of requests) expect(request.postData()).to.include(token);
      return token;
    }

    for (const mode of MODES.filter((name) => name !== 'server-only')) {
      it(`in ${mode} mode: SSPs are sent the token from the login, then a refreshed one, and the next page goes on with that`, async () => {
        await world.page.goto(`${front.url}/?mode=${mode}`);
        await world.page.getByLabel(isOnClient(mode) ? 'E-mail or phone' : 'E-mail', { exact: true }).fill(EMAIL);
        const first = await sentAfter(() => press('Log in'));
        await press('Sleep for a minute');
        await world.page.getByText('in a simulation').waitFor();
        const next = await sentAfter(() => press('Run auction'));
        expect(next).not.to.equal(first);
        await world.page.reload();
        expect(await tokenOfPage()).to.equal(next);
        expect(world.fronts.operator.requests()).to.deep.equal([...isOnClient(mode) ? ['POST /v2/token/client-generate'] : [], 'POST /v2/token/refresh']);
        for (const { connections } of [front, world.fronts.operator]) expect(new Set(connections())).to.deep.equal(new Set(['h2']));
      });
    }
  });
});
