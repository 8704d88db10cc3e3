import type { StorageManager } from '../../src/storageManager.js';
import { bestIn } from './copies.js';
import { placesIn, type Place } from './places.js';
import { lifetimeOf, OPTOUT_MS, type StoredRecord } from './identity.js';
import { KEY, lentIn, SDK_KEYS } from './lent.js';
import { noteFrom } from './parse.js';
import type { Store } from './env.js';
import type { Found, Note } from './types.js';

const NOTE_KEY = `${KEY}_note`;
const MOMENT_MS = 60e3;
/** How long a record that is moved stays in both places, ms. */
const MOVE_MS = 1000;
/** What browsers take, with the name and all, in characters. */
const COOKIE_LENGTH = 4000;
/** A tab may have slept for long when it hears of a logout. */
const NOTE_MS = 10 * OPTOUT_MS;

/** The store, and what else the door needs of storage. */
export type Storage = Store & {
  /** Cookies come first from here on, or localStorage does; what is found only in the other place is moved. */
  prefer(cookies: boolean): void;
  /** A cookie of the publisher's: its text, or nothing. */
  cookie(name: string): Found<string>;
  places: Place[];
};

/** What the store needs: `isAllowed` tells whether storage may be touched at this moment. */
type Needs = { now(): number; warn(message: string): void; isAllowed(): boolean };

/** The record and the note in localStorage or cookies, through Prebid's storage manager. */
export function createStore(manager: StorageManager, needs: Needs): Storage {
  const { now, warn } = needs;
  const [local, cookies] = placesIn(manager);
  const state = { places: [local, cookies], isMoving: false, isTooLong: false };

  return {
    places: [local, cookies],
    prefer(isCookie) {
      state.places = isCookie ? [cookies, local] : [local, cookies];
      state.isMoving = true;
    },
    cookie: (name) => cookies.get(name),
    read({ isExpected, isAside }) {
      const { record, place, bare } = bestIn(state.places, now(), isExpected && !isAside);
      const isOurs = typeof record === 'object' && !isAside;
      if (!isOurs) return { record: isAside ? 'denied' : record, lent: lentIn([local, cookies], now(), bare) };
      const isMoving = state.isMoving && place !== state.places[0];
      // once only, as tabs with other settings would move it back
      state.isMoving = false;
      return { record: tended(state.places, record, isMoving, needs) };
    },
    write(record: StoredRecord) {
      const isThere = put(state.places, KEY, record, endOf(record, now()));
      const isCookie = state.places[0] === cookies;
      const isTooLong = isCookie && !isThere && encodeURIComponent(JSON.stringify(record)).length > COOKIE_LENGTH;
      if (isTooLong && !state.isTooLong) warn('UID2: the record is too long for a cookie: use localStorage');
      state.isTooLong = isTooLong;
      return isThere;
    },
    remove: () => removeFrom(state.places),
    isInCookies: () => state.places[0] === cookies,
    readNote: () => noteIn(state.places),
    writeNote: (note) => putNote(state.places, note, now() + NOTE_MS),
    clear(cookie = KEY) {
      [KEY, ...SDK_KEYS, cookie].forEach((name) => state.places.forEach((place) => place.remove(name)));
    },
  };
}

/** The record, as it is kept from now on: moved, or an opt-out dated, where that is due. */
function tended(places: Place[], record: StoredRecord, isMoving: boolean, { now, isAllowed }: Needs): StoredRecord {
  const kept = dated(record, now());
  if (isMoving) move(places, kept, endOf(kept, now()), isAllowed);
  else if (kept !== record) put(places, KEY, kept, endOf(kept, now()));
  return kept;
}

/** The record; an opt-out of Prebid's own module, which does not say since when, gets its time. */
const dated = (record: StoredRecord, now: number): StoredRecord =>
  (record.latestToken === 'optout' && record.updated === undefined ? { ...record, updated: now } : record);

/**
 * Copies the record to its place, and removes it from the other a little later: other tabs see a cookie go before they
 * see what localStorage has, and would take that for a logout.
 */
function move([to, from]: Place[], record: StoredRecord, end: number, isAllowed: () => boolean): void {
  to.set(KEY, JSON.stringify(record), end);
  setTimeout(() => { if (isAllowed() && to.get(KEY) !== 'absent') from.remove(KEY); }, MOVE_MS);
}

/** When the record's cookie ends; one of the past would never be there. */
const endOf = (record: StoredRecord, now: number) => Math.max(lifetimeOf(record, now), now + MOMENT_MS);

/** A text as a value; a damaged one is unreadable. */
function parsed<T>(text: Found<string>, parse: (text: string) => T | undefined): Found<T> {
  if (text === 'absent' || text === 'unreadable') return text;
  return parse(text) ?? 'unreadable';
}

/** Keeps a value in the first place; says whether it is there. Then a copy in the other goes: it would outlive it. */
function put([first, second]: Place[], name: string, value: object, end: number): boolean {
  const text = JSON.stringify(value);
  first.set(name, text, end);
  const isThere = first.get(name) === text;
  if (isThere) second.remove(name);
  return isThere;
}

/** Removes the record; says whether it is gone. */
function removeFrom(places: Place[]): boolean {
  places.forEach((place) => place.remove(KEY));
  return places.every((place) => place.get(KEY) === 'absent');
}

/** The note, wherever a page with other settings has put it. */
function noteIn([first, second]: Place[]): Found<Note> {
  const note = parsed(first.get(NOTE_KEY), noteFrom);
  if (typeof note === 'object') return note;
  const other = parsed(second.get(NOTE_KEY), noteFrom);
  return typeof other === 'object' ? other : note;
}

/** Keeps the note; where that fails older ones go, as they would count. */
function putNote(places: Place[], note: Note, end: number): boolean {
  if (put(places, NOTE_KEY, note, end)) return true;
  places.forEach((place) => place.remove(NOTE_KEY));
  return put(places, NOTE_KEY, note, end);
}
