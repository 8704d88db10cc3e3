import { isText } from '../uid2Session/parse.js';
import { COOKIES, usableAt, erase, EVERYWHERE, LOCAL, read, write, type Usable } from './slots.js';
import type { Identity } from '../uid2Session/identity.js';
import type { Parts } from '../uid2Session/parts.js';
import type { Options } from './options.js';

// a date that every browser makes the last that it allows
const FOREVER = 1e13;
const CONFIG = '_config';

/** An opt-out as UID2's SDK keeps it; both are when it ends, Unix ms. */
type Optout = { status: 'optout'; refresh_expires: number; identity_expires: number };

/** What UID2's SDK keeps, where it looks for it: localStorage, or cookies at the path and domain of the options. */
export type Kept = {
  /** The identity that expires last, of those that can be used. Removes what cannot. */
  identity(): Identity | undefined;
  options(): Options | undefined;
  hasOptout(): boolean;
  /** `isCopy` if the session has it too: then only UID2's own SDK takes any notice of it. */
  keep(value: (Identity & { isCopy?: true }) | Optout, options: Options): void;
  /** Keeps the options, and moves the identity to where they say. */
  keepConfig(options: Options, before: Options): void;
  /** Removes the identity; an opt-out stays, as another tab may just have kept it. */
  removeIdentity(options: Options): void;
  /** Removes the opt-out too. */
  removeAll(options: Options): void;
};

const placeOf = ({ useCookie }: Options) => (useCookie ? COOKIES : LOCAL);

const isElsewhere = (one: Options, other: Options) => placeOf(one) !== placeOf(other) ||
  (one.useCookie === true && (one.cookiePath !== other.cookiePath || one.cookieDomain !== other.cookieDomain));

const endOf = ({ value: { identity_expires: end } }: Usable) => Number(end) || 0;

/** What can be used, the last to expire first. */
const usableIn = (parts: Parts): Usable[] => EVERYWHERE.map((at) => usableAt(parts, at))
  .filter((one) => one !== undefined).sort((one, other) => endOf(other) - endOf(one));

function set(parts: Parts, object: { refresh_expires?: unknown }, options: Options): void {
  const end = Number(object.refresh_expires) || FOREVER;
  write(parts, { at: placeOf(options), suffix: '' }, { object, end }, options);
}

function remove(parts: Parts, options: Options, places = EVERYWHERE): void {
  places.forEach((at) => erase(parts, { at, suffix: '' }, options));
}

function keepConfig(parts: Parts, options: Options, before: Options): void {
  const [best, other] = usableIn(parts);
  const isMoved = isElsewhere(options, before);
  const at = placeOf(options);
  if (isMoved || other) {
    remove(parts, before);
    if (best) set(parts, best.value, options);
  }
  EVERYWHERE.filter((one) => isMoved || one !== at).forEach((one) => erase(parts, { at: one, suffix: CONFIG }, before));
  write(parts, { at, suffix: CONFIG }, { object: options, end: FOREVER }, options);
}

/**
 * Whether what is in a place may be removed. An identity that was logged out in another tab stays in localStorage: that
 * tab removes it, and may have kept an opt-out since, which this one does not see yet.
 */
function isOursToRemove(parts: Parts, at: number): boolean {
  const token = read(parts, { at, suffix: '' })?.advertising_token;
  const isRemovedElsewhere = at === LOCAL && isText(token) && parts.session.hasEnded(token);
  return usableAt(parts, at)?.latest !== 'optout' && !isRemovedElsewhere;
}

/** What UID2's SDK keeps, through Prebid's storage manager. */
export const createKept = (parts: Parts): Kept => ({
  identity: () => usableIn(parts).map(({ latest }) => latest).filter((latest) => latest !== 'optout')
    .find(({ advertising_token: token }) => !parts.session.hasEnded(token)),
  options: () => EVERYWHERE.map((at) => read(parts, { at, suffix: CONFIG }))
    .find((value) => value) as Options | undefined,
  keep: (value, options) => set(parts, value, options),
  hasOptout: () => usableIn(parts).some(({ latest }) => latest === 'optout'),
  keepConfig: (options, before) => keepConfig(parts, options, before),
  removeIdentity: (options) => remove(parts, options, EVERYWHERE.filter((at) => isOursToRemove(parts, at))),
  removeAll: (options) => remove(parts, options),
});
