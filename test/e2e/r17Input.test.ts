// R17, R1, R9, R14: input that is odd costs a clear line at most, and loses nothing.
import { expect } from 'chai';
import { PARKED } from './pageServer.ts';
import { expectNothingStored, expectTokenOf, COOKIE, setCookie } from './several.ts';
import { warningsOf } from './spies.ts';
import { EMAIL, inBrowser } from './support.ts';
import { expectNoUid2, KEY, type Params, type Visitor } from './visitor.ts';

const HOUR = 3600_000;

describe('Odd input', () => {
  const world = inBrowser();

  for (const slashes of ['/', '//']) {
    it(`uid2ApiBase may end with ${slashes} (R1)`, async () => {
      const uid2Token = await world.login('expired');
      const visitor = await world.open({ params: { uid2Token, uid2ApiBase: `${world.operator.url}${slashes}` } });
      await expectTokenOf(EMAIL, await visitor.auction());
      expect(world.refreshes().map(({ path }) => path)).to.deep.equal(['/v2/token/refresh']);
      expect(await visitor.status()).to.deep.include({ reason: 'ok' });
    });
  }

  for (const seconds of [0.001, 0.5, 1]) {
    it(`refreshIntervalSeconds of ${seconds} is 1 (R9)`, async () => {
      const uid2Token = await world.login();
      const visitor = await world.open();
      const at = Date.now();
      await world.stop(at);
      await visitor.configure({ uid2Token, refreshIntervalSeconds: seconds } as Params);
      expect(await visitor.status()).to.deep.include({ reason: 'ok', refreshFrom: at + 1000 });
    });
  }

  it('disconnect() as the handler of a promise clears everything, whatever it is handed (R14)', async () => {
    const uid2Token = await world.login();
    const entry = { name: 'uid2', params: { uid2Cookie: 'another' } };
    for (const value of [undefined, { ok: true }, entry, { params: {} }]) {
      await setCookie(world, uid2Token);
      const visitor = await world.open({ params: { uid2Cookie: COOKIE } });
      await visitor.auction();
      await visitor.page.evaluate((given) => Promise.resolve(given).then((window as any).pbjs.uid2.disconnect), value);
      expectNoUid2(await visitor.auction(), uid2Token.advertising_token);
      await expectNothingStored(visitor);
      await visitor.page.evaluate(() => localStorage.clear());
    }
  });
});

describe('A bad record beside a good one (R17)', () => {
  const world = inBrowser();

  /** No sequence of UTF-8: reading such a cookie throws. */
  const UNREADABLE = '%E0%A4%A';

  /** Where the good one is, and so where the bad one is not. */
  const PLACES = { localStorage: 'cookies', cookie: 'localStorage' } as const;

  const encoded = (text: string) => (text === UNREADABLE ? text : encodeURIComponent(text));
  const put = async (visitor: Visitor, place: string, text: string) => (place === 'localStorage'
    ? visitor.page.evaluate(([key, value]) => localStorage.setItem(key, value), [KEY, text])
    : world.context.addCookies([{ name: KEY, value: encoded(text), url: world.url }]));

  /** A record that was good until its refresh token ended. */
  function deadOf(record: any): object {
    const [from, end, last] = [3, 2, 1].map((hours) => Date.now() - hours * HOUR);
    const times = { refresh_from: from, identity_expires: end, refresh_expires: last };
    return { ...record, latestToken: { ...record.latestToken, ...times } };
  }

  const BAD: Record<string, (record: any) => string> = {
    'corrupt one': (record) => JSON.stringify(record).slice(0, 100),
    'dead one': (record) => JSON.stringify(deadOf(record)),
    'empty value': () => '',
    'value that nobody can decode': () => UNREADABLE,
  };

  for (const [storage, badPlace] of Object.entries(PLACES) as ['localStorage' | 'cookie', string][]) {
    for (const preferred of ['localStorage', 'cookie'] as const) {
      for (const [kind, textOf] of Object.entries(BAD)) {
        it(`${kind} in ${badPlace}: the good one in the other place counts, with storage: '${preferred}'`, async () => {
          const first = await world.open({ params: { uid2Token: await world.login(), storage } });
          await expectTokenOf(EMAIL, await first.auction());
          const record = await first.record(storage === 'cookie' ? 'cookies' : 'localStorage');
          // where no module moves it
          await first.page.goto(`${world.url}${PARKED}`);
          await put(first, badPlace, textOf(record));
          const visitor = await world.open({ params: { storage: preferred } });
          await expectTokenOf(EMAIL, await visitor.auction());
          expect(await visitor.status()).to.deep.include({ state: 'fresh', reason: 'ok' });
        });
      }
    }
  }
});

describe('Params that no JSON can hold (R17)', () => {
  const world = inBrowser();

  /** Configures params that are made in the page, out of this token. */
  const configure = ({ page }: Visitor, made: string, token: object) => page.evaluate(`{
    const token = ${JSON.stringify(token)};
    const params = { uid2ApiBase: ${JSON.stringify(world.operator.url)}, ...(() => { ${made} })() };
    pbjs.setConfig({ userSync: { auctionDelay: 60000, syncEnabled: false, userIds: [{ name: 'uid2', params }] } });
  }`);

  const GOOD = {
    'a token with a field that holds itself': 'token.self = token; return { uid2Token: token };',
    'a token with a BigInt beside': 'return { uid2Token: { ...token, more: 10n } };',
  };
  for (const [title, made] of Object.entries(GOOD)) {
    it(`${title} is a token`, async () => {
      const visitor = await world.open();
      await configure(visitor, made, await world.login());
      await expectTokenOf(EMAIL, await visitor.auction());
      expect(await warningsOf(visitor.page)).to.deep.equal([]);
    });
  }

  const BAD = {
    'a time that is a BigInt': 'return { uid2Token: { ...token, refresh_from: 10n } };',
    'an advertising_token that holds itself': 'token.advertising_token = token; return { uid2Token: token };',
  };
  for (const [title, made] of Object.entries(BAD)) {
    it(`${title} costs one clear line and no auction`, async () => {
      const visitor = await world.open();
      await configure(visitor, made, await world.login());
      for (let auction = 0; auction < 2; auction++) expectNoUid2(await visitor.auction());
      expect(await warningsOf(visitor.page)).to.deep.equal(['UID2: invalid uid2Token']);
      expect(await visitor.status()).to.deep.include({ reason: 'invalid uid2Token' });
    });
  }
});
