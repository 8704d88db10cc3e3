// The state table: what time makes of a record, and what follows from each state (R7).
import { expect } from 'chai';
import { stateOf, type Identity, type State, type StoredRecord } from '../../libraries/uid2Session/identity';
import { store, storeToken } from './support/browser';
import { HOUR } from './support/operator';
import { identity, now, openPage } from './support/page';
import { until } from './support/until';

const TOKEN: Identity = {
  advertising_token: 'a', refresh_token: 'r', refresh_from: 1000, identity_expires: 2000, refresh_expires: 3000,
};

const optedOut = (updated?: number): StoredRecord => ({ latestToken: 'optout', updated });

describe('uid2 state: what time makes of a record', () => {
  const TABLE: [title: string, record: StoredRecord | undefined, now: number, state: State][] = [
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
    it(`is ${state} for ${title}`, () => {
      expect(stateOf(record, time)).to.equal(state);
    });
  }
});

describe('uid2 state: what follows', () => {
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
    storeToken(token);
    return token.advertising_token;
  };

  for (const [state, params, row] of TABLE) {
    const withParams = 'bidWhileRefreshing' in params ? ' with bidWhileRefreshing' : '';
    const hold = row.held ? 'holds the auction' : 'holds nothing';
    it(`${state}${withParams}: sends ${row.sent}, ${hold}, makes ${row.requests} requests`, async () => {
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
