import { sdkFrom } from '../uid2Session/lent.js';
import { SDK_KEYS } from '../uid2Session/places.js';
import { attempt, jsonFrom, type Loose } from '../uid2Session/parse.js';
import type { Latest } from '../uid2Session/identity.js';
import type { Parts } from '../uid2Session/parts.js';
import type { Options } from './options.js';

const HOUR_MS = 3600e3;
/** How long tokens live of which a cookie does not say so: the oldest have two tokens and nothing else. */
const VALID_MS = 4 * HOUR_MS;
const REFRESHABLE_MS = 168 * HOUR_MS;
/** Long past: due at once. */
const DUE = 1;
export const LOCAL = 0;
export const COOKIES = 1;
/** Where UID2's SDK keeps what it keeps. */
export const EVERYWHERE = [LOCAL, COOKIES];

/** A value in one place that can be used. */
export type Usable = { value: NonNullable<Loose>; latest: Latest };

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
export function write(parts: Parts, slot: Slot, value: { object: object; end: number }, options: Options): void {
  const text = JSON.stringify(value.object);
  if (slot.at === COOKIES) setCookie(parts, nameOf(slot), [text, value.end], options);
  else parts.store.places[slot.at].set(nameOf(slot), text, value.end);
}

/** Removes it; a cookie also where the options have put it. */
export function erase(parts: Parts, slot: Slot, options: Options): void {
  const name = nameOf(slot);
  const place = parts.store.places[slot.at];
  if (slot.at === COOKIES && options.useCookie && options.cookiePath) setCookie(parts, name, ['', 0], options);
  if (place.get(name) !== null) place.remove(name);
}

/**
 * What a place has of use: an identity or an opt-out. A copy of our own record is of none to us. Removes what is of use
 * to nobody.
 */
export function usableAt({ store: { places }, now }: Parts, at: number): Usable | undefined {
  const text = places[at].get(SDK_KEYS[at]);
  if (text === null || text === undefined) return undefined;
  const ends = { refresh_from: DUE, identity_expires: now() + VALID_MS, refresh_expires: now() + REFRESHABLE_MS };
  const value: NonNullable<Loose> = { ...ends, ...jsonFrom(text) };
  const latest = sdkFrom(value, now());
  if (latest) return { value, latest };
  if (!value.isCopy) places[at].remove(SDK_KEYS[at]);
}
