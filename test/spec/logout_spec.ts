// A logout clears everything, reaches every tab and is not undone (R14).
import { expect } from 'chai';
import {
  cookie, KEY, NOTE_KEY, SDK_KEY, SDK_COOKIE, stored, latest, store, storeToken, setCookie, urlEncoded, everythingKept,
} from './support/browser';
import { by, EMAIL, expectOwner, generated, OTHER, USER } from './support/generation';
import { asked, endpoints, forgetRequests, HOUR } from './support/operator';
import { COPPA, GDPR, identity, idOf, keepAsking, lateFetch, openPage, setTime } from './support/page';
import { denied, fullWhile, realStorage, watchedStorage } from './support/storages';
import { until } from './support/until';

describe('uid2 logout: at once', () => {
  it('takes the token away, also from what decode has returned before', async () => {
    const page = openPage();
    page.ask({ uid2Token: await identity() });
    const ids = page.uid2.decode();
    page.logOut();
    expect([ids.uid2, page.published()]).to.deep.equal([undefined, undefined]);
  });
  it('asks the operator for nothing', async () => {
    const uid2Token = await identity();
    const page = openPage();
    page.ask({ uid2Token });
    page.logOut();
    page.ask({ uid2Token });
    expect(await asked()).to.deep.equal([]);
  });
  it('ends a request in flight', async () => {
    let signal: AbortSignal | undefined;
    // there is no answer that could end it before
    const fetch = (_url: string, options: RequestInit) => new Promise<Response>((_resolve, reject) => {
      signal = options.signal!;
      signal.addEventListener('abort', reject);
    });
    const page = openPage({ fetch });
    const { done } = page.ask({ uid2Token: await identity('expired') });
    await until(() => signal);
    page.logOut();
    expect(signal!.aborted).to.equal(true);
    await done;
  });
  it('calls back once if an auction waits for a refresh', async () => {
    const { fetch, release, arrived } = lateFetch();
    const page = openPage({ fetch });
    const { done, calls } = page.ask({ uid2Token: await identity('expired') });
    await until(arrived);
    page.logOut();
    release();
    await done;
    expect(calls).to.have.length(1);
  });
  it('may be repeated', async () => {
    const page = openPage();
    page.ask({ uid2Token: await identity() });
    page.logOut();
    page.logOut();
    expect(page.published()).to.equal(undefined);
  });
});

describe('uid2 logout: storage', () => {
  it('leaves what the publisher keeps in localStorage under the cookie\'s name', async () => {
    setCookie('login', urlEncoded(await identity()));
    localStorage.setItem('login', 'another');
    const page = openPage();
    page.ask({ uid2Cookie: 'login' });
    page.logOut();
    expect([cookie('login'), localStorage.getItem('login')]).to.deep.equal([undefined, 'another']);
  });
  it('clears localStorage, cookie, legacy value, the SDK\'s storage and the publisher\'s cookie', async () => {
    const token = await identity();
    storeToken(token);
    setCookie(KEY, token.advertising_token);
    setCookie('login', urlEncoded(token));
    localStorage.setItem(SDK_KEY, JSON.stringify(token));
    setCookie(SDK_COOKIE, urlEncoded(token));
    const page = openPage();
    page.ask({ uid2Cookie: 'login' });
    page.logOut();
    expect([Object.keys(localStorage), document.cookie]).to.deep.equal([[NOTE_KEY], '']);
  });
  it('clears the cookie named by the older param', async () => {
    setCookie('server', urlEncoded(await identity()));
    const page = openPage();
    page.ask({ uid2ServerCookie: 'server' });
    page.logOut();
    expect(document.cookie).to.equal('');
  });
  it('clears what was stored before the page asked for anything', async () => {
    const token = await identity();
    storeToken(token);
    setCookie('login', urlEncoded(token));
    openPage().logOut({ uid2Cookie: 'login' });
    expect([Object.keys(localStorage), document.cookie]).to.deep.equal([[NOTE_KEY], '']);
  });
  it('leaves the cookies and values of others', async () => {
    setCookie('theirs', '1');
    localStorage.setItem('theirs', '1');
    const page = openPage();
    page.ask({ uid2Token: await identity() });
    page.logOut();
    expect([document.cookie, localStorage.getItem('theirs')]).to.deep.equal(['theirs=1', '1']);
  });
});

describe('uid2 logout: an old token', () => {
  it('does not come back from the config', async () => {
    const uid2Token = await identity();
    const page = openPage();
    page.ask({ uid2Token });
    page.logOut();
    expect(page.ask({ uid2Token }).held).to.equal(false);
    expect([page.published(), stored()]).to.deep.equal([undefined, undefined]);
  });
  it('does not come back from the config after a second logout', async () => {
    const uid2Token = await identity();
    const page = openPage();
    page.ask({ uid2Token });
    page.logOut();
    page.ask({ uid2Token });
    page.logOut();
    page.ask({ uid2Token });
    expect(page.published()).to.equal(undefined);
  });
  it('does not come back from the cookie after a second logout without it', async () => {
    const token = await identity();
    setCookie('login', urlEncoded(token));
    const page = openPage();
    page.ask({ uid2Cookie: 'login' });
    page.logOut();
    page.ask({ uid2Cookie: 'login' });
    page.logOut();
    setCookie('login', urlEncoded(token));
    page.ask({ uid2Cookie: 'login' });
    expect(page.published()).to.equal(undefined);
  });
  it('does not come back with its fields in another order', async () => {
    const { advertising_token: token, ...rest } = await identity();
    const page = openPage();
    page.ask({ uid2Token: { advertising_token: token, ...rest } });
    page.logOut();
    page.ask({ uid2Token: { ...rest, advertising_token: token } });
    expect(page.published()).to.equal(undefined);
  });
  it('does not come back from the publisher\'s cookie, set again', async () => {
    const token = await identity();
    setCookie('login', urlEncoded(token));
    const page = openPage();
    page.ask({ uid2Cookie: 'login' });
    page.logOut();
    setCookie('login', urlEncoded(token));
    page.ask({ uid2Cookie: 'login' });
    expect(page.published()).to.equal(undefined);
  });
  it('does not come back from the cookie when the page, which had named it to window.__uid2 too, removes the record', async () => {
    const token = await identity();
    setCookie('login', urlEncoded(token));
    const page = openPage();
    page.uid2.parts.page.say({ sdkReader: { uid2Token: token } });
    page.ask({ uid2Cookie: 'login' });
    localStorage.removeItem(KEY);
    page.uid2.due();
    page.uid2.due();
    expect([page.published(), stored()]).to.deep.equal([undefined, undefined]);
  });
  it('does not come back before an auction', async () => {
    const uid2Token = await identity('expired');
    const page = openPage();
    await page.ask({ uid2Token }).done;
    page.logOut();
    expect([page.uid2.due(), page.published(), stored()]).to.deep.equal([false, undefined, undefined]);
  });
  it('does not come back from a config that was there before the page asked for anything', async () => {
    const uid2Token = await identity();
    const page = openPage();
    page.logOut({ uid2Token });
    page.ask({ uid2Token });
    expect(page.published()).to.equal(undefined);
  });
  it('does not come back to the next page if it was to be kept in a cookie and nobody had asked yet', async () => {
    const given = { uid2Token: await identity(), storage: 'cookie' } as const;
    openPage().logOut(given);
    const next = openPage();
    next.ask(given);
    expect(next.published()).to.equal(undefined);
  });
  it('does not come back when its consent was withdrawn before, and is given again', async () => {
    const uid2Token = await identity();
    const page = openPage();
    page.ask({ uid2Token });
    page.setConsent(COPPA);
    page.ask({ uid2Token });
    page.logOut();
    page.setConsent({});
    page.ask({ uid2Token });
    expect(page.published()).to.equal(undefined);
  });
  it('does not come back when its consent was denied from the start, and is given later', async () => {
    const uid2Token = await identity();
    const page = openPage({ consent: GDPR });
    page.ask({ uid2Token });
    page.logOut();
    page.setConsent({});
    page.ask({ uid2Token });
    expect(page.published()).to.equal(undefined);
  });
  it('does not come back if the server put it into the cookie just before', async () => {
    const [old, next] = [await identity(), await identity()];
    setCookie('login', urlEncoded(old));
    const page = openPage();
    page.ask({ uid2Cookie: 'login' });
    setCookie('login', urlEncoded(next));
    page.logOut();
    setCookie('login', urlEncoded(next));
    page.ask({ uid2Cookie: 'login' });
    expect(page.published()).to.equal(undefined);
  });
  it('does not come back from the uid2Token beside an e-mail address', async () => {
    const uid2Token = await identity();
    const page = openPage();
    await keepAsking(page, { ...USER, uid2Token })();
    page.logOut();
    page.uid2.due();
    expect(page.published()).to.equal(undefined);
  });
  it('does not come back from the uid2Token that was beside an e-mail address before', async () => {
    const uid2Token = await identity();
    const page = openPage();
    await page.ask({ ...USER, uid2Token }).done;
    page.logOut();
    page.ask({ uid2Token });
    expect(page.published()).to.equal(undefined);
  });
  it('does not come back from what Prebid\'s own module stores late', async () => {
    const token = await identity();
    storeToken(token);
    const page = openPage();
    page.ask();
    page.logOut();
    store({ originalToken: token, latestToken: await identity() });
    page.uid2.due();
    expect(page.published()).to.equal(undefined);
  });
});

describe('uid2 logout: other tabs', () => {
  it('use no uid2Token beside an e-mail address', async () => {
    const uid2Token = await identity();
    const page = openPage();
    const other = openPage({ beside: true });
    await keepAsking(page, { ...USER, uid2Token })();
    await keepAsking(other, { ...USER, uid2Token })();
    page.logOut();
    other.uid2.due();
    expect(other.published()).to.equal(undefined);
  });
  it('hear of it if storage has no room for the note', async () => {
    const uid2Token = await identity();
    let isFull = false;
    const storage = fullWhile((key) => isFull && key === NOTE_KEY && !!localStorage.getItem(KEY));
    const other = openPage({ storage });
    other.ask({ uid2Token });
    const page = openPage({ storage, beside: true });
    page.ask({ uid2Token });
    expect(localStorage.getItem(NOTE_KEY)).to.equal(null);
    isFull = true;
    page.logOut();
    other.uid2.due();
    expect([other.published(), everythingKept().includes(uid2Token.refresh_token)]).to.deep.equal([undefined, false]);
  });
  it('hear of it by cookie after three days of sleep', async () => {
    await setTime(-73 * HOUR);
    const uid2Token = await identity();
    const asleep = openPage();
    const given = { uid2Token, storage: 'cookie' } as const;
    asleep.ask(given);
    const page = openPage({ beside: true });
    page.ask(given);
    page.logOut();
    await setTime(0);
    await asleep.ask(given).done;
    expect(asleep.published()).to.equal(undefined);
  });
});

describe('uid2 logout: two Prebids in one document', () => {
  /** So many writes are enough, whatever is kept. */
  const ENOUGH = 12;
  /** Where the note is not taken, each page tries again with each look: twice, as a full storage may have room then. */
  const STORAGES = {
    'with storage': { watched: realStorage, again: 0 },
    'where storage is denied': { watched: denied, again: 4 },
  };

  for (const [where, { watched, again }] of Object.entries(STORAGES)) {
    it(`that keep the record in different places do not write without end, ${where}`, async () => {
      const uid2Token = await identity();
      const { used, storage } = watchedStorage(watched);
      const writes = () => used.filter((name) => name.startsWith('set')).length;
      const pages = [openPage({ storage }), openPage({ storage, beside: true })];
      pages[0].ask({ uid2Token, storage: 'cookie' });
      pages[1].ask({ uid2Token });
      // without a note a logout in the very millisecond of a login does not end it elsewhere
      await setTime(HOUR / 2);
      used.length = 0;
      pages[0].logOut();
      expect(writes()).to.be.within(1, ENOUGH);
      await until(() => pages.every((page) => page.published() === undefined));
      const before = writes();
      expect(pages.map(({ uid2 }) => uid2.due())).to.deep.equal([false, false]);
      expect(writes() - before).to.be.at.most(again);
    });
  }
});

describe('uid2 logout: the next login', () => {
  it('works at once with another token', async () => {
    const page = openPage();
    page.ask({ uid2Token: await identity() });
    page.logOut();
    const next = await identity();
    page.ask({ uid2Token: next });
    expect([page.published(), stored()!.originalToken]).to.deep.equal([{ id: next.advertising_token }, next]);
  });
  it('works twice with one token, after a logout of nobody', async () => {
    const uid2Token = await identity();
    const page = openPage();
    page.logOut();
    page.ask({ uid2Token });
    expect(page.published()).to.not.equal(undefined);
    page.ask();
    page.ask({ uid2Token });
    expect(page.published()).to.deep.equal({ id: uid2Token.advertising_token });
  });
  it('works twice with one cookie, after a logout of nobody', async () => {
    const uid2Token = await identity();
    const page = openPage();
    page.ask({ uid2Cookie: 'login' });
    page.logOut();
    setCookie('login', urlEncoded(uid2Token));
    page.ask({ uid2Cookie: 'login' });
    expect(page.published()).to.not.equal(undefined);
    document.cookie = 'login=; max-age=0; path=/';
    page.ask({ uid2Cookie: 'login' });
    setCookie('login', urlEncoded(uid2Token));
    page.ask({ uid2Cookie: 'login' });
    expect(page.published()).to.deep.equal({ id: uid2Token.advertising_token });
  });
});

describe('uid2 logout: client-side generation', () => {
  it('makes no request, whatever Prebid asks with the same config', async () => {
    const page = openPage();
    const again = keepAsking(page, by(EMAIL));
    await again();
    page.logOut();
    await forgetRequests();
    const held = await again();
    expect([held, page.uid2.due(), page.published(), stored(), page.uid2.status().reason])
      .to.deep.equal([false, false, undefined, undefined, 'loggedOut']);
    expect(await endpoints()).to.deep.equal([]);
  });
  it('holds after a second logout as after the first', async () => {
    const page = openPage();
    const again = keepAsking(page, by(EMAIL));
    await again();
    page.logOut();
    await again();
    page.logOut();
    await again();
    expect([page.published(), await endpoints()]).to.deep.equal([undefined, ['client-generate']]);
  });
  it('lets the same reader in when configured anew', async () => {
    const { page, id } = await generated();
    page.logOut();
    await page.ask(USER).done;
    expect(idOf(page)).to.be.a('string').and.not.equal(id);
    expect(page.uid2.status()).to.include({ state: 'fresh', reason: 'ok' });
  });
  it('lets another reader in at once', async () => {
    const { page } = await generated();
    page.logOut();
    await page.ask(by(OTHER)).done;
    expectOwner(OTHER);
    expect(idOf(page)).to.equal(latest()!.advertising_token);
  });
});
