import type { StorageManager } from '../../src/storageManager.js';
import type { Retry } from './backoff.js';
import { jsonFrom, latestFrom, plainTokenFrom, storedFrom } from './parse.js';
import { OPTOUT_MS, stateOf, type Latest, type Stored } from './tokens.js';

const KEY = '__uid2_advertising_token';
const NOTE_KEY = KEY + '_note';
const SDK_KEY = 'UID2-sdk-identity';
const SDK_COOKIE = '__uid_2';

type Place = {
  get(name: string): string | null;
  set(name: string, value: string, expires: number): void;
  remove(name: string): void;
};

/** `text` is the record as it is kept, to tell whether somebody changed it. */
export type Found = { record?: Stored; text?: string; plain?: string };

/** What tabs and later pages must know besides the record: the time of the last logout (Unix ms), and failures. */
export type Note = { out?: number; retry?: Retry };

export type Store = ReturnType<typeof createStore>;

/** The record in localStorage, or a cookie, or (where neither can be had) in this page's memory. */
export function createStore(storage: StorageManager, now = Date.now, hostname = window.location.hostname) {
  const local: Place = {
    get: storage.getDataFromLocalStorage,
    set: storage.setDataInLocalStorage,
    remove: storage.removeDataFromLocalStorage,
  };
  const setCookie = (name: string, value: string, expires: number, domain?: string) =>
    storage.setCookie(name, value, new Date(expires).toUTCString(), 'Lax', domain);
  const cookies: Place = {
    get: storage.getCookie,
    set: setCookie,
    // whoever set it may have done so for any parent domain
    remove: (name) => [...hostname.split('.'), ''].forEach((part, at, parts) => setCookie(name, '', 0, parts.slice(at, -1).join('.'))),
  };
  let places = [local, cookies];
  const memory: { [name: string]: string | undefined } = {};

  // storage that is blocked, full or holds a malformed cookie throws
  function attempt<T>(action: () => T): T | undefined {
    try {
      return action();
    } catch (e) {}
  }
  const read = (place: Place, name: string) => memory[name] ?? attempt(() => place.get(name)) ?? undefined;
  const remove = (place: Place, name: string) => attempt(() => place.remove(name));

  function keep(name: string, value: object, expires: number): string {
    const [place] = places;
    const text = JSON.stringify(value);
    memory[name] = undefined;
    const kept = () => {
      attempt(() => place.set(name, text, expires));
      return read(place, name) === text;
    };
    // a full storage has room for the new value once the old one is gone
    if (!kept() && (remove(place, name), !kept())) memory[name] = text;
    return text;
  }

  /** Keeps the record; returns its text. */
  const write = (record: Stored) =>
    keep(KEY, record, record.latestToken === 'optout' ? now() + OPTOUT_MS : record.latestToken.refresh_expires);

  return {
    write,

    /** From here on cookies come first, or localStorage does. */
    prefer(cookie: boolean) {
      places = cookie ? [cookies, local] : [local, cookies];
    },

    /** The record, wherever it is, else a legacy plain token. */
    read(): Found {
      let plain;
      for (const place of places) {
        const text = read(place, KEY);
        const record = storedFrom(text);
        if (record && stateOf(record, now()) !== 'none') {
          if (place === places[0]) return { record, text };
          const moved = write(record);
          if (!memory[KEY]) remove(place, KEY);
          return { record, text: moved };
        }
        plain ??= plainTokenFrom(text);
      }
      return { plain };
    },

    note: () => (jsonFrom(read(places[0], NOTE_KEY)) ?? {}) as Note,

    writeNote: (note: Note) => keep(NOTE_KEY, note, now() + OPTOUT_MS),

    /** The parsed JSON of the publisher's own cookie. */
    cookie: (name: string) => jsonFrom(read(cookies, name)),

    /** What UID2's own SDK keeps. */
    sdk: (): Latest | undefined => latestFrom(jsonFrom(read(local, SDK_KEY)) ?? jsonFrom(read(cookies, SDK_COOKIE))),

    /** Forgets the user in every place, the publisher's cookie included. */
    clear(publisherCookie?: string) {
      memory[KEY] = undefined;
      [KEY, SDK_KEY].forEach((name) => remove(local, name));
      [KEY, SDK_COOKIE, publisherCookie].forEach((name) => name && remove(cookies, name));
    },
  };
}
