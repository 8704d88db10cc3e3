import { sdkFrom } from '../uid2Session/lent.js';
import { SDK_KEYS } from '../uid2Session/places.js';
import { attempt, jsonFrom, type Loose } from '../uid2Session/parse.js';
import type { Latest } from '../uid2Session/identity.js';
import type { Parts } from '../uid2Session/parts.js';
import type { Options } from './options.js';

const HOUR_MS = 3600e3;
export const LOCAL = 0;
export const COOKIES = 1;
/** Where UID2's SDK keeps what it keeps. */
export const EVERYWHERE = [LOCAL, COOKIES];

/** What is kept in one place, and can be used. */
export type Copy = { value: NonNullable<Loose>; latest: Latest };

/** One value of UID2's SDK in one place: `suffix` tells the options from the identity. */
export type Slot = { at: number; suffix: '' | '_config' };

const nameOf = ({ at, suffix }: Slot) => SDK_KEYS[at] + suffix;

/** A cookie as the options say. Of two paths a browser takes the last. */
function setCookie({ storage }: Parts, name: string, value: [text: string, end: number], options: Options): void {
  const { cookiePath, cookieDomain } = options;
  const more = `${location.protocol === 'https:' ? '; Secure' : ''}${cookiePath ? `; Path=${cookiePath}` : ''}`;
  const [text, end] = value;
  attempt(() => storage.setCookie(name, text, new Date(end).toUTCString(), `Lax${more}`, cookieDomain));
}

export const read = ({ store: { places } }: Parts, slot: Slot): Loose => jsonFrom(places[slot.at].get(nameOf(slot)));

/** Writes it; `end` is Unix ms, for cookies. */
export function write(door: Parts, slot: Slot, value: { object: object; end: number }, options: Options): void {
  const text = JSON.stringify(value.object);
  if (slot.at === COOKIES) setCookie(door, nameOf(slot), [text, value.end], options);
  else door.store.places[slot.at].set(nameOf(slot), text, value.end);
}

/** Removes it; a cookie also where the options have put it. */
export function erase(door: Parts, slot: Slot, options: Options): void {
  const name = nameOf(slot);
  const place = door.store.places[slot.at];
  if (slot.at === COOKIES && options.useCookie && options.cookiePath) setCookie(door, name, ['', 0], options);
  if (place.get(name) !== null) place.remove(name);
}

/** The identity or opt-out in a place. Removes what cannot be used. */
export function copyAt({ store: { places }, now }: Parts, at: number): Copy | undefined {
  const text = places[at].get(SDK_KEYS[at]);
  if (text === null || text === undefined) return undefined;
  // the oldest cookies have two tokens and nothing else
  const ends = { refresh_from: 1, identity_expires: now() + 4 * HOUR_MS, refresh_expires: now() + 168 * HOUR_MS };
  const value: NonNullable<Loose> = { ...ends, ...jsonFrom(text) };
  const latest = sdkFrom(value, now());
  if (latest) return { value, latest };
  if (!value.isCopy) places[at].remove(SDK_KEYS[at]);
}
