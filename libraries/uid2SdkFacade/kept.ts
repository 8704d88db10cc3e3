import { OPTOUT_MS, type Identity } from '../uid2Session/identity.js';
import { isText } from '../uid2Session/parse.js';
import { COOKIES, copyAt, erase, EVERYWHERE, LOCAL, read, write, type Copy } from './copies.js';
import type { Parts } from '../uid2Session/parts.js';
import type { Options } from './options.js';

// a date that every browser makes the last that it allows
const FOREVER = 1e13;
const CONFIG = '_config';

/** What UID2's SDK keeps, where it looks for it: localStorage, or cookies at the path and domain of the options. */
export type Kept = {
  /** The identity that expires last, of those that can be used. Removes what cannot. */
  identity(): Identity | undefined;
  options(): Options | undefined;
  /** `isCopy` if the session has it too: then only UID2's own SDK takes any notice of it. */
  keep(identity: Identity & { isCopy?: true }, options: Options): void;
  /** An opt-out ends 72 hours from now; one that is kept already stays as it is. */
  keepOptout(options: Options): void;
  /** Keeps the options, and moves the identity to where they say. */
  move(options: Options, before: Options): void;
  /** Removes the identity; an opt-out stays, as another tab may just have kept it. */
  remove(options: Options): void;
  /** Removes that too. */
  clear(options: Options): void;
};

const placeOf = ({ useCookie }: Options) => (useCookie ? COOKIES : LOCAL);

const isElsewhere = (one: Options, other: Options) => placeOf(one) !== placeOf(other) ||
  (one.useCookie === true && (one.cookiePath !== other.cookiePath || one.cookieDomain !== other.cookieDomain));

const endOf = ({ value: { identity_expires: end } }: Copy) => Number(end) || 0;

/** What can be used, the last to expire first. */
const copiesIn = (door: Parts): Copy[] => EVERYWHERE.map((at) => copyAt(door, at))
  .filter((copy) => copy !== undefined).sort((one, other) => endOf(other) - endOf(one));

function set(door: Parts, object: { refresh_expires?: unknown }, options: Options): void {
  const end = Number(object.refresh_expires) || FOREVER;
  write(door, { at: placeOf(options), suffix: '' }, { object, end }, options);
}

function remove(door: Parts, options: Options, places = EVERYWHERE): void {
  places.forEach((at) => erase(door, { at, suffix: '' }, options));
}

function move(door: Parts, options: Options, before: Options): void {
  const [best, other] = copiesIn(door);
  const isMoved = isElsewhere(options, before);
  const at = placeOf(options);
  if (isMoved || other) {
    remove(door, before);
    if (best) set(door, best.value, options);
  }
  EVERYWHERE.filter((one) => isMoved || one !== at).forEach((one) => erase(door, { at: one, suffix: CONFIG }, before));
  write(door, { at, suffix: CONFIG }, { object: options, end: FOREVER }, options);
}

/**
 * Whether what is in a place may be removed. An identity that was logged out in another tab stays in localStorage: that
 * tab removes it, and may have kept an opt-out since, which this one does not see yet.
 */
function mayGo(door: Parts, at: number): boolean {
  const token = read(door, { at, suffix: '' })?.advertising_token;
  const isRemovedElsewhere = at === LOCAL && isText(token) && door.session.hasEnded(token);
  return copyAt(door, at)?.latest !== 'optout' && !isRemovedElsewhere;
}

/** What UID2's SDK keeps, through Prebid's storage manager. */
export const createKept = (door: Parts): Kept => ({
  identity: () => copiesIn(door).map(({ latest }) => latest).find((latest) => latest !== 'optout'),
  options: () => EVERYWHERE.map((at) => read(door, { at, suffix: CONFIG }))
    .find((value) => value) as Options | undefined,
  keep: (identity, options) => set(door, identity, options),
  keepOptout(options) {
    if (copiesIn(door).some(({ latest }) => latest === 'optout')) return;
    const end = door.now() + OPTOUT_MS;
    set(door, { status: 'optout', refresh_expires: end, identity_expires: end } as object, options);
  },
  move: (options, before) => move(door, options, before),
  remove: (options) => remove(door, options, EVERYWHERE.filter((at) => mayGo(door, at))),
  clear: (options) => remove(door, options),
});
