// What may be found or supplied in the place of an identity.
import type { Identity } from '../../../libraries/uid2Session/identity';
import { HOUR } from './operator';

const LATER = Date.now() + HOUR;
const SOUND: Identity = {
  advertising_token: 'QWxsIGlzIHdlbGw',
  refresh_token: 'cmVmcmVzaA',
  refresh_from: LATER,
  identity_expires: LATER,
  refresh_expires: LATER,
};
const FIELDS = ['advertising_token', 'refresh_token', 'refresh_from', 'identity_expires', 'refresh_expires'] as const;

const without = (field: string) => Object.fromEntries(Object.entries(SOUND).filter(([name]) => name !== field));

type Texts = { [title: string]: string };

export const encoded = (texts: Texts): Texts =>
  Object.fromEntries(Object.entries(texts).map(([title, text]) => [title, encodeURIComponent(text)]));
/** As much as fits into a cookie. */
export const fits = (texts: Texts): Texts =>
  Object.fromEntries(Object.entries(texts).filter(([, text]) => text.length < 4000));
export const asJson = (values: { [title: string]: unknown }): Texts =>
  Object.fromEntries(Object.entries(values).map(([title, value]) => [title, JSON.stringify(value)]));

/** Texts that are their own titles. */
const titled = (...texts: string[]): Texts => Object.fromEntries(texts.map((text) => [text, text]));

// of identities: each field missing in turn, and each wrong in several ways
export const BAD_IDENTITIES: { [title: string]: unknown } = {
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
export const BAD_VALUES: { [title: string]: unknown } = {
  '{}': {}, '[]': [], '"{"': '{', null: null, true: true, 0: 0, 42: 42, '-1': -1, '""': '', '"text"': 'text',
  '[1]': [1], '[{}]': [{}], '{"body":{}}': { body: {} },
  'non-ASCII': { ключ: 'значение', '名前': '値' },
  ['__proto__']: JSON.parse('{"__proto__":{"latestToken":"optout"}}'),
};

export const BAD_TEXTS: Texts = {
  ...asJson(BAD_VALUES),
  ...titled('{', '}', 'undefined', 'NaN', '[object Object]', '12345678901234'),
  'white space': '   ',
  'an HTML page': '<!doctype html><p>404</p>',
  'non-ASCII text': 'это не токен✓',
  'a sentence': 'this is no token at all',
  'half a record': '{"originalToken":{"advertising_token":"abc","refr',
  ...titled('{"latestToken":null}', '{"latestToken":{}}', '{"latestToken":[]}', '{"latestToken":42}'),
  ...titled('{"latestToken":"text"}', '{"latestToken":true}', '{"originalToken":null}'),
  ...Object.fromEntries(Object.entries(BAD_IDENTITIES).filter(([title]) => !/5 MB/.test(title)).map(([title, value]) =>
    [`a latestToken with ${title}`, JSON.stringify({ originalToken: SOUND, latestToken: value })])),
};

export const HUGE = {
  '5 MB of text': 'x'.repeat(5e6 - 100),
  '5 MB of token characters': 'A4'.repeat(2.5e6 - 100),
  '5 MB of JSON': JSON.stringify('{'.repeat(5e6 - 100)),
};
const BIG = { '4 kB of text': 'x y'.repeat(1000), '4 kB of JSON': JSON.stringify('{'.repeat(3000)) };
// not URL-encoded, as nobody's decodeURIComponent can read them
const MALFORMED = titled('%', '%zz', '%E0%A4%A', '{"a":"100%"}', '%ff%fe', '%7B%');

export const RAW_COOKIES = fits({ ...encoded(BAD_TEXTS), ...encoded(BIG), ...MALFORMED });
