import type { StorageManager } from '../../src/storageManager.js';
import { placesIn, type Place } from './places.js';
import { lifetimeOf, OPTOUT_MS, stateOf, type StoredRecord } from './identity.js';
import { KEY, lentIn, SDK_KEYS } from './lent.js';
import { noteFrom, plainTokenFrom, recordFrom } from './parse.js';
import type { Store } from './env.js';
import type { Found, FoundRecord, Note } from './types.js';

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

type Copy = { place: Place; text: Found<string>; record?: StoredRecord };

/** The record and the note in localStorage or cookies, through Prebid's storage manager. */
export function createStore(manager: StorageManager, now: () => number, warn: (message: string) => void): Storage {
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
      const first = bestIn(state.places, now());
      // in a move between two places the first look may have missed it
      const isMissing = first.record === 'absent' && isExpected && !isAside;
      const { record, place, bare } = isMissing ? bestIn(state.places, now(), true) : first;
      const isOurs = typeof record === 'object' && !isAside;
      if (!isOurs) return { record: isAside ? 'unreadable' : record, lent: lentIn([local, cookies], now(), bare) };
      // once only, as tabs with other settings would move it back
      const isMoving = state.isMoving && place !== state.places[0];
      state.isMoving = false;
      return { record: settled(state.places, record, now(), isMoving) };
    },
    write(record: StoredRecord) {
      const isThere = put(state.places, KEY, record, endOf(record, now()));
      const isCookie = state.places[0] === cookies;
      const isTooLong = isCookie && !isThere && encodeURIComponent(JSON.stringify(record)).length > COOKIE_LENGTH;
      if (isTooLong && !state.isTooLong) warn('UID2: the record is too long for a cookie: use localStorage');
      state.isTooLong = isTooLong;
      return isThere;
    },
    remove: () => state.places.forEach((place) => place.remove(KEY)),
    isInCookies: () => state.places[0] === cookies,
    readNote: () => noteIn(state.places),
    writeNote: (note) => putNote(state.places, note, now() + NOTE_MS),
    clear(cookie = KEY) {
      [KEY, ...SDK_KEYS, cookie].forEach((name) => state.places.forEach((place) => place.remove(name)));
    },
  };
}

/** The record, moved to its place; an opt-out of Prebid's own module, which does not say since when, gets its time. */
function settled(places: Place[], record: StoredRecord, now: number, isMoving: boolean): StoredRecord {
  const isTimeless = record.latestToken === 'optout' && record.updated === undefined;
  const timed = isTimeless ? { ...record, updated: now } : record;
  if (isTimeless && !isMoving) put(places, KEY, timed, endOf(timed, now));
  if (isMoving) move(places, timed, endOf(timed, now));
  return timed;
}

/** Other tabs see a cookie go before they see what localStorage has: they would take that for a logout. */
function move([to, from]: Place[], record: StoredRecord, end: number): void {
  to.set(KEY, JSON.stringify(record), end);
  setTimeout(() => { if (to.get(KEY) !== 'absent') from.remove(KEY); }, MOVE_MS);
}

/** When the record's cookie ends; one of the past would never be there. */
const endOf = (record: StoredRecord, now: number) => Math.max(lifetimeOf(record, now), now + MOMENT_MS);

/** A text as a value; a damaged one counts as nothing that could tell of a removal. */
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

type Best = { record: FoundRecord; place?: Place; bare?: string };

/** The best record in these places: of a reader, rather than none; usable, rather than dead. `bare` is a bare token. */
function bestIn(places: Place[], now: number, isCareful = false): Best {
  const copies = copiesIn(places, now);
  const { record, place } = copies.find((copy) => isUsable(copy, now)) ?? copies.find((copy) => copy.record) ?? {};
  if (record) return { record, place };
  const tokens = copies.map(({ text }) => plainTokenFrom(text));
  const bare = tokens.find((token) => token !== undefined);
  // a bare token has taken the record's place: who wrote it has taken the record away
  const isGone = copies.every(({ text }, at) => text === 'absent' || tokens[at] !== undefined);
  if (!isGone) return { record: 'unreadable', bare };
  return { record: isCareful && places.some((one) => !one.isReadable()) ? 'denied' : 'absent', bare };
}

/** What these places have, up to the first that is usable: cookies are slow to read. */
function copiesIn([first, ...others]: Place[], now: number): Copy[] {
  const copy = copyIn(first, now);
  return isUsable(copy, now) || others.length === 0 ? [copy] : [copy, ...copiesIn(others, now)];
}

const isUsable = ({ record }: Copy, now: number) => record !== undefined && stateOf(record, now) !== 'dead';

function copyIn(place: Place, now: number): Copy {
  const text = place.get(KEY);
  const record = recordFrom(text);
  // an opt-out of long ago is none any more
  return { place, text, record: stateOf(record, now) === 'none' ? undefined : record };
}
