// What is kept in the browser, where and for how long (R3, R20).
import { expect } from 'chai';
import sinon from 'sinon';
import { KEY, latest, store, stored, storeToken } from './support/browser';
import { OPTS_OUT_LATER } from './support/generation';
import { asked, fault, HOUR } from './support/operator';
import { GDPR, identity, idOf, lateFetch, now, openPage, setTime } from './support/page';
import { fullWhile, watchedStorage } from './support/storages';
import { until } from './support/until';

type Kept = { name: string; value: string; expires: number | null; sameSite: string; path: string };
type CookieStore = { cookieStore: { getAll(): Promise<Kept[]> } };
const cookies = () => (window as unknown as CookieStore).cookieStore.getAll();

describe('uid2 storage: the record', () => {
  for (const storage of ['localStorage', 'cookie'] as const) {
    it(`is read with the note, and nothing else is, in a later auction with a fresh token (${storage})`, async () => {
      const watched = watchedStorage();
      const page = openPage({ storage: watched.storage });
      await page.ask({ uid2Token: await identity(), storage }).done;
      page.uid2.due();
      watched.used.splice(0);
      page.uid2.due();
      const reads = storage === 'cookie' ? 'getCookie' : 'getDataFromLocalStorage';
      expect(watched.used).to.deep.equal([reads, reads]);
    });
  }
  it('is in localStorage, in the form that Prebid\'s own module reads', async () => {
    const token = await identity();
    openPage().ask({ uid2Token: token });
    expect(stored()).to.deep.include({ originalToken: token, latestToken: token });
    expect(document.cookie).to.equal('');
  });
  it('is in a cookie with params.storage', async () => {
    const token = await identity();
    openPage().ask({ uid2Token: token, storage: 'cookie' });
    expect(stored('cookie')).to.deep.include({ originalToken: token, latestToken: token });
    expect(localStorage.length).to.equal(0);
  });
  it('is in a cookie if userIds[].storage says so', async () => {
    const token = await identity();
    openPage().ask({ uid2Token: token }, { type: 'cookie' });
    expect([stored('cookie')!.latestToken, localStorage.length]).to.deep.equal([token, 0]);
  });
  it('is where params.storage says, whatever userIds[].storage says', async () => {
    openPage().ask({ uid2Token: await identity(), storage: 'localStorage' }, { type: 'cookie' });
    expect([!!stored(), document.cookie]).to.deep.equal([true, '']);
  });
  it('may be one that Prebid\'s own module wrote', async () => {
    const [original, successor] = [await identity('expired'), await identity()];
    store({ originalToken: original, latestToken: successor, originalIdentity: undefined });
    const page = openPage();
    page.ask();
    expect(idOf(page)).to.equal(successor.advertising_token);
  });
  it('is written again where a tab that lagged has put one of before the logout in its place', async () => {
    const page = openPage();
    page.ask({ uid2Token: await identity() });
    const before = localStorage.getItem(KEY)!;
    page.uid2.onDataDeletionRequest();
    page.ask({ uid2Token: await identity() });
    const now = localStorage.getItem(KEY);
    localStorage.setItem(KEY, before);
    page.ask();
    expect(localStorage.getItem(KEY)).to.equal(now);
  });
  it('holds all six fields of the operator\'s answer', async () => {
    const page = openPage();
    await page.ask({ uid2Token: await identity('expired') }).done;
    expect(latest()).to.have.all.keys(
      'advertising_token', 'refresh_token', 'refresh_response_key',
      'refresh_from', 'identity_expires', 'refresh_expires',
    );
    expect(idOf(page)).to.equal(latest()!.advertising_token);
  });
  it('keeps the supplied token as originalToken over five refreshes', async () => {
    const supplied = await identity();
    const originals: unknown[] = [];
    const tokens = new Set<string>();
    for (let refreshes = 0; refreshes < 5; refreshes++) {
      await setTime(now() - Date.now() + 2 * HOUR);
      await openPage().ask({ uid2Token: supplied }).done;
      originals.push(stored()!.originalToken);
      tokens.add(latest()!.advertising_token);
    }
    expect(originals).to.deep.equal(Array(5).fill(supplied));
    expect([tokens.size, tokens.has(supplied.advertising_token)]).to.deep.equal([5, false]);
  });
  it('is not written before the operator has answered for an expired token', async () => {
    const { fetch, release, arrived } = lateFetch();
    const { done } = openPage({ fetch }).ask({ uid2Token: await identity('expired') });
    await until(arrived);
    expect([localStorage.length, document.cookie]).to.deep.equal([0, '']);
    release();
    await done;
    expect(stored()).to.not.equal(undefined);
  });
  it('is not written if the operator fails for an expired token', async () => {
    await fault({ kind: 'status', status: 400 });
    await openPage().ask({ uid2Token: await identity('expired') }).done;
    expect([stored(), stored('cookie')]).to.deep.equal([undefined, undefined]);
  });
  it('is read on the next page, without asking the operator', async () => {
    const token = await identity();
    openPage().ask({ uid2Token: token });
    const next = openPage();
    expect(next.ask().held).to.equal(false);
    expect(idOf(next)).to.equal(token.advertising_token);
    expect(await asked()).to.deep.equal([]);
  });
});

describe('uid2 storage: the other place', () => {
  it('gives its record over from a cookie to localStorage', async () => {
    const token = await identity();
    storeToken(token, 'cookie');
    const page = openPage();
    page.ask();
    expect([idOf(page), latest()]).to.deep.equal([token.advertising_token, token]);
  });
  it('gives its record over from localStorage to a cookie', async () => {
    const token = await identity();
    storeToken(token);
    const page = openPage();
    page.ask({ storage: 'cookie' });
    expect([idOf(page), latest('cookie')]).to.deep.equal([token.advertising_token, token]);
  });
  for (const [consent, isLeft] of [[{}, false], [GDPR, true]] as const) {
    it(`is cleared a second after the move${isLeft ? ', but not if consent forbids it by then' : ''}`, async () => {
      storeToken(await identity());
      const clock = sinon.useFakeTimers({ toFake: ['setTimeout'] });
      try {
        const page = openPage();
        page.ask({ storage: 'cookie' });
        page.setConsent(consent);
        clock.tick(1000);
      } finally {
        clock.restore();
      }
      expect(latest() !== undefined).to.equal(isLeft);
    });
  }
  it('keeps its record where localStorage has no room for it, but has a dead one', async () => {
    const token = await identity();
    storeToken(token, 'cookie');
    storeToken(await identity('dead'));
    const clock = sinon.useFakeTimers({ toFake: ['setTimeout'] });
    try {
      openPage({ storage: fullWhile((key) => key === KEY) }).ask();
      clock.tick(1000);
    } finally {
      clock.restore();
    }
    expect(latest('cookie')).to.deep.equal(token);
  });
  it('has no copy left of a record that the page removes, though the page before was left during the move', async () => {
    storeToken(await identity(), 'cookie');
    openPage().ask();
    const clock = sinon.useFakeTimers({ toFake: ['setTimeout'] });
    const page = openPage();
    try {
      page.ask();
      clock.tick(1000);
    } finally {
      clock.restore();
    }
    localStorage.removeItem(KEY);
    page.ask();
    expect([page.published(), document.cookie]).to.deep.equal([undefined, '']);
  });
  it('keeps its record if that is to be there again within the second', async () => {
    storeToken(await identity());
    const clock = sinon.useFakeTimers({ toFake: ['setTimeout'] });
    try {
      const page = openPage();
      page.ask({ storage: 'cookie' });
      page.ask({ storage: 'localStorage' });
      clock.tick(1000);
    } finally {
      clock.restore();
    }
    expect(latest()).to.not.equal(undefined);
  });
  it('is not read if both places hold a record', async () => {
    const [here, there] = [await identity(), await identity()];
    storeToken(here, 'cookie');
    storeToken(there);
    const page = openPage();
    page.ask({ storage: 'cookie' });
    expect(idOf(page)).to.equal(here.advertising_token);
  });
});

describe('uid2 storage: the cookie', () => {
  const kept = async () => (await cookies()).find(({ name }) => name === KEY)!;
  const seconds = (ms: number) => Math.floor(ms / 1000);

  it('lasts until refresh_expires', async () => {
    const token = await identity();
    openPage().ask({ uid2Token: token, storage: 'cookie' });
    expect(seconds((await kept()).expires!)).to.equal(seconds(token.refresh_expires));
  });
  it('lasts until refresh_expires of the new token after a refresh', async () => {
    const token = await identity('stale');
    await openPage().ask({ uid2Token: token, storage: 'cookie' }).done;
    expect(latest('cookie')!.refresh_expires).to.be.above(token.refresh_expires);
    expect(seconds((await kept()).expires!)).to.equal(seconds(latest('cookie')!.refresh_expires));
  });
  it('is SameSite=Lax, and for the whole site', async () => {
    openPage().ask({ uid2Token: await identity(), storage: 'cookie' });
    expect([(await kept()).sameSite, (await kept()).path]).to.deep.equal(['lax', '/']);
  });
  it('remembers an opt-out for 72 hours', async () => {
    await openPage().ask({ uid2Token: await identity('expired', OPTS_OUT_LATER), storage: 'cookie' }).done;
    const hours = ((await kept()).expires! - Date.now()) / HOUR;
    expect(hours).to.be.within(71.9, 72);
  });
});

describe('uid2 storage: writes', () => {
  it('are none for a fresh token that is already stored', async () => {
    openPage().ask({ uid2Token: await identity() });
    const before = localStorage.getItem(KEY);
    openPage().ask();
    expect(localStorage.getItem(KEY)).to.equal(before);
  });
  it('are one for a token whose times never end', async () => {
    const uid2Token = { ...await identity(), refresh_expires: Infinity };
    const { storage, writes } = watchedStorage();
    const page = openPage({ storage });
    for (let i = 0; i < 5; i++) page.ask({ uid2Token });
    expect(writes()).to.be.below(2);
  });
});
