// Every place where the module finds a token, with what may be there instead.
import type { Identity } from '../../../libraries/uid2Session/identity';
import { asJson, BAD_IDENTITIES, BAD_TEXTS, BAD_VALUES, encoded, fits, HUGE, RAW_COOKIES } from './badInput';
import { KEY, SDK_COOKIE, SDK_KEY, setCookie, storeToken, urlEncoded } from './browser';

type Place = {
  inputs: { [title: string]: unknown };
  /** Puts the input there; params that name it. */
  put(input: any): object;
  /** By the page, and so whoever it names is the reader. */
  isSupplied?: boolean;
  /** Puts a sound identity where it is to be found all the same; params that name it. */
  elsewhere: { [where: string]: (token: Identity) => object | void };
};

const inCookie = (token: Identity) => { storeToken(token, 'cookie'); };
const inParams = (uid2Token: unknown) => ({ uid2Token });
const inLocalStorage = (token: Identity) => { storeToken(token); };

const inPublishersCookie = (token: Identity) => {
  setCookie('login', urlEncoded(token));
  return { uid2Cookie: 'login' };
};
const inSdkCookie = (token: Identity) => setCookie(SDK_COOKIE, urlEncoded(token));

export const BAD_PLACES: { [place: string]: Place } = {
  localStorage: {
    inputs: { ...BAD_TEXTS, ...HUGE },
    put: (text) => { localStorage.setItem(KEY, text); return {}; },
    elsewhere: { 'the cookie': inCookie, 'the SDK\'s cookie': inSdkCookie, 'params.uid2Token': inParams },
  },
  'the module\'s cookie': {
    inputs: RAW_COOKIES,
    put: (raw) => { setCookie(KEY, raw); return { storage: 'cookie' }; },
    elsewhere: { localStorage: inLocalStorage, 'params.uid2Token': inParams },
  },
  'the publisher\'s cookie': {
    isSupplied: true,
    inputs: { ...RAW_COOKIES, ...fits(encoded(asJson(BAD_IDENTITIES))) },
    put: (raw) => { setCookie('login', raw); return { uid2Cookie: 'login' }; },
    elsewhere: { localStorage: inLocalStorage, 'the module\'s cookie': inCookie },
  },
  'params.uid2Token': {
    isSupplied: true,
    inputs: {
      ...BAD_VALUES,
      ...BAD_IDENTITIES,
      ...BAD_TEXTS,
      '5 MB of text': HUGE['5 MB of text'],
      'a function': () => {},
      'a symbol': Symbol('x'),
      'not a number': NaN,
    },
    put: inParams,
    elsewhere: {
      localStorage: inLocalStorage,
      'the module\'s cookie': inCookie,
      'the publisher\'s cookie': inPublishersCookie,
      'the SDK\'s cookie': inSdkCookie,
    },
  },
  'the SDK\'s localStorage': {
    inputs: { ...BAD_TEXTS, ...HUGE },
    put: (text) => { localStorage.setItem(SDK_KEY, text); return {}; },
    elsewhere: { 'the module\'s cookie': inCookie, 'params.uid2Token': inParams },
  },
  'the SDK\'s cookie': {
    inputs: RAW_COOKIES,
    put: (raw) => { setCookie(SDK_COOKIE, raw); return {}; },
    elsewhere: { localStorage: inLocalStorage },
  },
};

/** Whether what is supplied names a reader, so that what is found elsewhere is another's. */
export function isNamed(input: unknown): boolean {
  try {
    const value = typeof input === 'string' ? JSON.parse(decodeURIComponent(input)) : input;
    return !!value?.advertising_token;
  } catch {
    return false;
  }
}
