import { attempt } from '../uid2Session/parse.js';
import { isClosed, isOpen, reasonOf, remember, type Facade, type Told } from './facade.js';
import { adopt, sightOf, type Sight } from './sight.js';
import { IdentityStatus, ON_CHANGE, STATUS, type Step } from './tables.js';
import type { Page, Uid2Callback, Uid2Event } from './sdkTypes.js';
import type { FailureWords } from '../uid2Session/parts.js';

/** Tells an event, with the identity of this moment. */
export function emit(facade: Facade, event: Uid2Event, listeners: Uid2Callback[] = facade.callbacks): void {
  facade.teller.tell(listeners, (listener) => {
    const { identity } = sightOf(facade);
    listener(event, { identity: identity ? { ...identity } : null });
  });
}

/** Tells the callbacks that were given to `init`. */
export function callBack(facade: Facade, status: number): void {
  facade.teller.tell(facade.initCallbacks, (callback) => {
    const token = sightOf(facade).identity?.advertising_token;
    const statusText = token ? 'ok' : reasonOf(facade);
    callback({ advertisingToken: token, advertising_token: token, status, statusText });
  });
}

/** Takes the steps in their order. */
export function take(facade: Facade, steps: Step[], status: number): void {
  for (const step of steps) {
    if (step === 'callback') callBack(facade, status);
    else if (step === 'request') request(facade);
    else emit(facade, step);
  }
}

/** Asks the operator, if that is due. */
export function request(facade: Facade): void {
  if (isOpen(facade)) facade.door.session.renew();
}

/**
 * Whether another reader has come, also without an identity that is kept in the place of an opt-out. A mere logout is
 * cleared up by the tab that has told of it.
 */
function isLifted({ door: { session, page }, life: { told } }: Facade, { state, latest }: Sight): boolean {
  const isSomebody = state !== 'none' || session.decision().need !== undefined;
  // a dead record may be of before the opt-out, unless the page names its reader
  const isNamedAnew = state === 'dead' && page.isNaming() && latest?.refresh_token !== '';
  const isNothingKept = latest === undefined || isNamedAnew;
  return isSomebody && state !== 'optedOut' && (told?.state === 'optedOut' || isNothingKept);
}

/** Remembers that the page is told of this. */
export function noteTold(facade: Facade, sight: Sight): void {
  const { state, identity, latest } = sight;
  if (isLifted(facade, sight) && !isClosed(facade)) facade.kept.clear(facade.life.options);
  remember(facade, { told: { state, token: identity?.advertising_token, kept: latest?.advertising_token } });
  if (isClosed(facade)) return;
  keep(facade, sight);
  if (identity) register(facade);
}

/** Keeps it as UID2's SDK does. What is only lent is there already, and may be another tab's: it stays. */
function keep({ kept, door, life: { options } }: Facade, { state, standing, identity, latest }: Sight): void {
  if (latest?.refresh_token === '') return;
  const isCopy = identity !== undefined || door.session.isStored();
  if (latest && state !== 'dead') kept.keep({ ...latest, ...(isCopy && { isCopy }) }, options);
  else if (standing === 'nobody' || standing === 'asking') kept.remove(options);
}

/** Something may have changed: tells the page, unless it knows. */
export function changed(facade: Facade, failure?: FailureWords): void {
  if (failure) remember(facade, { refusal: failure.message });
  facade.onChange.splice(0).forEach((go) => go());
  if (facade.life.told) adopt(facade);
  // the page has been told of whoever was adopted
  const { told } = facade.life;
  if (!told) return;
  const sight = sightOf(facade);
  if (isTold(told, sight)) {
    // of another reader, whose token has expired too
    if (sight.latest?.advertising_token !== told.kept) noteTold(facade, sight);
    if (failure) tellOfFailure(facade, failure);
    return;
  }
  announce(facade, sight);
}

/** Whether it is what the page was told. Fresh and stale are one status: a token becomes stale without notice. */
const isTold = (told: Told, { state, identity }: Sight) =>
  STATUS[state] === STATUS[told.state] && identity?.advertising_token === told.token;

function tellOfFailure(facade: Facade, { words }: FailureWords): void {
  facade.door.warn(`UID2: ${words}`);
  take(facade, ON_CHANGE.none, STATUS.none);
}

/** Tells the page how it stands. */
export function announce(facade: Facade, sight = sightOf(facade)): void {
  noteTold(facade, sight);
  if (sight.state === 'optedOut' && !isClosed(facade)) facade.kept.keepOptout(facade.life.options);
  take(facade, ON_CHANGE[sight.state], sight.identity ? IdentityStatus.REFRESHED : STATUS[sight.state]);
}

/** Google's provider is told once that there are signals. */
export function register(facade: Facade): void {
  const provider = (window as Page).__uid2SecureSignalProvider;
  if (!provider || provider === facade.life.provider) return;
  remember(facade, { provider });
  attempt(() => provider.registerSecureSignalProvider());
}
