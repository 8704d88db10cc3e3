import type { StorageManager } from '../../src/storageManager.js';
import { attempt, jsonFrom, latestFrom, plainTokenFrom, storedFrom } from './parse.js';
import { OPTOUT_MS, ownerOf, stateOf, type Identity, type Stored } from './tokens.js';

const KEY = '__uid2_advertising_token';
const SDK_KEY = 'UID2-sdk-identity';
const SDK_COOKIE = '__uid_2';

/** How to get, set and remove a value; any of them may throw. */
type Place = [(name: string) => unknown, (name: string, value: string, expires: number) => void, (name: string) => void];

export type Store = ReturnType<typeof createStore>[2];

/** The record in localStorage, or a cookie, or (where neither can be had) in this page's memory. */
export function createStore(storage: StorageManager, now: () => number) {
  const setCookie = (name: string, value: string, expires: number, domain?: string) =>
    storage.setCookie(name, value, new Date(expires).toUTCString(), 'Lax', domain);
  // whoever set it may have done so for any parent domain
  const removeCookie = (name: string) =>
    ['', ...location.hostname.split('.')].forEach((part, at, parts) => setCookie(name, '', 0, parts.slice(at + 1).join('.')));
  const local: Place = [storage.getDataFromLocalStorage, storage.setDataInLocalStorage, storage.removeDataFromLocalStorage];
  const cookies: Place = [storage.getCookie, setCookie, removeCookie];
  let places = [local, cookies];
  let memory: string | undefined;

  /** Keeps the record. */
  function write(record: Stored) {
    const [get, set, remove] = places[0];
    const text = JSON.stringify(record);
    const kept = (value: string) => {
      attempt(set, KEY, value, (record.latestToken as Identity).refresh_expires ?? now() + OPTOUT_MS);
      return attempt(get, KEY) === value;
    };
    memory = undefined;
    // a copy in the other place would outlive this one
    if (kept(text)) return attempt(places[1][2], KEY);
    // a full storage may have room for the new record once the old one is gone
    const old = attempt(get, KEY) as string;
    attempt(remove, KEY);
    if (kept(text)) return;
    memory = text;
    if (ownerOf(storedFrom(old)) === ownerOf(record)) kept(old);
  }

  /** From here on cookies come first, or localStorage does. */
  function prefer(cookie: boolean) {
    places = cookie ? [cookies, local] : [local, cookies];
  }

  /** The record, wherever it is, or a legacy plain token. */
  function read(): [record?: Stored, plain?: string] {
    let plain;
    for (const place of places) {
      const text = memory ?? attempt(place[0], KEY);
      const record = storedFrom(text);
      if (stateOf(record, now()) !== 'none') {
        if (place !== places[0]) write(record!);
        return [record];
      }
      plain ??= plainTokenFrom(text);
    }
    return [undefined, plain];
  }

  /** The parsed JSON of the publisher's own cookie. */
  const valueIn = (name: string) => jsonFrom(attempt(cookies[0], name));

  /** What UID2's own SDK keeps. */
  function sdk() {
    const value = jsonFrom(attempt(local[0], SDK_KEY)) ?? valueIn(SDK_COOKIE);
    return latestFrom(value?.status, value);
  }

  /** Forgets the user in every place, the publisher's cookie included. */
  function clear(publisherCookie = KEY) {
    memory = undefined;
    [KEY, SDK_KEY, SDK_COOKIE, publisherCookie].forEach((name) => places.forEach((place) => attempt(place[2], name)));
  }

  // a tuple, as names of properties cannot be minified
  return [prefer, valueIn, [read, write, sdk, clear]] as const;
}
