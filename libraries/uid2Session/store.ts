import type { StorageManager } from '../../src/storageManager.js';
import { bestOf } from './best.js';
import { KEY, placesIn, SDK_KEYS, type Place } from './places.js';
import { lifetimeOf, OPTOUT_MS, type StoredRecord } from './identity.js';
import { lentIn } from './lent.js';
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
  /** A cookie of the publisher's: its text; null if there is none, undefined if it cannot be read. */
  cookie: Place['get'];
  places: Place[];
};

/** What the store needs: at this moment, whether storage may be touched, and whether the record is to be in cookies. */
type StoreNeeds = { now(): number; warn(message: string): void; isAllowed(): boolean; isInCookies(): boolean };

/** The record and the note in localStorage or cookies, through Prebid's storage manager. */
export function createStore(manager: StorageManager, { now, warn, isAllowed, isInCookies }: StoreNeeds): Storage {
  const [local, cookies] = placesIn(manager);
  /** Where the record is to be, and the other place. */
  const places = () => (isInCookies() ? [cookies, local] : [local, cookies]);
  const moveOrDate = createMover(places, { now, isAllowed });
  let wasTooLong = false;

  return {
    places: [local, cookies],
    cookie: cookies.get,
    read({ isExpected, isSdkInCharge }) {
      const { record, place, bare } = bestOf(places(), now(), isExpected && !isSdkInCharge);
      if (typeof record === 'object' && !isSdkInCharge) return { record: moveOrDate(record, place) };
      return { record: isSdkInCharge ? 'denied' : record, lent: lentIn([local, cookies], now(), bare) };
    },
    write(record: StoredRecord) {
      const isThere = put(places(), KEY, record, cookieEndOf(record, now()));
      const isTooLong = isInCookies() && !isThere && lengthOf(record) > COOKIE_LENGTH;
      if (isTooLong && !wasTooLong) warn('UID2: the record is too long for a cookie: use localStorage');
      wasTooLong = isTooLong;
      return isThere;
    },
    remove: () => removeFrom(places()),
    readNote: (isAnywhere) => readNoteIn(isAnywhere ? places() : places().slice(0, 1)),
    writeNote: (note) => putNote(places(), note, now() + NOTE_MS),
    clear(cookie = KEY) {
      erase(places(), KEY, ...SDK_KEYS);
      cookies.remove(cookie);
    },
  };
}

/** The record that was found at a place: it goes to where it is to be, or an opt-out is dated, where that is due. */
function createMover(places: () => Place[], { now, isAllowed }: Pick<StoreNeeds, 'now' | 'isAllowed'>) {
  /** Where a record was to be when one was last found. */
  let before: Place | undefined;
  return (record: StoredRecord, place?: Place): StoredRecord => {
    const kept = dated(record, now());
    const [wanted] = places();
    // once only, as tabs with other settings would move it back
    const isFirst = before !== wanted;
    before = wanted;
    if (isFirst && place !== wanted) wanted.set(KEY, JSON.stringify(kept), cookieEndOf(kept, now()));
    else if (kept !== record) put(places(), KEY, kept, cookieEndOf(kept, now()));
    if (isFirst) removeFromOther(places(), kept, () => isAllowed() && places()[0] === wanted);
    return kept;
  };
}

/** The record; an opt-out of Prebid's own module, which does not say since when, gets its time. */
const dated = (record: StoredRecord, now: number): StoredRecord =>
  (record.latestToken === 'optout' && record.updated === undefined ? { ...record, updated: now } : record);

/**
 * Removes the copy of a record in the other place a little later, if that `isDue` still: other tabs see a cookie go
 * before they see what localStorage has, and would take that for a logout. Each page does this, as the one that has
 * moved the record may have been left too soon.
 */
function removeFromOther([first, second]: Place[], record: StoredRecord, isDue: () => boolean): void {
  const text = JSON.stringify(record);
  setTimeout(() => { if (isDue() && first.get(KEY) === text) second.remove(KEY); }, MOVE_MS);
}

/** When the record's cookie ends; one of the past would never be there. */
const cookieEndOf = (record: StoredRecord, now: number) => Math.max(lifetimeOf(record, now), now + MOMENT_MS);

/** Keeps a value in the first place; says whether it is there. Then a copy in the other goes: it would outlive it. */
function put([first, second]: Place[], name: string, value: object, end: number): boolean {
  const text = JSON.stringify(value);
  first.set(name, text, end);
  const isThere = first.get(name) === text;
  if (isThere) second.remove(name);
  return isThere;
}

const lengthOf = (record: StoredRecord) => encodeURIComponent(JSON.stringify(record)).length;

const erase = (places: Place[], ...names: string[]) =>
  places.forEach((place) => names.forEach((name) => place.remove(name)));

/** Removes the record; says whether it is gone. */
function removeFrom(places: Place[]): boolean {
  erase(places, KEY);
  return places.every((place) => place.get(KEY) === null);
}

/** The note in the first of these places that has one; a damaged one is unreadable. */
function readNoteIn([first, second]: Place[]): Found<Note> {
  const text = first.get(NOTE_KEY);
  return noteFrom(text) ?? noteFrom(second?.get(NOTE_KEY)) ?? (text === null ? 'absent' : 'unreadable');
}

/** Keeps the note; where that fails older ones go, as they would count. */
function putNote(places: Place[], note: Note, end: number): boolean {
  if (put(places, NOTE_KEY, note, end)) return true;
  erase(places, NOTE_KEY);
  return put(places, NOTE_KEY, note, end);
}
