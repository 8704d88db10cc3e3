// A logout that a page hears of while it may do nothing, and what a logout makes it forget (R14, R16).
import { expect } from 'chai';
import { loggedOut } from '../../libraries/uid2Session/logout';
import { NOTHING } from '../../libraries/uid2Session/memory';
import { SDK_KEY, setCookie, stored, urlEncoded } from './support/browser';
import { EMAIL, OTHER } from './support/generation';
import { cstg, endpoints, forgetRequests, operatorUrl } from './support/operator';
import { channelName, GDPR, identity, idOf, keepAsking, openPage, setTime } from './support/page';
import { denied } from './support/storages';

/** Settles when a page of this test has told the others of a logout. */
async function nextNews(): Promise<void> {
  const channel = new BroadcastChannel(channelName());
  await new Promise((resolve) => { channel.onmessage = ({ data }) => { if (data) resolve(data); }; });
  channel.close();
}

describe('uid2 logout: while this page may do nothing', () => {
  it('by another page is heard all the same, though no storage tells of it', async () => {
    const uid2Token = await identity();
    const pages = [openPage({ storage: denied }), openPage({ storage: denied, beside: true })];
    pages.forEach((page) => page.ask({ uid2Token }));
    const [page, other] = pages;
    expect(idOf(page)).to.equal(uid2Token.advertising_token);
    page.setConsent(GDPR);
    const told = nextNews();
    other.logOut();
    await told;
    page.setConsent({});
    page.ask({ uid2Token });
    expect(page.published()).to.equal(undefined);
  });
  it('is heard while Prebid\'s config has no entry, though no storage tells of it', async () => {
    const uid2Token = await identity();
    const pages = [openPage({ storage: denied }), openPage({ storage: denied, beside: true })];
    pages.forEach((page) => page.ask({ uid2Token }));
    const [page, other] = pages;
    page.uid2.configure([], false);
    const told = nextNews();
    other.logOut();
    await told;
    page.uid2.configure([{ name: 'uid2', params: { uid2Token } }], false);
    expect(page.published()).to.equal(undefined);
  });
});

describe('uid2 logout: of whom a page has named while it waited for consent', () => {
  const READERS = {
    token: async () => ({ uid2Token: await identity() }),
    address: async () => ({ ...cstg, email: EMAIL }),
  };
  /** A page that has named its reader, and another one that logs out before Prebid asks in the first. */
  async function leftMeanwhile(kind: keyof typeof READERS) {
    const params = { uid2ApiBase: operatorUrl, ...await READERS[kind]() };
    const other = openPage();
    other.ask({ uid2Token: await identity() });
    const page = openPage({ beside: true });
    page.uid2.configure([{ name: 'uid2', params }]);
    // of one millisecond nobody can tell what came first: then it would be a login
    await setTime(1000);
    const told = nextNews();
    other.logOut();
    await told;
    return { page, params };
  }

  for (const kind of ['token', 'address'] as const) {
    it(`in another tab, counts once Prebid asks (${kind})`, async () => {
      const { page, params } = await leftMeanwhile(kind);
      await forgetRequests();
      await keepAsking(page, params)();
      expect([page.published(), page.uid2.status().reason, await endpoints()])
        .to.deep.equal([undefined, 'loggedOut', []]);
    });
    it(`in another tab, does not keep the page from naming anybody afterwards (${kind})`, async () => {
      const { page, params } = await leftMeanwhile(kind);
      await keepAsking(page, params)();
      const next = { ...params, ...await READERS[kind]() };
      page.uid2.configure([{ name: 'uid2', params: next }]);
      await keepAsking(page, next)();
      expect(page.uid2.status().reason).to.equal('ok');
    });
  }
});

describe('uid2 logout: of another reader, while the config names nobody', () => {
  const PUBLISHERS = 'uid2_pub_cookie';
  afterEach(() => { document.cookie = `${PUBLISHERS}=; path=/; max-age=0`; });

  it('does not count for whom the config has named before, and the publisher\'s cookie names again', async () => {
    const uid2Token = await identity();
    const page = openPage();
    const entry = (params: object) => [{ name: 'uid2', params: { uid2ApiBase: operatorUrl, ...params } }];
    page.uid2.configure(entry({ uid2Token }));
    page.ask({ uid2Token });
    const params = { uid2ApiBase: operatorUrl, uid2Cookie: PUBLISHERS };
    page.uid2.configure(entry(params));
    await setTime(1000);
    const other = openPage({ beside: true });
    other.ask({ uid2Token: await identity('fresh', OTHER) });
    await setTime(2000);
    const told = nextNews();
    other.logOut();
    await told;
    setCookie(PUBLISHERS, urlEncoded(uid2Token));
    page.ask(params);
    expect([page.uid2.status().reason, idOf(page)]).to.deep.equal(['ok', uid2Token.advertising_token]);
  });
  it('does not count for a token that could not work before it, and is mended since', async () => {
    const uid2Token = await identity();
    const other = openPage();
    other.ask({ uid2Token: await identity('fresh', OTHER) });
    const page = openPage({ beside: true });
    const entry = (token: object) => [{ name: 'uid2', params: { uid2ApiBase: operatorUrl, uid2Token: token } }];
    page.uid2.configure(entry({ ...uid2Token, identity_expires: Math.floor(uid2Token.identity_expires / 1000) }));
    await setTime(1000);
    const told = nextNews();
    other.logOut();
    await told;
    page.uid2.configure(entry(uid2Token));
    page.ask({ uid2Token });
    expect([page.uid2.status().reason, idOf(page)]).to.deep.equal(['ok', uid2Token.advertising_token]);
  });
});

describe('uid2 logins: while a page waits for consent', () => {
  const entry = (params: object) => [{ name: 'uid2', params }];
  const person = (email: string) => ({ uid2ApiBase: operatorUrl, ...cstg, email });

  it('by an address, of another reader than the one stored, are one in two Prebids, with one request', async () => {
    openPage().ask({ uid2Token: await identity() });
    const pages = [openPage(), openPage({ beside: true })].map((page) => ({ page, params: person(EMAIL) }));
    pages.forEach(({ page, params }) => page.uid2.configure(entry(params)));
    await setTime(1000);
    await forgetRequests();
    const held = await Promise.all(pages.map(({ page, params }) => keepAsking(page, params)()));
    const [one, two] = pages.map(({ page }) => idOf(page));
    expect([held, one === two, typeof one, await endpoints()]).to.deep.equal([[true, true], true, 'string', ['client-generate']]);
  });
  const CHANGES: Record<string, (params: { uid2Token?: object; email?: string }) => Promise<unknown>> = {
    'another token in the same params': async (params) => { params.uid2Token = await identity(); },
    'another token in the same object': async (params) => Object.assign(params.uid2Token!, await identity()),
    'another address in the same params': async (params) => { params.email = OTHER; },
  };
  for (const [what, change] of Object.entries(CHANGES)) {
    it(`count after a logout in another tab (${what})`, async () => {
      const other = openPage();
      other.ask({ uid2Token: await identity() });
      const page = openPage({ beside: true });
      const params = /address/.test(what) ? person(EMAIL) : { uid2ApiBase: operatorUrl, uid2Token: await identity() };
      page.uid2.configure(entry(params));
      const told = nextNews();
      other.logOut();
      await told;
      await change(params);
      page.uid2.configure(entry(params));
      await keepAsking(page, params)();
      expect(page.uid2.status().reason).to.equal('ok');
    });
  }
  it('count though they come at once after this page\'s own logout', async () => {
    const [before, next] = [{ uid2Token: await identity() }, { uid2Token: await identity() }];
    const page = openPage();
    page.uid2.configure(entry(before));
    page.logOut();
    page.uid2.configure(entry(next));
    await keepAsking(page, next)();
    expect(idOf(page)).to.equal(next.uid2Token.advertising_token);
  });
});

describe('uid2 logout: what is forgotten', () => {
  it('includes a failure that leaving the page may take back', () => {
    const doubt = { key: 'k', at: 0, before: { kind: 'network' as const, until: 1, failures: 1 } };
    expect(loggedOut({ ...NOTHING, doubt }, 5, [], String)).to.include({ doubt: undefined });
  });
});

describe('uid2 logout: a copy for UID2\'s SDK', () => {
  const storageChanges = () => window.dispatchEvent(new StorageEvent('storage', { key: SDK_KEY }));

  /** Another tab, which hears of the login when the reader has left already, keeps its copy. */
  const keepsCopy = (token: object) => {
    localStorage.setItem(SDK_KEY, JSON.stringify({ ...token, isCopy: true }));
    storageChanges();
  };

  it('that another tab keeps too late is removed a second later', async () => {
    const uid2Token = await identity();
    const page = openPage();
    page.ask({ uid2Token });
    page.logOut();
    keepsCopy(uid2Token);
    expect(localStorage.getItem(SDK_KEY)).to.include(uid2Token.advertising_token);
    await setTime(1000);
    storageChanges();
    expect([localStorage.getItem(SDK_KEY), page.published()]).to.deep.equal([null, undefined]);
  });
  it('of the next reader stays', async () => {
    const [uid2Token, next] = [await identity(), await identity()];
    const page = openPage();
    page.ask({ uid2Token });
    page.logOut();
    keepsCopy(next);
    await setTime(1000);
    storageChanges();
    expect(localStorage.getItem(SDK_KEY)).to.include(next.advertising_token);
    expect([stored(), page.published()]).to.deep.equal([undefined, undefined]);
  });
});
