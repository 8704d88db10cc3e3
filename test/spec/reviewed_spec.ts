// Defects that a review has found: each failed before it was mended.
import { expect } from 'chai';
import { gdprDataHandler } from 'src/consentHandler.js';
import { cyrb53Hash } from 'src/utils.js';
import { cstg, fault, operatorUrl } from './support/operator';
import { identity, KEY, lateFetch, NOTE_KEY, openPage, realStorage, setCookie, setTime, store, type Page } from './support/page';
import { auction, configure, pbjs, prebidForEach } from './support/prebid';

const { fetch: realFetch } = window;
const json = (value: unknown) => encodeURIComponent(JSON.stringify(value));
const everything = () => decodeURIComponent(JSON.stringify([{ ...localStorage }, document.cookie]));
const EMAIL = 'refresh-optout@example.com';
const USER = { ...cstg, email: 'user@example.com' };
const asked = async () => ((await (await realFetch(`${operatorUrl}/admin/requests`)).json()) as { path: string }[]).map(({ path }) => path.split('/').pop());
const forget = () => realFetch(`${operatorUrl}/admin/requests`, { method: 'DELETE' });

/** Asks as `refreshUserIds` does: with the very params that the config holds. */
function keeping(page: Page, params: object) {
  const given = { name: 'uid2', params: Object.assign(params, { uid2ApiBase: operatorUrl }) } as Parameters<Page['uid2']['getId']>[0];
  return async () => {
    const { callback } = page.uid2.getId(given) ?? {};
    if (callback) await new Promise<void>((resolve) => callback(() => resolve()));
  };
}

describe('uid2 as reviewed', () => {
  it('stores no e-mail address at an opt-out of a record that Prebid\'s own module wrote', async () => {
    const token = await identity('stale', EMAIL);
    store({ originalToken: token, latestToken: token, originalIdentity: { identity: cyrb53Hash(EMAIL, 7), salt: 7 } });
    const page = openPage();
    await page.ask({ ...cstg, email: EMAIL }).done;
    expect(page.published()).to.deep.equal({ optout: true });
    expect(everything()).to.not.contain(EMAIL);
  });
  it('logout ends the uid2Token beside the e-mail address', async () => {
    const uid2Token = await identity();
    const page = openPage();
    await keeping(page, { ...USER, uid2Token })();
    page.logOut();
    page.uid2.due();
    expect(page.published()).to.equal(undefined);
  });
  it('email after a logout, then only the uid2Token that was in the config', async () => {
    const uid2Token = await identity();
    const page = openPage();
    await page.ask({ ...USER, uid2Token }).done;
    page.logOut();
    page.ask({ uid2Token });
    expect(page.published()).to.equal(undefined);
  });
  it('the same two params, next to each other, in another tab that hears of the logout', async () => {
    const uid2Token = await identity();
    const page = openPage();
    const other = openPage({ beside: true });
    await keeping(page, { ...USER, uid2Token })();
    await keeping(other, { ...USER, uid2Token })();
    page.logOut();
    other.uid2.due();
    expect(other.published()).to.equal(undefined);
  });
  it('a token that the page takes away and supplies again, after a logout of nobody', async () => {
    const uid2Token = await identity();
    const page = openPage();
    page.logOut();
    page.ask({ uid2Token });
    expect(page.published()).to.not.equal(undefined);
    page.ask();
    page.ask({ uid2Token });
    expect(page.published()).to.deep.equal({ id: uid2Token.advertising_token });
  });
  it('takes the same from a cookie', async () => {
    const uid2Token = await identity();
    const page = openPage();
    page.ask({ uid2Cookie: 'login' });
    page.logOut();
    setCookie('login', json(uid2Token));
    page.ask({ uid2Cookie: 'login' });
    expect(page.published()).to.not.equal(undefined);
    document.cookie = 'login=; max-age=0; path=/';
    page.ask({ uid2Cookie: 'login' });
    setCookie('login', json(uid2Token));
    page.ask({ uid2Cookie: 'login' });
    expect(page.published()).to.deep.equal({ id: uid2Token.advertising_token });
  });
  it('no token of the one before for a person named by an invalid phone', async () => {
    const page = openPage();
    await page.ask(USER).done;
    page.ask({ ...cstg, phone: '0171 555' });
    expect(page.published()).to.equal(undefined);
  });
  it('nor on the next page', async () => {
    await openPage().ask(USER).done;
    const page = openPage();
    page.ask({ ...cstg, email: 'somebody else' });
    expect(page.published()).to.equal(undefined);
  });
  it('no request in back-off, however often the page sets the same config', async () => {
    await fault({ endpoint: 'client-generate', kind: 'status', status: 503 });
    const page = openPage();
    await forget();
    const held = [];
    for (let i = 0; i < 5; i++) {
      const answer = page.ask({ ...USER });
      held.push(answer.held);
      await answer.done;
    }
    expect([held.filter(Boolean).length, (await asked()).filter((path) => path === 'client-generate').length]).to.deep.equal([1, 1]);
  });
  it('a logout where the storage has no room for the note', async () => {
    const uid2Token = await identity();
    let full = false;
    const storage = { ...realStorage, setDataInLocalStorage(key: string, value: string) {
      if (full && key === NOTE_KEY && localStorage.getItem(KEY)) throw new Error('full');
      realStorage.setDataInLocalStorage(key, value);
    } } as typeof realStorage;
    const other = openPage({ storage });
    other.ask({ uid2Token });
    const page = openPage({ storage, beside: true });
    page.ask({ uid2Token });
    expect(localStorage.getItem(NOTE_KEY)).to.equal(null);
    full = true;
    page.logOut();

    other.uid2.due();
    expect([other.published(), everything().includes(uid2Token.refresh_token)]).to.deep.equal([undefined, false]);
  });
  it('times that never end are written once', async () => {
    const uid2Token = { ...await identity(), refresh_expires: Infinity };
    let writes = 0;
    const storage = { ...realStorage, setDataInLocalStorage(key: string, value: string) { writes++; realStorage.setDataInLocalStorage(key, value); } } as typeof realStorage;
    const page = openPage({ storage });
    for (let i = 0; i < 5; i++) page.ask({ uid2Token });
    expect(writes).to.be.below(2);
  });
  it('a page that comes back with a stale token refreshes before it bids', async () => {
    const uid2Token = await identity();
    const late = lateFetch();
    const page = openPage({ fetch: late.fetch });
    page.ask({ uid2Token });
    await setTime(2 * 3600e3);
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
    const due = page.uid2.due();
    late.release();
    expect(due).to.equal(true);
  });
  it('a cookie that is no JSON is told', async () => {
    setCookie('login', 'AdvertisingTokenAsItIs');
    const page = openPage();
    page.ask({ uid2Cookie: 'login' });
    expect(page.uid2.status().reason).to.equal('invalid uid2Cookie');
  });
  it('logout of a page whose consent was denied from the start', async () => {
    const uid2Token = await identity();
    const page = openPage({ consent: { gdpr: { gdprApplies: true } } });
    page.ask({ uid2Token });
    page.logOut();
    page.setConsent({});
    page.ask({ uid2Token });
    expect(page.published()).to.equal(undefined);
  });
  it('a hidden page whose auction began before it was loaded', async () => {
    const uid2Token = await identity('expired');
    Object.defineProperty(document, 'hidden', { value: true, configurable: true });
    try {
      const page = openPage();
      page.uid2.due();
      window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false }));
      expect(page.ask({ uid2Token }).held).to.equal(true);
    } finally { Reflect.deleteProperty(document, 'hidden'); }
  });
});

describe('uid2 as reviewed, in Prebid', () => {
  prebidForEach();
  for (const event of ['pageshow', 'nothing']) {
    it(`a background tab whose CMP answers after ${event}`, async () => {
      gdprDataHandler.enable();
      const uid2Token = await identity('expired');
      Object.defineProperty(document, 'hidden', { value: true, configurable: true });
      try {
        configure({ uid2Token });
        const run = auction();
        await new Promise((resolve) => setTimeout(resolve, 50));
        if (event === 'pageshow') window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false }));
        gdprDataHandler.setConsentData({ gdprApplies: false } as never);
        expect((await run).ssp.userIdAsEids.length).to.equal(1);
      } finally { Reflect.deleteProperty(document, 'hidden'); }
    });
  }
  it('stays logged out after mergeConfig of something else and a refresh', async () => {
    configure(USER);
    expect((await auction()).ssp.userIdAsEids.length).to.equal(1);
    pbjs.uid2.disconnect();
    pbjs.mergeConfig({ userSync: { syncDelay: 3333 } });
    await pbjs.refreshUserIds();
    const { ssp } = await auction();
    expect(ssp.userIdAsEids).to.deep.equal([]);
  });
  it('an auction is not lost with params that cannot be written', async () => {
    const uid2Token = await identity() as Record<string, unknown>;
    uid2Token.self = uid2Token;
    configure({ uid2Token });
    const { ssp } = await auction();
    expect(ssp.userIdAsEids).to.be.an('array');
    expect((await auction()).ssp.userIdAsEids).to.be.an('array');
    pbjs.uid2.disconnect();
    delete uid2Token.self;
  });
  it('an auction is not lost with a refreshIntervalSeconds that is no number', async () => {
    configure({ uid2Token: await identity(), refreshIntervalSeconds: { toString: null } });
    expect((await auction()).ssp.userIdAsEids).to.be.an('array');
  });
});
