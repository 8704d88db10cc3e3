import type { StorageManager } from '../../src/storageManager.js';
import type { Note } from './backoff.js';
import { attempt, jsonFrom, latestFrom, noteFrom, plainTokenFrom, storedFrom, type Loose } from './parse.js';
import { OPTOUT_MS, ownerOf, stateOf, type Identity, type Stored } from './tokens.js';

/** Where the record is; the other key begins with it too. */
export const KEY = '__uid2_advertising_token';
const NOTE_KEY = KEY + '_note';
const SDK_KEY = 'UID2-sdk-identity';
const SDK_COOKIE = '__uid_2';

const MOMENT_MS = 60e3;

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
  let moving: boolean | undefined;
  let memory: string | undefined;
  let note: string | undefined;

  const kept = (name: string, text: string, expires: number) => {
    attempt(places[0][1], name, text, expires);
    return attempt(places[0][0], name) === text;
  };

  /** Keeps the record. */
  function write(record: Stored) {
    const text = JSON.stringify(record);
    // one that is over is kept for a moment: a cookie of the past would never be there
    const expires = Math.max((record.latestToken as Identity).refresh_expires ?? now() + OPTOUT_MS, now() + MOMENT_MS);
    memory = undefined;
    // a copy in the other place would outlive this one
    if (kept(KEY, text, expires)) return attempt(places[1][2], KEY);
    // a full storage may have room for the new record once the old one is gone
    const old = attempt(places[0][0], KEY) as string;
    attempt(places[0][2], KEY);
    if (kept(KEY, text, expires)) return;
    memory = text;
    if (ownerOf(storedFrom(old)) === ownerOf(record)) kept(KEY, old, expires);
  }

  /** From here on cookies come first, or localStorage does. */
  function prefer(cookie: boolean) {
    places = cookie ? [cookies, local] : [local, cookies];
    moving = true;
  }

  /** The record, wherever it is, or a legacy plain token. */
  function read(): [record?: Stored, plain?: string] {
    let plain;
    for (const place of places) {
      const text = memory ?? attempt(place[0], KEY);
      const record = storedFrom(text);
      if (stateOf(record, now()) !== 'none') {
        // once only, as tabs with other settings would move it back
        if (moving && place !== places[0]) write(record!);
        moving = false;
        return [record];
      }
      plain ??= plainTokenFrom(text);
    }
    return [undefined, plain];
  }

  /** Removes the record from every place. */
  function remove() {
    memory = undefined;
    places.forEach((place) => attempt(place[2], KEY));
  }

  /** The note beside the record. */
  const noted = () => noteFrom(note ?? attempt(places[0][0], NOTE_KEY));

  /** Keeps a note. */
  function writeNote(value: Note) {
    const text = JSON.stringify(value);
    note = kept(NOTE_KEY, text, now() + OPTOUT_MS) ? undefined : text;
  }

  /** The parsed JSON of the publisher's own cookie. */
  const valueIn = (name: string) => {
    const text = attempt(cookies[0], name);
    return jsonFrom(text) ?? text as Loose;
  };

  /** What UID2's own SDK keeps. */
  function sdk() {
    const value = jsonFrom(attempt(local[0], SDK_KEY)) ?? valueIn(SDK_COOKIE);
    // localStorage knows no end of an opt-out
    return Number(value?.refresh_expires) < now() ? undefined : latestFrom(value?.status, value);
  }

  /** Removes what others keep of the user, from every place. */
  function clear(publisherCookie = SDK_COOKIE) {
    [SDK_KEY, SDK_COOKIE, publisherCookie].forEach((name) => places.forEach((place) => attempt(place[2], name)));
  }

  /** Whether what is written reaches other tabs in its own time. */
  const lags = () => places[0] === local && !memory;

  // a tuple, as names of properties cannot be minified
  return [prefer, valueIn, [read, write, remove, lags, noted, writeNote, sdk, clear]] as const;
}
