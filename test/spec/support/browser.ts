// What the browser keeps: the record, cookies, and everything else under this origin.
import type { Identity, StoredRecord } from '../../../libraries/uid2Session/identity';

export const KEY = '__uid2_advertising_token';
export const NOTE_KEY = '__uid2_advertising_token_note';
export const SDK_KEY = 'UID2-sdk-identity';
export const SDK_COOKIE = '__uid_2';

type Place = 'localStorage' | 'cookie';

/** The stored record, or undefined. */
export function stored(where: Place = 'localStorage'): StoredRecord | undefined {
  const text = where === 'cookie' ? cookie(KEY) : localStorage.getItem(KEY);
  return text ? JSON.parse(text) : undefined;
}

/** The stored identity, or undefined. */
export const latest = (where?: Place) => stored(where)?.latestToken as Identity | undefined;

/** Puts a record where an earlier page would have kept it; returns its text. */
export function store(record: object, where: Place = 'localStorage'): string {
  const text = JSON.stringify(record);
  if (where === 'cookie') setCookie(KEY, encodeURIComponent(text));
  else localStorage.setItem(KEY, text);
  return text;
}

/** Puts the record of an identity that has not been refreshed yet. */
export const storeToken = (token: Identity, where?: Place) =>
  store({ originalToken: token, latestToken: token }, where);

/** The value of a cookie, decoded, or undefined. */
export function cookie(name: string): string | undefined {
  const found = document.cookie.split('; ').find((pair) => pair.startsWith(`${name}=`));
  return found && decodeURIComponent(found.slice(name.length + 1));
}

/** Sets a cookie to exactly these characters. */
export function setCookie(name: string, raw: string) {
  document.cookie = `${name}=${raw}; path=/; max-age=3600`;
  if (!document.cookie.includes(`${name}=${raw}`)) throw new Error(`the browser did not take the cookie ${name}`);
}

/** A value as a server writes it into a cookie. */
export const urlEncoded = (value: unknown) => encodeURIComponent(JSON.stringify(value));

/** Everything in localStorage and cookies, as one decoded text. */
export const everythingKept = () => decodeURIComponent(JSON.stringify([{ ...localStorage }, document.cookie]));
