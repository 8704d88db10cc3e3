// What status() tells: the state, the reason and the source (R19).
import { expect } from 'chai';
import { ELSEWHERE, listed, REASONS } from '../reasons';
import { cookie, KEY, NOTE_KEY, setCookie, stored, storeToken, urlEncoded } from './support/browser';
import { failing, OPTS_OUT_LATER, USER } from './support/generation';
import { asked, clearFaults, fault, HOUR } from './support/operator';
import { COPPA, GDPR, identity, lateFetch, openPage, setTime } from './support/page';
import { asking, failed, HTTP_500, REACHED } from './support/reached';
import { hidePage, unshadow } from './support/shadow';
import { until } from './support/until';

describe('uid2 status: every reason', () => {
  it('is listed, and every listed reason can be reached', () => {
    const reached = Object.keys(REACHED).map(listed);
    expect(new Set([...reached, ...Object.keys(ELSEWHERE)])).to.deep.equal(new Set(REASONS));
  });
  for (const [reason, [state, reach]] of Object.entries(REACHED)) {
    it(`is reached: ${reason}`, async () => {
      expect((await reach()).uid2.status()).to.deep.include({ state, reason });
    });
    it(`comes with nothing but words and times: ${reason}`, async () => {
      const { state: _, reason: __, source, lastError = '', ...times } = (await reach()).uid2.status();
      expect(['params', 'stored', 'none']).to.include(source);
      expect(lastError)
        .to.match(/^(|network|unreadable|insecure page|http \d{3}|domain not on the account's list: http 403)$/);
      for (const [name, time] of Object.entries(times)) {
        expect(['identityExpires', 'refreshFrom', 'nextRefresh']).to.include(name);
        if (time !== undefined) expect(time, name).to.be.a('number');
      }
    });
  }
});

describe('uid2 status: the reason', () => {
  const reasonOf = async (params: object) => {
    const page = openPage();
    await page.ask(params).done;
    return page.uid2.status().reason;
  };

  it('is that nothing is known, before the page asks for anything', () => {
    expect(openPage().uid2.status()).to.deep.include({ state: 'none', source: 'none' });
  });
  it('is ok with a token, and comes with its times', async () => {
    const token = await identity();
    const page = openPage();
    page.ask({ uid2Token: token });
    expect(page.uid2.status()).to.deep.include({
      state: 'fresh', reason: 'ok', source: 'params',
      identityExpires: token.identity_expires, refreshFrom: token.refresh_from,
    });
  });
  it('is none without a token', async () => {
    expect(await reasonOf({})).to.equal('none');
  });
  it('is dead for a token that cannot be refreshed any more', async () => {
    expect(await reasonOf({ uid2Token: await identity('dead') })).to.equal('dead');
  });
  it('is optedOut after an opt-out', async () => {
    expect(await reasonOf({ uid2Token: await identity('expired', OPTS_OUT_LATER) })).to.equal('optedOut');
  });
  it('is invalid uid2Token for a supplied value that is no token', async () => {
    expect(await reasonOf({ uid2Token: { advertising_token: 'x' } })).to.equal('invalid uid2Token');
  });
  it('is invalid uid2Cookie for a cookie that holds no token', async () => {
    setCookie('login', '{}');
    expect(await reasonOf({ uid2Cookie: 'login' })).to.equal('invalid uid2Cookie');
  });
  it('is invalid uid2Cookie for a cookie that is no JSON', async () => {
    setCookie('login', 'AdvertisingTokenAsItIs');
    const page = openPage();
    page.ask({ uid2Cookie: 'login' });
    expect(page.uid2.status().reason).to.equal('invalid uid2Cookie');
  });
  it('is http 400 if the operator refuses', async () => {
    const { refresh_token: _, ...rest } = await identity('expired');
    expect(await reasonOf({ uid2Token: { ...rest, refresh_token: 'nobodys' } })).to.equal('http 400');
  });
  it('is network if the operator cannot be reached', async () => {
    await fault({ kind: 'close' });
    expect(await reasonOf({ uid2Token: await identity('expired') })).to.equal('network');
  });
  it('is unreadable if the answer is', async () => {
    await fault({ kind: 'garbage' });
    expect(await reasonOf({ uid2Token: await identity('expired') })).to.equal('unreadable');
  });
  it('is loggedOut after a logout', async () => {
    const page = openPage();
    page.ask({ uid2Token: await identity() });
    page.logOut();
    expect(page.uid2.status()).to.deep.include({ state: 'none', reason: 'loggedOut' });
  });
  for (const [reason, consent] of [['gdprApplies', GDPR], ['coppa', COPPA]] as const) {
    it(`is ${reason} if consent rules forbid`, async () => {
      const page = openPage({ consent });
      page.ask({ uid2Token: await identity() });
      expect(page.uid2.status()).to.deep.include({ state: 'none', reason });
    });
  }
});

describe('uid2 status: the reason after a change', () => {
  it('is ok for a token that is still valid, whatever the operator has answered', async () => {
    const { page } = await failed(HTTP_500, 'stale');
    expect(page.uid2.status()).to.deep.include({ state: 'stale', reason: 'ok', lastError: 'http 500' });
  });
  it('goes from expired to ok when the page is shown', async () => {
    const page = await REACHED.expired[1]();
    unshadow();
    document.dispatchEvent(new Event('visibilitychange'));
    await until(() => page.published());
    expect(page.uid2.status().reason).to.equal('ok');
  });
  it('goes from refreshing to ok with the answer', async () => {
    const uid2Token = await identity('expired');
    const late = lateFetch();
    const page = openPage({ fetch: late.fetch });
    const { done } = page.ask({ uid2Token });
    await until(late.arrived);
    late.release();
    await done;
    expect(page.uid2.status().reason).to.equal('ok');
  });
  it('is ok once the operator answers again after a failure', async () => {
    await fault({ kind: 'status', status: 500, times: 1 });
    const page = openPage();
    const uid2Token = await identity('expired');
    await page.ask({ uid2Token }).done;
    expect(page.uid2.status().lastError).to.equal('http 500');
    await setTime(HOUR);
    await page.ask({ uid2Token }).done;
    expect(page.uid2.status()).to.deep.include({ reason: 'ok', state: 'fresh' });
    expect(await asked()).to.have.length(2);
  });
  it('is optedOut, and not a failure that is over', async () => {
    const uid2Token = await identity('expired', OPTS_OUT_LATER);
    const page = openPage();
    await fault({ kind: 'status', status: 500 });
    await page.ask({ uid2Token }).done;
    await clearFaults();
    await setTime(8e3);
    await page.ask({ uid2Token }).done;
    expect(page.uid2.status()).to.deep.include({ state: 'optedOut', reason: 'optedOut' });
  });
  it('is ok without lastError once a failure is over', async () => {
    const uid2Token = await identity('expired');
    const page = openPage();
    await fault({ kind: 'status', status: 500 });
    await page.ask({ uid2Token }).done;
    await clearFaults();
    await setTime(8e3);
    await page.ask({ uid2Token }).done;
    expect(page.uid2.status()).to.deep.include({ state: 'fresh', reason: 'ok', lastError: undefined });
  });
  it('is what happened, and params that name two readers are a warning', async () => {
    await failing(HTTP_500);
    const page = await asking({ ...USER, phone: '+12345678901' });
    expect([page.uid2.status().reason, page.warnings])
      .to.deep.equal(['http 500', [['UID2: more than one of emailHash, phoneHash, email, phone: the first counts']]]);
  });
  it('is none, and not loggedOut, when the page supplies no token any more', async () => {
    const page = await REACHED.loggedOut[1]();
    page.ask({});
    expect(page.uid2.status()).to.deep.include({ state: 'none', reason: 'none', source: 'none' });
  });
  it('is that the cookie is empty, after a logout in another tab that arrives in parts', async () => {
    setCookie('login', urlEncoded(await identity()));
    const page = openPage();
    page.ask({ uid2Cookie: 'login' });
    const hear = (key: string) => window.dispatchEvent(new StorageEvent('storage', { key }));
    localStorage.removeItem(KEY);
    hear(KEY);
    setCookie('login', '');
    localStorage.setItem(NOTE_KEY, '[0.5]');
    hear(NOTE_KEY);
    expect([cookie('login'), page.published(), stored()]).to.deep.equal(['', undefined, undefined]);
    expect(page.uid2.status()).to.deep.include({ state: 'none', reason: 'empty cookie' });
  });
  it('is what it was before, once consent is given again', async () => {
    const uid2Token = await identity();
    const page = openPage({ consent: GDPR });
    page.ask({ uid2Token });
    page.setConsent({});
    page.ask({ uid2Token });
    expect(page.uid2.status()).to.deep.include({ state: 'fresh', reason: 'ok', source: 'params' });
  });
});

describe('uid2 status: the source', () => {
  it('is none after a logout', async () => {
    expect((await REACHED.loggedOut[1]()).uid2.status()).to.include({ source: 'none' });
  });
  it('is none, without times, when consent is withdrawn', async () => {
    const { source, identityExpires, refreshFrom } = (await REACHED.gdprApplies[1]()).uid2.status();
    expect({ source, identityExpires, refreshFrom })
      .to.deep.equal({ source: 'none', identityExpires: undefined, refreshFrom: undefined });
  });
});

describe('uid2 status: a call', () => {
  it('changes nothing and asks nobody', async () => {
    const token = await identity('expired');
    const text = storeToken(token);
    hidePage();
    const page = openPage();
    page.ask();
    page.uid2.status();
    expect([localStorage.getItem(KEY), Object.keys(localStorage), await asked()]).to.deep.equal([text, [KEY], []]);
  });
});
