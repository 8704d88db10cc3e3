// Logout, opt-out, consent, another user: what is gone is gone, also when an answer comes late (R14, R15, R16).
import { expect } from 'chai';
import { asked, fault, optOut } from './support/operator';
import { cookie, identity, KEY, lateFetch, NOTE_KEY, now, openPage, realStorage, setCookie, setTime, store, stored } from './support/page';
import { until } from './support/until';

const json = (value: unknown) => encodeURIComponent(JSON.stringify(value));
const HOUR = 3600e3;

describe('uid2 logout', () => {
  it('takes the token away at once, also from what decode has returned before', async () => {
    const page = openPage();
    page.ask({ uid2Token: await identity() });
    const ids = page.uid2.decode();
    page.logOut();
    expect([ids.uid2, page.published()]).to.deep.equal([undefined, undefined]);
  });
  it('clears localStorage, cookie, legacy value, the SDK\'s storage and the publisher\'s cookie', async () => {
    const token = await identity();
    store({ originalToken: token, latestToken: token });
    setCookie(KEY, token.advertising_token);
    setCookie('login', json(token));
    localStorage.setItem('UID2-sdk-identity', JSON.stringify(token));
    setCookie('__uid_2', json(token));
    const page = openPage();
    page.ask({ uid2Cookie: 'login' });
    page.logOut();
    expect([Object.keys(localStorage), document.cookie]).to.deep.equal([[NOTE_KEY], '']);
  });
  it('clears the cookie named by the older param', async () => {
    setCookie('server', json(await identity()));
    const page = openPage();
    page.ask({ uid2ServerCookie: 'server' });
    page.logOut();
    expect(document.cookie).to.equal('');
  });
  it('clears what is stored before the page has asked for anything', async () => {
    const token = await identity();
    store({ originalToken: token, latestToken: token });
    setCookie('login', json(token));
    openPage().logOut({ uid2Cookie: 'login' });
    expect([Object.keys(localStorage), document.cookie]).to.deep.equal([[NOTE_KEY], '']);
  });
  it('leaves other cookies and other stored values alone', async () => {
    setCookie('theirs', '1');
    localStorage.setItem('theirs', '1');
    const page = openPage();
    page.ask({ uid2Token: await identity() });
    page.logOut();
    expect([document.cookie, localStorage.getItem('theirs')]).to.deep.equal(['theirs=1', '1']);
  });
  it('can be repeated', async () => {
    const page = openPage();
    page.ask({ uid2Token: await identity() });
    page.logOut();
    page.logOut();
    expect(page.published()).to.equal(undefined);
  });
  it('is not undone by the same token in the config', async () => {
    const uid2Token = await identity();
    const page = openPage();
    page.ask({ uid2Token });
    page.logOut();
    expect(page.ask({ uid2Token }).held).to.equal(false);
    expect([page.published(), stored()]).to.deep.equal([undefined, undefined]);
  });
  it('is not undone by the same token after a second logout', async () => {
    const uid2Token = await identity();
    const page = openPage();
    page.ask({ uid2Token });
    page.logOut();
    page.ask({ uid2Token });
    page.logOut();
    page.ask({ uid2Token });
    expect(page.published()).to.equal(undefined);
  });
  it('is not undone by the same token after a second logout without one', async () => {
    const token = await identity();
    setCookie('login', json(token));
    const page = openPage();
    page.ask({ uid2Cookie: 'login' });
    page.logOut();
    page.ask({ uid2Cookie: 'login' });
    page.logOut();
    setCookie('login', json(token));
    page.ask({ uid2Cookie: 'login' });
    expect(page.published()).to.equal(undefined);
  });
  it('is not undone by the same token with its fields in another order', async () => {
    const { advertising_token: token, ...rest } = await identity();
    const page = openPage();
    page.ask({ uid2Token: { advertising_token: token, ...rest } });
    page.logOut();
    page.ask({ uid2Token: { ...rest, advertising_token: token } });
    expect(page.published()).to.equal(undefined);
  });
  it('is not undone by the same token in the publisher\'s cookie, set again', async () => {
    const token = await identity();
    setCookie('login', json(token));
    const page = openPage();
    page.ask({ uid2Cookie: 'login' });
    page.logOut();
    setCookie('login', json(token));
    page.ask({ uid2Cookie: 'login' });
    expect(page.published()).to.equal(undefined);
  });
  it('is not undone before an auction', async () => {
    const uid2Token = await identity('expired');
    const page = openPage();
    await page.ask({ uid2Token }).done;
    page.logOut();
    expect([page.uid2.due(), page.published(), stored()]).to.deep.equal([false, undefined, undefined]);
  });
  it('asks the operator for nothing', async () => {
    const uid2Token = await identity();
    const page = openPage();
    page.ask({ uid2Token });
    page.logOut();
    page.ask({ uid2Token });
    expect(await asked()).to.deep.equal([]);
  });
  it('lets another token in at once', async () => {
    const page = openPage();
    page.ask({ uid2Token: await identity() });
    page.logOut();
    const next = await identity();
    page.ask({ uid2Token: next });
    expect([page.published(), stored()!.originalToken]).to.deep.equal([{ id: next.advertising_token }, next]);
  });
  it('calls back whoever waits for a refresh, once', async () => {
    const { fetch, release, arrived } = lateFetch();
    const page = openPage({ fetch });
    const { done, calls } = page.ask({ uid2Token: await identity('expired') });
    await until(arrived);
    page.logOut();
    release();
    await done;
    expect(calls).to.have.length(1);
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
});

describe('uid2 and a late answer', () => {
  const begin = async (params: object = {}) => {
    const late = lateFetch();
    const token = await identity('stale');
    const page = openPage({ fetch: late.fetch });
    const { done, calls } = page.ask({ uid2Token: token, ...params });
    await until(late.arrived);
    return { page, token, calls, async end() { late.release(); await done; } };
  };
  const everything = () => JSON.stringify([{ ...localStorage }, document.cookie]);

  for (const storage of ['localStorage', 'cookie'] as const) {
    it(`changes nothing after a logout (${storage})`, async () => {
      const { page, end } = await begin({ storage });
      page.logOut();
      const left = everything();
      await end();
      expect([page.published(), page.uid2.status().state, stored(storage), everything()]).to.deep.equal([undefined, 'none', undefined, left]);
    });
    it(`changes nothing after another login (${storage})`, async () => {
      const { page, end } = await begin({ storage });
      const next = await identity();
      page.ask({ uid2Token: next, storage });
      const before = everything();
      await end();
      expect([page.published(), everything()]).to.deep.equal([{ id: next.advertising_token }, before]);
    });
  }
  it('changes nothing after a logout and another login', async () => {
    const { page, end } = await begin();
    page.logOut();
    const next = await identity();
    page.ask({ uid2Token: next });
    const before = everything();
    await end();
    expect([page.published(), everything()]).to.deep.equal([{ id: next.advertising_token }, before]);
  });
  for (const [title, consent] of [['GDPR', { gdpr: { gdprApplies: true } }], ['COPPA', { coppa: true }]] as const) {
    it(`changes nothing once ${title} applies, and is not sent`, async () => {
      const { page, end } = await begin();
      page.setConsent(consent);
      const before = everything();
      await end();
      expect([page.published(), everything()]).to.deep.equal([undefined, before]);
    });
    it(`changes nothing once ${title} applies, is known to have been asked again, and is lifted`, async () => {
      const { page, token, end } = await begin();
      page.setConsent(consent);
      page.ask({ uid2Token: token });
      page.setConsent({});
      const before = everything();
      await end();
      expect(everything()).to.equal(before);
    });
  }
  it('is of no use to the user who was logged in before, and is not theirs after a switch back', async () => {
    const { page, token, end } = await begin();
    page.ask({ uid2Token: await identity() });
    const { done } = page.ask({ uid2Token: token });
    await end();
    await done;
    expect(stored()!.originalToken!.advertising_token).to.equal(token.advertising_token);
  });
  it('that says optout does not opt out the next user', async () => {
    const late = lateFetch();
    const token = await identity('expired', 'refresh-optout@example.com');
    const page = openPage({ fetch: late.fetch });
    const { done } = page.ask({ uid2Token: token });
    await until(late.arrived);
    const next = await identity();
    page.ask({ uid2Token: next });
    late.release();
    await done;
    expect([page.published(), stored()!.latestToken]).to.deep.equal([{ id: next.advertising_token }, next]);
  });
  it('is not mixed into the record of a user who logged in on another page', async () => {
    const late = lateFetch();
    const [mine, other] = [await identity('stale'), await identity()];
    store({ originalToken: mine, latestToken: mine });
    const page = openPage({ fetch: late.fetch });
    const { done } = page.ask();
    await until(late.arrived);
    store({ originalToken: other, latestToken: other });
    late.release();
    await done;
    expect(stored()).to.deep.equal({ originalToken: other, latestToken: other });
  });
  it('does not bring back a record that another page has cleared', async () => {
    const late = lateFetch();
    const mine = await identity('stale');
    store({ originalToken: mine, latestToken: mine });
    const page = openPage({ fetch: late.fetch });
    const { done } = page.ask();
    await until(late.arrived);
    localStorage.removeItem(KEY);
    late.release();
    await done;
    expect([stored(), page.published()]).to.deep.equal([undefined, undefined]);
  });
  it('calls back once, whatever has become of it', async () => {
    const { page, calls, end } = await begin();
    page.ask({ uid2Token: await identity() });
    page.logOut();
    await end();
    expect(calls).to.have.length(1);
  });
});

describe('uid2 opt-out', () => {
  const optedOut = async (params: object = {}) => {
    const token = await identity('expired', 'refresh-optout@example.com');
    const page = openPage();
    await page.ask({ uid2Token: token, ...params }).done;
    return { token, page };
  };

  for (const storage of ['localStorage', 'cookie'] as const) {
    it(`erases what could be used, and keeps the fact (${storage})`, async () => {
      const { token, page } = await optedOut({ storage });
      const text = storage === 'cookie' ? cookie(KEY)! : localStorage.getItem(KEY)!;
      expect([page.published(), JSON.parse(text).latestToken]).to.deep.equal([{ optout: true }, 'optout']);
      expect(text).to.not.contain(token.refresh_token).and.not.contain(token.refresh_response_key);
    });
  }
  it('of a stored user, with nothing supplied, erases what could be used', async () => {
    const token = await identity('stale');
    store({ originalToken: token, latestToken: token });
    await optOut(token);
    const page = openPage();
    await page.ask().done;
    expect(page.published()).to.deep.equal({ optout: true });
    expect(localStorage.getItem(KEY)).to.not.contain(token.refresh_token).and.not.contain(token.refresh_response_key);
  });
  it('of a record without owner is no error', async () => {
    const token = await identity('stale');
    store({ latestToken: token });
    await optOut(token);
    const page = openPage();
    await page.ask().done;
    expect([page.published(), stored()!.latestToken]).to.deep.equal([{ optout: true }, 'optout']);
  });
  it('reaches a user who had a stale token in use', async () => {
    const token = await identity('stale');
    await optOut(token);
    const page = openPage();
    const { done } = page.ask({ uid2Token: token });
    expect(page.published()).to.deep.equal({ id: token.advertising_token });
    await done;
    expect(page.published()).to.deep.equal({ optout: true });
  });
  it('ends the requests for this user, on this page and the next ones, for 72 hours', async () => {
    const { token, page } = await optedOut();
    for (const hours of [0, 1, 24, 71]) {
      await setTime(hours * HOUR);
      page.ask({ uid2Token: token });
      const next = openPage({ beside: true });
      expect([next.ask({ uid2Token: token }).held, next.published()], `${hours} h`).to.deep.equal([false, { optout: true }]);
    }
    expect(await asked()).to.have.length(1);
  });
  it('is known on the next page without a supplied token', async () => {
    await optedOut();
    const next = openPage();
    next.ask();
    expect(next.published()).to.deep.equal({ optout: true });
  });
  it('is forgotten after 72 hours', async () => {
    const { token } = await optedOut();
    await setTime(73 * HOUR);
    const next = openPage();
    next.ask();
    expect(next.published()).to.equal(undefined);
    const { done } = next.ask({ uid2Token: token });
    await done;
    expect(await asked()).to.have.length(2);
  });
  it('is forgotten with another user', async () => {
    await optedOut();
    const token = await identity();
    const next = openPage();
    next.ask({ uid2Token: token });
    expect([next.published(), stored()!.latestToken]).to.deep.equal([{ id: token.advertising_token }, token]);
  });
  it('is forgotten at a logout', async () => {
    const { page } = await optedOut();
    page.logOut();
    expect([page.published(), stored()]).to.deep.equal([undefined, undefined]);
  });
  it('noted by Prebid\'s own module is respected', async () => {
    const token = await identity();
    store({ originalToken: token, latestToken: 'optout' });
    const page = openPage();
    page.ask({ uid2Token: token });
    expect([page.published(), await asked()]).to.deep.equal([{ optout: true }, []]);
  });
});

describe('uid2 and consent', () => {
  // counts every use of storage and network
  const watched = () => {
    const used: string[] = [];
    const storage = new Proxy(realStorage, {
      get: (target, name) => (...args: unknown[]) => { used.push(String(name)); return (target as any)[name](...args); },
    });
    const fetch = async (): Promise<Response> => { used.push('fetch'); throw new TypeError('no'); };
    return { used, storage, fetch };
  };
  for (const [title, consent] of [['GDPR applies', { gdpr: { gdprApplies: true } }], ['COPPA is set', { coppa: true }]] as const) {
    it(`reads, stores, requests and sends nothing where ${title}`, async () => {
      const token = await identity('stale');
      store({ originalToken: token, latestToken: token });
      const { used, storage, fetch } = watched();
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
      const { used, storage, fetch } = watched();
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
      const page = openPage({ fetch: (url, options) => { signal = options.signal!; return fetch(url, options); } });
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
    const page = openPage({ consent: { gdpr: { gdprApplies: true } } });
    page.ask({ uid2Token: token });
    page.setConsent({});
    page.ask({ uid2Token: token });
    expect(page.published()).to.deep.equal({ id: token.advertising_token });
  });
  it('does not matter where GDPR is known not to apply', async () => {
    const token = await identity();
    const page = openPage({ consent: { gdpr: { gdprApplies: false }, coppa: false } });
    page.ask({ uid2Token: token });
    expect(page.published()).to.deep.equal({ id: token.advertising_token });
  });
  it('lets a logout clear storage, although nothing may be sent', async () => {
    const token = await identity();
    store({ originalToken: token, latestToken: token, updated: now() });
    const page = openPage({ consent: { gdpr: { gdprApplies: true } } });
    page.logOut();
    expect(localStorage.length).to.equal(0);
  });
});
