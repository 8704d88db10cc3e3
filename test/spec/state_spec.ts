// The state table: what time makes of a record, what is sent, whether an auction waits, whether the operator is asked (R6, R7).
import { expect } from 'chai';
import { stateOf, type Identity, type State, type Stored } from '../../libraries/uid2/tokens';
import { asked, fault } from './support/operator';
import { identity, now, openPage, setCookie, setTime, store, type Page } from './support/page';
import { until } from './support/until';

const HOUR = 3600e3;
const TOKEN: Identity = { advertising_token: 'a', refresh_token: 'r', refresh_from: 1000, identity_expires: 2000, refresh_expires: 3000 };
const optedOut = (updated?: number): Stored => ({ latestToken: 'optout', updated });
const idOf = (page: Page) => (page.published() as { id?: string } | undefined)?.id;

describe('uid2 states', () => {
  const TABLE: [title: string, record: Stored | undefined, now: number, state: State][] = [
    ['nothing', undefined, 0, 'none'],
    ['a token just before refresh_from', { latestToken: TOKEN }, 999, 'fresh'],
    ['a token at refresh_from', { latestToken: TOKEN }, 1000, 'stale'],
    ['a token just before identity_expires', { latestToken: TOKEN }, 1999, 'stale'],
    ['a token at identity_expires', { latestToken: TOKEN }, 2000, 'expired'],
    ['a token just before refresh_expires', { latestToken: TOKEN }, 2999, 'expired'],
    ['a token at refresh_expires', { latestToken: TOKEN }, 3000, 'dead'],
    ['a token whose refresh_from is after its end', { latestToken: { ...TOKEN, refresh_from: 2500 } }, 2000, 'expired'],
    ['a token that cannot be refreshed any more', { latestToken: { ...TOKEN, refresh_expires: 1 } }, 999, 'fresh'],
    ['an opt-out', optedOut(1000), 1000, 'optedOut'],
    ['an opt-out just before 72 hours', optedOut(1000), 1000 + 72 * HOUR - 1, 'optedOut'],
    ['an opt-out after 72 hours', optedOut(1000), 1000 + 72 * HOUR + 1, 'none'],
    ['an opt-out without a time, as Prebid\'s own module keeps it', optedOut(), 1e13, 'optedOut'],
  ];
  for (const [title, record, time, state] of TABLE) {
    it(`makes of ${title}: ${state}`, () => {
      expect(stateOf(record, time)).to.equal(state);
    });
  }
});

describe('uid2 states: what follows from them', () => {
  type Row = { sent: 'token' | 'nothing' | 'optout'; held: boolean; requests: number };
  const TABLE: [state: State, params: object, row: Row][] = [
    ['none', {}, { sent: 'nothing', held: false, requests: 0 }],
    ['fresh', {}, { sent: 'token', held: false, requests: 0 }],
    ['stale', {}, { sent: 'token', held: true, requests: 1 }],
    ['stale', { bidWhileRefreshing: true }, { sent: 'token', held: false, requests: 1 }],
    ['expired', {}, { sent: 'nothing', held: true, requests: 1 }],
    ['expired', { bidWhileRefreshing: true }, { sent: 'nothing', held: true, requests: 1 }],
    ['dead', {}, { sent: 'nothing', held: false, requests: 0 }],
    ['optedOut', {}, { sent: 'optout', held: false, requests: 0 }],
  ];
  const given = async (state: State): Promise<string | undefined> => {
    if (state === 'none') return;
    if (state === 'optedOut') {
      store({ latestToken: 'optout', updated: now() });
      return;
    }
    const token = await identity(state);
    store({ originalToken: token, latestToken: token });
    return token.advertising_token;
  };

  for (const [state, params, row] of TABLE) {
    it(`${state}${'bidWhileRefreshing' in params ? ', bidding while refreshing' : ''}: sends ${row.sent}, ${row.held ? 'holds the auction' : 'holds nothing'}, makes ${row.requests} requests`, async () => {
      const token = await given(state);
      let requests = 0;
      const page = openPage({ fetch: async (url, options) => { requests++; return fetch(url, options); } });
      const { held, done } = page.ask(params);
      expect([page.uid2.status().state, page.published(), held]).to.deep.equal([
        state, { token: { id: token }, nothing: undefined, optout: { optout: true } }[row.sent], row.held,
      ]);
      await until(() => requests >= row.requests);
      await done;
      expect(requests).to.equal(row.requests);
    });
  }
});

describe('uid2 states: at the moment of reading', () => {
  it('sends a token until it expires, and not a moment longer, without being asked anew', async () => {
    const token = await identity();
    const page = openPage();
    page.ask({ uid2Token: token });
    const ids = page.uid2.decode();
    await setTime(4 * HOUR - 60e3);
    expect(ids.uid2).to.deep.equal({ id: token.advertising_token });
    await setTime(4 * HOUR + 1);
    expect([ids.uid2, page.published()]).to.deep.equal([undefined, undefined]);
  });
  it('sends the refreshed token from the moment it is there', async () => {
    const token = await identity('expired');
    const page = openPage();
    const { done } = page.ask({ uid2Token: token });
    const ids = page.uid2.decode();
    expect(ids.uid2).to.equal(undefined);
    await done;
    expect(ids.uid2).to.have.property('id').that.is.not.equal(token.advertising_token);
  });
  it('has the property uid2 in what decode returns, so that Prebid sees it', () => {
    expect(Object.keys(openPage().uid2.decode())).to.deep.equal(['uid2']);
  });
  it('says before an auction whether a refresh is due', async () => {
    const page = openPage();
    page.ask({ uid2Token: await identity() });
    expect(page.uid2.due()).to.equal(false);
    await setTime(2 * HOUR);
    expect(page.uid2.due()).to.equal(true);
  });
  it('refreshes in mid-page, when asked again after refresh_from', async () => {
    const token = await identity();
    const page = openPage();
    page.ask({ uid2Token: token });
    await setTime(2 * HOUR);
    const { held, done } = page.ask({ uid2Token: token });
    expect([held, idOf(page)]).to.deep.equal([true, token.advertising_token]);
    await done;
    expect(idOf(page)).to.be.a('string').and.not.equal(token.advertising_token);
  });
});

describe('uid2 states: the reason', () => {
  const reasonOf = async (params: object) => {
    const page = openPage();
    await page.ask(params).done;
    return page.uid2.status().reason;
  };
  it('is notConfigured, or none, before anything is asked', () => {
    expect(openPage().uid2.status()).to.deep.include({ state: 'none', source: 'none' });
  });
  it('is ok with a token, and tells its times', async () => {
    const token = await identity();
    const page = openPage();
    page.ask({ uid2Token: token });
    expect(page.uid2.status()).to.deep.include({
      state: 'fresh', reason: 'ok', source: 'params', identityExpires: token.identity_expires, refreshFrom: token.refresh_from,
    });
  });
  it('is none without a token', async () => {
    expect(await reasonOf({})).to.equal('none');
  });
  it('is dead for a token that cannot be refreshed any more', async () => {
    expect(await reasonOf({ uid2Token: await identity('dead') })).to.equal('dead');
  });
  it('is optedOut', async () => {
    expect(await reasonOf({ uid2Token: await identity('expired', 'refresh-optout@example.com') })).to.equal('optedOut');
  });
  it('is invalid uid2Token for a supplied token that is none', async () => {
    expect(await reasonOf({ uid2Token: { advertising_token: 'x' } })).to.equal('invalid uid2Token');
  });
  it('is invalid uid2Cookie for a cookie that holds none', async () => {
    setCookie('login', '{}');
    expect(await reasonOf({ uid2Cookie: 'login' })).to.equal('invalid uid2Cookie');
  });
  it('is http 400 where the operator refuses', async () => {
    const { refresh_token: _, ...rest } = await identity('expired');
    expect(await reasonOf({ uid2Token: { ...rest, refresh_token: 'nobodys' } })).to.equal('http 400');
  });
  it('is network where the operator cannot be reached', async () => {
    await fault({ kind: 'close' });
    expect(await reasonOf({ uid2Token: await identity('expired') })).to.equal('network');
  });
  it('is unreadable where the answer is', async () => {
    await fault({ kind: 'garbage' });
    expect(await reasonOf({ uid2Token: await identity('expired') })).to.equal('unreadable');
  });
  it('is loggedOut after a logout', async () => {
    const page = openPage();
    page.ask({ uid2Token: await identity() });
    page.logOut();
    expect(page.uid2.status()).to.deep.include({ state: 'none', reason: 'loggedOut' });
  });
  for (const [reason, consent] of [['gdprApplies', { gdpr: { gdprApplies: true } }], ['coppa', { coppa: true }]] as const) {
    it(`is ${reason} where consent rules forbid`, async () => {
      const page = openPage({ consent });
      page.ask({ uid2Token: await identity() });
      expect(page.uid2.status()).to.deep.include({ state: 'none', reason });
    });
  }
  it('is forgotten with the failure, once the operator answers again', async () => {
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
});
