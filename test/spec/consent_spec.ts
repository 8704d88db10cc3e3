// Without consent the module reads, stores, requests and sends nothing (R16).
import { expect } from 'chai';
import sinon from 'sinon';
import { KEY, NOTE_KEY, store, storeToken } from './support/browser';
import { USER } from './support/generation';
import { asked, endpoints, fault, HOUR } from './support/operator';
import { COPPA, DENIALS, GDPR, identity, idOf, keepAsking, lateFetch, now, openPage, setTime } from './support/page';
import { watchedStorage } from './support/storages';
import { until } from './support/until';

/** A browser whose every use of storage and network is counted. */
function watchedBrowser() {
  const { storage, used } = watchedStorage();
  const fetch = async (): Promise<Response> => { used.push('fetch'); throw new TypeError('no'); };
  return { used, storage, fetch };
}

describe('uid2 consent', () => {
  for (const [title, consent] of DENIALS) {
    it(`reads, stores, requests and sends nothing if ${title}`, async () => {
      const token = await identity('stale');
      storeToken(token);
      const { used, storage, fetch } = watchedBrowser();
      const page = openPage({ consent, storage, fetch });
      const { answer, held } = page.ask({ uid2Token: token });
      page.uid2.extendId({ params: { uid2Token: token } } as any, consent);
      page.uid2.due();
      page.uid2.status();
      expect([answer?.id, held, page.published(), used]).to.deep.equal([undefined, false, undefined, []]);
    });
    it(`stops sending the moment ${title}, in mid-page`, async () => {
      const page = openPage();
      page.ask({ uid2Token: await identity() });
      const ids = page.uid2.decode();
      page.setConsent(consent);
      expect([ids.uid2, page.uid2.status().state]).to.deep.equal([undefined, 'none']);
    });
    it(`reads, stores and requests nothing more once ${title}, in mid-page`, async () => {
      const { used, storage, fetch } = watchedBrowser();
      const uid2Token = await identity();
      const page = openPage({ storage, fetch });
      page.ask({ uid2Token });
      used.length = 0;
      page.setConsent(consent);
      await setTime(2 * HOUR);
      page.uid2.due();
      page.ask({ uid2Token });
      expect(used).to.deep.equal([]);
    });
    it(`ends a request in flight when asked again after ${title}`, async () => {
      let signal: AbortSignal | undefined;
      const page = openPage({
        fetch: (url, options) => { signal = options.signal!; return fetch(url, options); },
      });
      const uid2Token = await identity('expired');
      await fault({ kind: 'hang' });
      const { done, calls } = page.ask({ uid2Token });
      await until(() => signal);
      page.setConsent(consent);
      page.ask({ uid2Token });
      expect(signal!.aborted).to.equal(true);
      await done;
      expect(calls).to.have.length(1);
    });
  }
  it('brings the token back when it is given again', async () => {
    const token = await identity();
    const page = openPage({ consent: GDPR });
    page.ask({ uid2Token: token });
    page.setConsent({});
    page.ask({ uid2Token: token });
    expect(page.published()).to.deep.equal({ id: token.advertising_token });
  });
  it('does not matter if GDPR is known not to apply', async () => {
    const token = await identity();
    const page = openPage({ consent: { gdpr: { gdprApplies: false }, coppa: false } });
    page.ask({ uid2Token: token });
    expect(page.published()).to.deep.equal({ id: token.advertising_token });
  });
  it('lets a logout clear storage, although nothing may be sent', async () => {
    const token = await identity();
    store({ originalToken: token, latestToken: token, updated: now() });
    const page = openPage({ consent: GDPR });
    page.logOut();
    expect(localStorage.length).to.equal(0);
  });
});

describe('uid2 consent: client-side generation', () => {
  for (const [title, consent] of DENIALS) {
    it(`makes, asks and keeps nothing if ${title}`, async () => {
      const importKey = sinon.spy(crypto.subtle, 'importKey');
      const page = openPage({ consent });
      const { held } = page.ask(USER);
      importKey.restore();
      expect([held, page.published(), Object.keys(localStorage), importKey.callCount, await endpoints()])
        .to.deep.equal([false, undefined, [], 0, []]);
    });
    it(`keeps and sends nothing of an answer that comes when ${title}`, async () => {
      const late = lateFetch();
      const page = openPage({ fetch: late.fetch });
      const { done, calls } = page.ask(USER);
      await until(late.arrived);
      page.setConsent(consent);
      late.release();
      await done;
      expect([calls.length, page.published(), Object.keys(localStorage)]).to.deep.equal([1, undefined, []]);
    });
  }
});

describe('uid2 consent: status()', () => {
  for (const consent of [GDPR, COPPA]) {
    it(`touches no storage while ${Object.keys(consent)[0]} denies it`, async () => {
      const token = await identity('expired');
      storeToken(token);
      const { storage, used } = watchedStorage();
      const page = openPage({ consent, storage });
      page.ask({ uid2Cookie: 'login' });
      page.uid2.status();
      expect(used).to.deep.equal([]);
    });
    it(`touches no storage from the moment ${Object.keys(consent)[0]} denies it`, async () => {
      const { storage, used } = watchedStorage();
      const uid2Token = await identity('stale');
      await fault({ kind: 'status', status: 500 });
      const page = openPage({ storage });
      await page.ask({ uid2Token, uid2Cookie: 'login' }).done;
      page.setConsent(consent);
      const before = [...used];
      page.uid2.status();
      expect(used).to.deep.equal(before);
    });
  }
});

describe('uid2 consent: before Prebid has asked', () => {
  it('asks nobody and sends nothing, also after a logout in that time', async () => {
    const entry = async (state: 'fresh' | 'stale') => [{ name: 'uid2', params: { uid2Token: await identity(state) } }];
    const page = openPage();
    page.uid2.configure(await entry('fresh'));
    page.logOut();
    page.uid2.configure(await entry('stale'));
    expect(page.uid2.status().reason).to.equal('not asked');
    expect([page.published(), await asked()]).to.deep.equal([undefined, []]);
  });
  it('reads nothing when another tab has news, also after a logout in that time', async () => {
    const { storage, used } = watchedStorage();
    const page = openPage({ storage });
    page.uid2.configure([{ name: 'uid2', params: { uid2Token: await identity() } }]);
    page.logOut();
    const before = [...used];
    window.dispatchEvent(new StorageEvent('storage', { key: KEY }));
    window.dispatchEvent(new PageTransitionEvent('pageshow'));
    expect(used).to.deep.equal(before);
  });
  it('lets nobody in again whom a logout in that time has ended', async () => {
    const uid2Token = await identity();
    const page = openPage();
    page.uid2.configure([{ name: 'uid2', params: { uid2Token } }]);
    page.logOut();
    page.ask({ uid2Token });
    expect([page.published(), page.uid2.status().reason]).to.deep.equal([undefined, 'loggedOut']);
  });
});

describe('uid2 consent: a reader whom the page names before it is known', () => {
  /** Names a reader by the config, then Prebid asks. */
  async function nameThenAsk() {
    const uid2Token = await identity();
    const page = openPage();
    page.uid2.configure([{ name: 'uid2', params: { uid2Token } }]);
    page.ask({ uid2Token });
    return [idOf(page), uid2Token.advertising_token];
  }
  it('counts, though a logout was noted before, by a clock that was ahead', async () => {
    localStorage.setItem(NOTE_KEY, JSON.stringify({ since: now() + HOUR, ended: [], pauses: {} }));
    const [used, named] = await nameThenAsk();
    expect(used).to.equal(named);
  });
  it('counts, though another reader logged in before, by a clock that was ahead', async () => {
    const token = await identity('fresh', 'other@example.com');
    store({ originalToken: token, latestToken: token, login: now() + HOUR, answers: 0 });
    const [used, named] = await nameThenAsk();
    expect(used).to.equal(named);
  });
  it('counts, though the record of Prebid\'s own module, which has no number, is found only then', async () => {
    const [token, uid2Token] = [await identity('fresh', 'other@example.com'), await identity()];
    storeToken(token);
    const page = openPage();
    page.uid2.configure([{ name: 'uid2', params: { uid2Token } }]);
    await setTime(HOUR / 60);
    page.ask({ uid2Token });
    expect(idOf(page)).to.equal(uid2Token.advertising_token);
  });
  it('counts, if named anew after a logout that another tab has noted, though the config named nobody meanwhile', async () => {
    const params = { uid2Token: await identity() };
    const page = openPage();
    page.uid2.configure([{ name: 'uid2', params }]);
    page.uid2.configure([]);
    await setTime(HOUR / 60);
    localStorage.setItem(NOTE_KEY, JSON.stringify({ since: now() - 1, ended: [], pauses: {} }));
    page.uid2.configure([{ name: 'uid2', params }]);
    page.ask(params);
    expect(idOf(page)).to.equal(params.uid2Token.advertising_token);
  });
  it('has left, if another tab notes a logout before Prebid asks', async () => {
    const params = { uid2Token: await identity() };
    const page = openPage();
    page.uid2.configure([{ name: 'uid2', params }]);
    await setTime(HOUR / 60);
    localStorage.setItem(NOTE_KEY, JSON.stringify({ since: now() - 1, ended: [], pauses: {} }));
    page.ask(params);
    expect([page.published(), page.uid2.status().reason]).to.deep.equal([undefined, 'loggedOut']);
  });
});

describe('uid2 consent: a logout while it is denied', () => {
  const CONSENT = [['from the start', GDPR], ['in mid-page', {}]] as const;
  for (const [when, consent] of CONSENT) {
    it(`ends a reader whom the page has named by an address, where it is denied ${when}`, async () => {
      const page = openPage({ consent });
      if (when === 'in mid-page') await page.ask(USER).done;
      page.setConsent(GDPR);
      const ask = keepAsking(page, { ...USER });
      await ask();
      const before = await endpoints();
      page.logOut();
      page.setConsent({});
      await ask();
      expect([page.published(), page.uid2.status().reason, await endpoints()]).to.deep.equal([undefined, 'loggedOut', before]);
    });
  }
});
