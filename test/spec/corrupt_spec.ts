// Input that is anything but an identity, wherever it comes from (R17): nothing thrown, held, lost, or sent as a token.
import { expect } from 'chai';
import { clearBrowser } from '../harness/clean';
import { stateOf, type Identity } from '../../libraries/uid2/tokens';
import { asked } from './support/operator';
import { identity, KEY, openPage, setCookie, setTime, store, stored, type Page } from './support/page';
import { auction, configure, pbjs, prebidForEach } from './support/prebid';

const LATER = Date.now() + 3600e3;
const SOUND: Identity = {
  advertising_token: 'QWxsIGlzIHdlbGw', refresh_token: 'cmVmcmVzaA', refresh_from: LATER, identity_expires: LATER, refresh_expires: LATER,
};
const FIELDS = ['advertising_token', 'refresh_token', 'refresh_from', 'identity_expires', 'refresh_expires'] as const;

const without = (field: string) => Object.fromEntries(Object.entries(SOUND).filter(([name]) => name !== field));

// of identities: each field missing in turn, and each wrong in several ways
const BAD_IDENTITIES: { [title: string]: unknown } = {
  ...Object.fromEntries(FIELDS.map((field) => [`no ${field}`, without(field)])),
  ...Object.fromEntries(FIELDS.flatMap((field) => [null, true, {}, '', -1].map((value) =>
    [`${field} ${JSON.stringify(value)}`, { ...SOUND, [field]: value }]))),
  'an advertising_token that is a number': { ...SOUND, advertising_token: 12345 },
  'an advertising_token of two words': { ...SOUND, advertising_token: 'two words' },
  'an advertising_token with a line break': { ...SOUND, advertising_token: 'two\nlines' },
  'an advertising_token that is not ASCII': { ...SOUND, advertising_token: 'tökén✓' },
  'an advertising_token of 5 MB': { ...SOUND, advertising_token: 'x'.repeat(5e6) },
  'times as text': { ...SOUND, refresh_from: `${LATER}`, identity_expires: `${LATER}`, refresh_expires: `${LATER}` },
  'times as dates': { ...SOUND, identity_expires: new Date(LATER).toISOString() },
};

// of stored or supplied JSON
const BAD_VALUES: { [title: string]: unknown } = {
  '{}': {}, '[]': [], '"{"': '{', null: null, true: true, 0: 0, 42: 42, '-1': -1, '""': '', '"text"': 'text', '[1]': [1], '[{}]': [{}], '{"body":{}}': { body: {} },
  'non-ASCII': { ключ: 'значение', '名前': '値' },
  ['__proto__']: JSON.parse('{"__proto__":{"latestToken":"optout"}}'),
};

const BAD_TEXTS: { [title: string]: string } = {
  ...Object.fromEntries(Object.entries(BAD_VALUES).map(([title, value]) => [title, JSON.stringify(value)])),
  '{': '{', '}': '}', 'white space': '   ', undefined: 'undefined', NaN: 'NaN', '[object Object]': '[object Object]', '12345678901234': '12345678901234',
  'an HTML page': '<!doctype html><p>404</p>', 'non-ASCII text': 'это не токен✓', 'a sentence': 'this is no token at all',
  'half a record': '{"originalToken":{"advertising_token":"abc","refr',
  '{"latestToken":null}': '{"latestToken":null}', '{"latestToken":{}}': '{"latestToken":{}}', '{"latestToken":[]}': '{"latestToken":[]}',
  '{"latestToken":42}': '{"latestToken":42}', '{"latestToken":"text"}': '{"latestToken":"text"}', '{"latestToken":true}': '{"latestToken":true}',
  '{"originalToken":null}': '{"originalToken":null}',
  ...Object.fromEntries(Object.entries(BAD_IDENTITIES).filter(([title]) => !/5 MB/.test(title)).map(([title, value]) =>
    [`a latestToken with ${title}`, JSON.stringify({ originalToken: SOUND, latestToken: value })])),
};

const HUGE = { '5 MB of text': 'x'.repeat(5e6 - 100), '5 MB of token characters': 'A4'.repeat(2.5e6 - 100), '5 MB of JSON': JSON.stringify('{'.repeat(5e6 - 100)) };
const BIG = { '4 kB of text': 'x y'.repeat(1000), '4 kB of JSON': JSON.stringify('{'.repeat(3000)) };
// not URL-encoded, as nobody's decodeURIComponent can read them
const MALFORMED = { '%': '%', '%zz': '%zz', '%E0%A4%A': '%E0%A4%A', '{"a":"100%"}': '{"a":"100%"}', '%ff%fe': '%ff%fe', '%7B%': '%7B%' };

const encoded = (texts: { [title: string]: string }) => Object.fromEntries(Object.entries(texts).map(([title, text]) => [title, encodeURIComponent(text)]));
const fits = (texts: { [title: string]: string }) => Object.fromEntries(Object.entries(texts).filter(([, text]) => text.length < 4000));
const rawCookies = fits({ ...encoded(BAD_TEXTS), ...encoded(BIG), ...MALFORMED });

type Place = {
  inputs: { [title: string]: unknown };
  /** Puts the input there; params that name it. */
  put(input: any): object;
  /** By the page, and so whoever it names is the reader. */
  isSupplied?: boolean;
  /** Puts a sound identity where it is to be found all the same; params that name it. */
  elsewhere: { [where: string]: (token: Identity) => object | void };
};

const inCookie = (token: Identity) => { store({ originalToken: token, latestToken: token }, 'cookie'); };
const inLocalStorage = (token: Identity) => { store({ originalToken: token, latestToken: token }); };

const inPublishersCookie = (token: Identity) => {
  setCookie('login', encodeURIComponent(JSON.stringify(token)));
  return { uid2Cookie: 'login' };
};
const inSdkCookie = (token: Identity) => setCookie('__uid_2', encodeURIComponent(JSON.stringify(token)));

const PLACES: { [place: string]: Place } = {
  localStorage: {
    inputs: { ...BAD_TEXTS, ...HUGE },
    put: (text) => { localStorage.setItem(KEY, text); return {}; },
    elsewhere: { 'the cookie': inCookie, 'the SDK\'s cookie': inSdkCookie, 'params.uid2Token': (token) => ({ uid2Token: token }) },
  },
  'the module\'s cookie': {
    inputs: rawCookies,
    put: (raw) => { setCookie(KEY, raw); return { storage: 'cookie' }; },
    elsewhere: { localStorage: inLocalStorage, 'params.uid2Token': (token) => ({ uid2Token: token }) },
  },
  'the publisher\'s cookie': {
    isSupplied: true,
    inputs: { ...rawCookies, ...fits(encoded(Object.fromEntries(Object.entries(BAD_IDENTITIES).map(([title, value]) => [title, JSON.stringify(value)])))) },
    put: (raw) => { setCookie('login', raw); return { uid2Cookie: 'login' }; },
    elsewhere: { localStorage: inLocalStorage, 'the module\'s cookie': inCookie },
  },
  'params.uid2Token': {
    isSupplied: true,
    inputs: { ...BAD_VALUES, ...BAD_IDENTITIES, ...BAD_TEXTS, '5 MB of text': HUGE['5 MB of text'], 'a function': () => {}, 'a symbol': Symbol('x'), 'not a number': NaN },
    put: (uid2Token) => ({ uid2Token }),
    elsewhere: { localStorage: inLocalStorage, 'the module\'s cookie': inCookie, 'the publisher\'s cookie': inPublishersCookie, 'the SDK\'s cookie': inSdkCookie },
  },
  'the SDK\'s localStorage': {
    inputs: { ...BAD_TEXTS, ...HUGE },
    put: (text) => { localStorage.setItem('UID2-sdk-identity', text); return {}; },
    elsewhere: { 'the module\'s cookie': inCookie, 'params.uid2Token': (token) => ({ uid2Token: token }) },
  },
  'the SDK\'s cookie': {
    inputs: rawCookies,
    put: (raw) => { setCookie('__uid_2', raw); return {}; },
    elsewhere: { localStorage: inLocalStorage },
  },
};

/** Whether what is supplied names a reader: not whom anything else that is found is of. */
function isNamed(input: unknown): boolean {
  try {
    const value = typeof input === 'string' ? JSON.parse(decodeURIComponent(input)) : input;
    return !!value?.advertising_token;
  } catch {
    return false;
  }
}

for (const [place, { inputs, put, elsewhere, isSupplied }] of Object.entries(PLACES)) {
  describe(`uid2 and corrupt input in ${place}`, () => {
    for (const [title, input] of Object.entries(inputs)) {
      it(`sends and holds nothing for ${title}`, async () => {
        const page = openPage();
        const { held } = page.ask(put(input));
        expect([held, page.published(), page.uid2.status().state]).to.deep.equal([false, undefined, 'none']);
      });
    }
    for (const [where, keep] of Object.entries(elsewhere)) {
      it(`loses no token in ${where}, whatever it is${isSupplied ? ', but does not send it for somebody else' : ''}`, async () => {
        const token = await identity();
        for (const [title, input] of Object.entries(inputs)) {
          clearBrowser();
          const page = openPage();
          const { held } = page.ask({ ...put(input), ...keep(token) });
          const isElse = isSupplied && where !== 'the publisher\'s cookie' && isNamed(input);
          expect([held, page.published()], title).to.deep.equal([false, isElse ? undefined : { id: token.advertising_token }]);
        }
      });
    }
  });
}

describe('uid2 and corrupt input, in Prebid', () => {
  prebidForEach();

  for (const [place, { inputs, put }] of Object.entries(PLACES)) {
    it(`lets auctions go with nothing in the place of a token, whatever is in ${place}`, async function () {
      this.timeout(20e3);
      for (const [title, input] of Object.entries(inputs)) {
        clearBrowser();
        configure(put(input));
        await pbjs.refreshUserIds();
        expect([pbjs.getUserIds(), pbjs.getUserIdsAsEids()], title).to.deep.equal([{}, []]);
        const { ssp } = await auction();
        expect([ssp.userId, ssp.userIdAsEids], title).to.deep.equal([undefined, []]);
      }
      expect(await asked()).to.deep.equal([]);
    });
  }
});

describe('uid2 and what looks like a legacy token', () => {
  const idOf = (page: Page) => (page.published() as { id?: string } | undefined)?.id;
  const TOKENS = ['A4AAAABq8xQ9YwT2', 'AgAAAANRdREk+7qY1Zc/c3ZJ=='.replace('+', '-'), 'legacy-advertising-token'];
  for (const token of TOKENS) {
    it(`sends ${token}`, () => {
      localStorage.setItem(KEY, token);
      const page = openPage();
      page.ask();
      expect(idOf(page)).to.equal(token);
    });
  }
  for (const text of ['null', '[]', 'undefined', 'true', '0', '{}', 'NaN', 'logout', 'optout', '  ', 'two words here', '1234567890123']) {
    it(`sends no ${JSON.stringify(text)}`, () => {
      localStorage.setItem(KEY, text);
      const page = openPage();
      page.ask();
      expect(idOf(page)).to.equal(undefined);
    });
  }
});

describe('uid2 and a record with a sound token among corrupt fields', () => {
  const ODD = [null, true, 42, 'text', [], {}, [null], { advertising_token: null }, { advertising_token: {} }];
  for (const field of ['originalToken', 'originalIdentity', 'updated', 'anythingElse']) {
    for (const value of ODD) {
      it(`sends the token of a record whose ${field} is ${JSON.stringify(value)}`, async () => {
        const token = await identity();
        store({ originalToken: token, latestToken: token, [field]: value });
        const page = openPage();
        page.ask();
        expect(page.published()).to.deep.equal({ id: token.advertising_token });
      });
      it(`sends it no longer than it is valid, where ${field} is ${JSON.stringify(value)}`, async () => {
        const token = await identity('expired');
        store({ originalToken: token, latestToken: token, [field]: value });
        const page = openPage();
        const { done } = page.ask();
        expect(page.published()).to.equal(undefined);
        await done;
        expect(page.published()).to.have.property('id').that.is.not.equal(token.advertising_token);
      });
    }
  }
  for (const updated of [0, -1, 1, 1e15, 1e308]) {
    it(`neither loses nor prolongs a token where updated is ${updated}`, async () => {
      const token = await identity();
      store({ originalToken: token, latestToken: token, updated });
      const page = openPage();
      page.ask();
      expect(page.published()).to.deep.equal({ id: token.advertising_token });
      await setTime(5 * 3600e3);
      expect(page.published()).to.equal(undefined);
    });
  }
  for (const updated of [null, 'text', [], {}, 1e15]) {
    it(`ends an opt-out after 72 hours at the latest, where updated is ${JSON.stringify(updated)}`, async () => {
      const token = await identity();
      store({ originalToken: token, latestToken: 'optout', updated });
      openPage().ask({ uid2Token: token });
      await setTime(73 * 3600e3);
      expect(stateOf(stored(), Date.now() + 73 * 3600e3)).to.not.equal('optedOut');
    });
  }
});

describe('uid2 and corrupt config', () => {
  for (const params of [undefined, null, 42, 'text', [], { uid2Cookie: 7 }, { uid2Cookie: '(' }, { uid2Cookie: {} }, { uid2Cookie: '' }, { storage: 'attic' }, { storage: null }, { uid2ApiVersion: '1' }]) {
    it(`neither throws nor loses the stored token for params ${JSON.stringify(params)}`, async () => {
      const token = await identity();
      store({ originalToken: token, latestToken: token });
      const page = openPage();
      page.uid2.getId({ name: 'uid2', params } as any, {});
      expect(page.published()).to.deep.equal({ id: token.advertising_token });
    });
  }
});
