// What a second review has found, and odd values beside the record that must not cost a reader, a login or a logout.
import { expect } from 'chai';
import { cstg, fault, operatorUrl, optOut } from './support/operator';
import { identity, KEY, lateFetch, NOTE_KEY, openPage, realStorage, setTime, store, stored } from './support/page';

const { fetch: realFetch } = window;
const USER = { ...cstg, email: 'user@example.com' };
const OTHER = { ...cstg, email: 'other@example.com' };
const asked = async (end: string) => ((await (await realFetch(`${operatorUrl}/admin/requests`)).json()) as { path: string }[]).filter(({ path }) => path.endsWith(end)).length;
const forget = () => realFetch(`${operatorUrl}/admin/requests`, { method: 'DELETE' });

/** What Prebid's storage manager does where storage is denied. */
const denied = {
  ...realStorage, getDataFromLocalStorage: () => null, setDataInLocalStorage() {}, removeDataFromLocalStorage() {}, getCookie: () => null, setCookie() {},
} as unknown as typeof realStorage;
const full = { ...realStorage, setDataInLocalStorage() { throw new Error('full'); } } as unknown as typeof realStorage;

/** JSON of numbers that nobody counts with. */
const ODD = ['"x"', 'null', '1e300', '1e999', '-1', '0', '"5"', '{}', '[]', 'true', '1e17'];
const NOTES = [...ODD.map((one) => `[${one}]`), '[]', '{}', '{"0":1}', '5', '"5"', 'null', '[0,null,"x",{},{}]'];

describe('uid2 as reviewed once more', () => {
  for (const [title, storage] of Object.entries({ denied, full })) {
    it(`waits after a failure where storage is ${title}`, async () => {
      const uid2Token = await identity('expired');
      await fault({ kind: 'status', status: 503 });
      await forget();
      const page = openPage({ storage });
      const given = { uid2Token };
      await page.ask(given).done;
      const { held, done } = page.ask(given);
      await done;
      expect([held, await asked('/refresh')]).to.deep.equal([false, 1]);
    });
  }
  it('who logged in last is not replaced by whom the operator answers first', async () => {
    const late = lateFetch();
    const first = openPage({ fetch: late.fetch });
    const { done } = first.ask(USER);
    await setTime(1000);
    const second = openPage({ beside: true });
    const login = second.ask(OTHER);
    await setTime(2000);
    late.release();
    await done;
    await login.done;
    await setTime(3000);
    second.uid2.due();
    first.uid2.due();
    expect(second.uid2.status().source).to.equal('params');
    expect(first.published()).to.deep.equal(second.published());
  });
  it('an opt-out holds in a tab that has refreshed more often than it could store', async () => {
    const uid2Token = await identity('stale');
    let isFull = false;
    const storage = { ...realStorage, setDataInLocalStorage(key: string, value: string) {
      if (isFull && key === KEY) throw new Error('full');
      realStorage.setDataInLocalStorage(key, value);
    } } as unknown as typeof realStorage;
    const ahead = openPage({ storage });
    const given = { uid2Token };
    await ahead.ask(given).done;
    isFull = true;
    for (const hours of [2, 4]) {
      await setTime(hours * 3600e3);
      await ahead.ask(given).done;
    }
    await optOut(uid2Token);
    const asker = openPage({ beside: true });
    await asker.ask(given).done;
    expect(asker.published()).to.deep.equal({ optout: true });
    isFull = false;
    ahead.uid2.due();
    expect(ahead.published()).to.deep.equal({ optout: true });
    asker.uid2.due();
    expect(asker.published()).to.deep.equal({ optout: true });
  });
  it('a logout is not undone by what Prebid\'s own module stores late', async () => {
    const token = await identity();
    store({ originalToken: token, latestToken: token });
    const page = openPage();
    page.ask();
    page.logOut();
    store({ originalToken: token, latestToken: await identity() });
    page.uid2.due();
    expect(page.published()).to.equal(undefined);
  });
  it('a tab that has slept over a long weekend hears of a logout by cookie', async () => {
    await setTime(-73 * 3600e3);
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
  for (const identityOf of ['{}', '[]', 'null', '5', 'true']) {
    it(`refreshes a record whose originalIdentity is of ${identityOf}`, async () => {
      store({ latestToken: await identity('expired'), originalIdentity: { identity: JSON.parse(identityOf), salt: 1 } });
      const page = openPage();
      await page.ask().done;
      expect(page.published()).to.not.equal(undefined);
    });
  }
});

describe('uid2 and numbers that nobody counts with', () => {
  const cases = [...ODD.map((one) => ['login', one]), ...NOTES.map((one) => ['note', one])];
  for (const [place, json] of cases) {
    const put = (token: object) => {
      localStorage.setItem(KEY, place === 'login' ? `{"originalToken":${JSON.stringify(token)},"latestToken":${JSON.stringify(token)},"login":${json}}`
        : JSON.stringify({ originalToken: token, latestToken: token, login: Date.now() - 1000 }));
      if (place === 'note') localStorage.setItem(NOTE_KEY, json);
    };
    it(`keeps the reader with the ${place} ${json}`, async () => {
      const token = await identity();
      put(token);
      const page = openPage();
      page.ask();
      expect(page.published()).to.deep.equal({ id: token.advertising_token });
    });
    it(`tells other tabs of a logout with the ${place} ${json}`, async () => {
      const uid2Token = await identity();
      put(uid2Token);
      const other = openPage();
      other.ask({ uid2Token });
      const page = openPage({ beside: true });
      page.ask({ uid2Token });
      page.logOut();
      other.uid2.due();
      expect(other.published()).to.equal(undefined);
    });
    it(`stores the next login once with the ${place} ${json}`, async () => {
      put(await identity());
      const first = openPage();
      first.ask();
      first.logOut();
      const uid2Token = await identity();
      let writes = 0;
      const storage = { ...realStorage, setDataInLocalStorage(key: string, value: string) { writes++; realStorage.setDataInLocalStorage(key, value); } } as unknown as typeof realStorage;
      const page = openPage({ storage });
      for (let i = 0; i < 4; i++) page.ask({ uid2Token });
      expect([writes, stored()?.originalToken?.advertising_token, page.published()]).to.deep.equal([1, uid2Token.advertising_token, { id: uid2Token.advertising_token }]);
    });
  }
});
