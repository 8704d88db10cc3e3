import type { StorageManager } from '../../src/storageManager.js';
import { attempt, jsonFrom, latestFrom, plainTokenFrom, storedFrom, type Loose } from './parse.js';
import { OPTOUT_MS, stateOf, type Identity, type Stored } from './tokens.js';

/** Where the record is; the other key begins with it too. */
export const KEY = '__uid2_advertising_token';
const NOTE_KEY = KEY + '_note';
/** Where UID2's own SDK keeps the identity: the key of localStorage, and the cookie. */
export const SDK_KEYS = ['UID2-sdk-identity', '__uid_2'];

const MOMENT_MS = 60e3;

/** How to get, set and remove a value; any of them may throw. */
type Place = [(name: string) => unknown, (name: string, value: string, expires: number, domain?: string) => void, (name: string) => void];

export type Store = ReturnType<typeof createStore>[2];

/** The record in localStorage or a cookie. */
export function createStore(storage: StorageManager, now: () => number) {
  const setCookie = (name: string, value: string, expires: number, domain?: string) =>
    storage.setCookie(name, value, new Date(expires).toUTCString(), 'Lax', domain);
  // whoever set it may have done so for any parent domain
  const removeCookie = (name: string) =>
    ['', ...location.hostname.split('.')].forEach((part, at, parts) => setCookie(name, '', 0, parts.slice(at + 1).join('.')));
  const local: Place = [storage.getDataFromLocalStorage, storage.setDataInLocalStorage, storage.removeDataFromLocalStorage];
  const cookies: Place = [storage.getCookie, setCookie, removeCookie];
  const both = [local, cookies];
  let places = both;
  let moving: boolean | undefined;

  /** Removes values from every place. */
  const remove = (...names: string[]) => names.forEach((name) => places.forEach((place) => attempt(place[2], name)));

  /** Keeps a value; a copy in the other place would outlive it. */
  function put(name: string, value: unknown, expires: number) {
    attempt(places[1][2], name);
    if (value) attempt(places[0][1], name, JSON.stringify(value), expires);
  }

  /** Keeps the record, if the operator has told of the user; one that is over for a moment, as a cookie of the past would never be there. */
  const write = (record: Stored) => put(KEY, record.latestToken && record, Math.max((record.latestToken as Identity)?.refresh_expires ?? now() + OPTOUT_MS, now() + MOMENT_MS));

  /** From here on cookies come first, or localStorage does. */
  function prefer(cookie: boolean) {
    places = cookie ? [cookies, local] : both;
    moving = true;
  }

  /** The record, wherever it is, or a legacy plain token. */
  function read(): [record?: Stored, plain?: string] {
    let plain;
    for (const place of places) {
      const text = attempt(place[0], KEY);
      const record = storedFrom(text);
      if (stateOf(record, now()) !== 'none') {
        // Prebid's own module does not say since when
        const isTimeless = record!.latestToken === 'optout' && !record!.updated;
        if (isTimeless) record!.updated = now();
        // once only, as tabs with other settings would move it back
        if (isTimeless || (moving && place !== places[0])) write(record!);
        moving = false;
        return [record];
      }
      plain ??= plainTokenFrom(text);
    }
    return [undefined, plain];
  }

  /** The parsed JSON of the publisher's own cookie. */
  const valueIn = (name: string) => {
    const text = attempt(cookies[0], name);
    return jsonFrom(text) ?? text as Loose;
  };

  /** What UID2's own SDK keeps. */
  function sdk() {
    const value = jsonFrom(attempt(local[0], SDK_KEYS[0])) ?? valueIn(SDK_KEYS[1]);
    // localStorage knows no end of an opt-out
    return value?.refresh_expires as number < now() ? undefined : latestFrom(value?.status, value);
  }

  // a tuple, as names of properties cannot be minified
  return [prefer, valueIn, [
    read,
    write,
    /** Removes the record, and what others keep of the user in the cookies and the localStorage keys of these names. */
    (publisherCookie = KEY) => remove(KEY, ...SDK_KEYS, publisherCookie),
    () => remove(KEY),
    /** The parsed JSON of the note beside the record. */
    () => jsonFrom(attempt(places[0][0], NOTE_KEY)) as unknown,
    // a tab may have slept for long when it hears of a logout
    (note: unknown) => put(NOTE_KEY, note, now() + 10 * OPTOUT_MS),
    sdk,
  ], both] as const;
}
