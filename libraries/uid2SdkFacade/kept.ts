import { isText } from '../uid2Session/parse.js';
import { erase, EVERYWHERE, LOCAL, placeOf, read, usableAt, write, type Usable } from './slots.js';
import type { Identity } from '../uid2Session/identity.js';
import type { Facade } from './facade.js';
import type { Options } from './options.js';

/** An opt-out as UID2's SDK keeps it; both are when it ends, Unix ms. */
type Optout = { status: 'optout'; refresh_expires: number; identity_expires: number };

const isElsewhere = (one: Options, other: Options) => placeOf(one) !== placeOf(other) ||
  (one.useCookie === true && (one.cookiePath !== other.cookiePath || one.cookieDomain !== other.cookieDomain));

const expiryOf = ({ value: { identity_expires: end } }: Usable) => Number(end) || 0;

/** What can be used, the last to expire first. */
const usableIn = (facade: Facade): Usable[] => EVERYWHERE.map((at) => usableAt(facade, at))
  .filter((one) => one !== undefined).sort((one, other) => expiryOf(other) - expiryOf(one));

/** The identity that expires last, of those that can be used and have not ended. Removes what is of use to nobody. */
export const keptIdentity = (facade: Facade): Identity | undefined =>
  usableIn(facade).map(({ latest }) => latest).filter((latest) => latest !== 'optout')
    .find(({ advertising_token: token }) => !facade.parts.session.hasEnded(token));

export const isOptoutKept = (facade: Facade) => usableIn(facade).some(({ latest }) => latest === 'optout');

/** `isCopy` if the session has it too: then only UID2's own SDK takes any notice of it. */
export const keepValue = (facade: Facade, value: (Identity & { isCopy?: true }) | Optout) => write(facade, '', value);

/** The options of an earlier page, or of this one. */
export const keptOptions = (facade: Facade): Options | undefined =>
  EVERYWHERE.map((at) => read(facade, at, '_config')).find((value) => value) as Options | undefined;

/** Keeps the options, and moves the identity to where they say: from where storage says, and `last` said. */
export function keepOptions(facade: Facade, last: Options[] = []): void {
  const { options } = facade.life;
  const before = [keptOptions(facade) ?? {}, ...last];
  const [best, other] = usableIn(facade);
  const isMoved = before.some((one) => isElsewhere(options, one));
  const remove = (places: number[], suffix: '' | '_config') =>
    places.forEach((at) => before.forEach((one) => erase(facade, at, suffix, one)));
  if (isMoved || other) {
    remove(EVERYWHERE, '');
    if (best) write(facade, '', best.value);
  }
  remove(EVERYWHERE.filter((at) => isMoved || at !== placeOf(options)), '_config');
  write(facade, '_config', options);
}

/**
 * Whether what is in a place may be removed. An identity that was logged out in another tab stays in localStorage: that
 * tab removes it, and may have kept an opt-out since, which this one does not see yet.
 */
function isOursToRemove(facade: Facade, at: number): boolean {
  // another tab may just have kept it
  if (usableAt(facade, at)?.latest === 'optout') return false;
  const token = read(facade, at, '')?.advertising_token;
  return !(at === LOCAL && isText(token) && facade.parts.session.hasEnded(token));
}

/** Removes the identity; an opt-out stays, as another tab may just have kept it. */
export const removeKeptIdentity = (facade: Facade): void =>
  EVERYWHERE.filter((at) => isOursToRemove(facade, at)).forEach((at) => erase(facade, at, ''));

/** Removes the opt-out too. */
export const removeKept = (facade: Facade): void => EVERYWHERE.forEach((at) => erase(facade, at, ''));
