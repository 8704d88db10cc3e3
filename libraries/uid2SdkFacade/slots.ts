import { sdkFrom } from '../uid2Session/lent.js';
import { SDK_KEYS } from '../uid2Session/places.js';
import { attempt, jsonFrom, type Loose } from '../uid2Session/parse.js';
import type { Latest } from '../uid2Session/identity.js';
import type { Facade } from './facade.js';
import type { Options } from './options.js';

const HOUR_MS = 3600e3;
/** How long tokens live of which a cookie does not say so: the oldest have two tokens and nothing else. */
const VALID_MS = 4 * HOUR_MS;
const REFRESHABLE_MS = 168 * HOUR_MS;
/** Long past: due at once. */
const DUE = 1;
// a date that every browser makes the last that it allows
const FOREVER = 1e13;
export const LOCAL = 0;
export const COOKIES = 1;
/** Where UID2's SDK keeps what it keeps: localStorage, or cookies at the path and domain of the options. */
export const EVERYWHERE = [LOCAL, COOKIES];

/** A value in one place that can be used. */
export type Usable = { value: NonNullable<Loose>; latest: Latest };

/** Tells the options from the identity. */
type Suffix = '' | '_config';

export const placeOf = ({ useCookie }: Options) => (useCookie ? COOKIES : LOCAL);

/** A cookie as the options say. Of two paths a browser takes the last. */
function setCookie({ parts }: Facade, name: string, value: { text: string; end: number }, options: Options): void {
  const { cookiePath, cookieDomain } = options;
  const more = `${location.protocol === 'https:' ? '; Secure' : ''}${cookiePath ? `; Path=${cookiePath}` : ''}`;
  const expires = new Date(value.end).toUTCString();
  attempt(() => parts.storage.setCookie(name, value.text, expires, `Lax${more}`, cookieDomain));
}

export const read = ({ parts: { store: { places } } }: Facade, at: number, suffix: Suffix): Loose =>
  jsonFrom(places[at].get(SDK_KEYS[at] + suffix));

/** Writes it where the options say. */
export function write(facade: Facade, suffix: Suffix, value: NonNullable<Loose>): void {
  const { parts: { store: { places } }, life: { options } } = facade;
  const at = placeOf(options);
  const name = SDK_KEYS[at] + suffix;
  const text = JSON.stringify(value);
  const end = Number(value.refresh_expires) || FOREVER;
  if (at === COOKIES) setCookie(facade, name, { text, end }, options);
  else places[at].set(name, text, end);
}

/** Removes it; a cookie also where these options have put it. */
export function erase(facade: Facade, at: number, suffix: Suffix, options = facade.life.options): void {
  const name = SDK_KEYS[at] + suffix;
  const place = facade.parts.store.places[at];
  if (at === COOKIES && options.useCookie && options.cookiePath) setCookie(facade, name, { text: '', end: 0 }, options);
  if (place.get(name) !== null) place.remove(name);
}

/**
 * What a place has of use: an identity or an opt-out. A copy of our own record is of none to us. Removes what is of use
 * to nobody.
 */
export function usableAt({ parts: { store: { places }, now } }: Facade, at: number): Usable | undefined {
  const text = places[at].get(SDK_KEYS[at]);
  if (text === null || text === undefined) return undefined;
  const ends = { refresh_from: DUE, identity_expires: now() + VALID_MS, refresh_expires: now() + REFRESHABLE_MS };
  const value: NonNullable<Loose> = { ...ends, ...jsonFrom(text) };
  const latest = sdkFrom(value, now());
  if (latest) return { value, latest };
  if (!value.isCopy) places[at].remove(SDK_KEYS[at]);
}
