import { isBorrowed } from '../uid2Session/lent.js';
import { attempt } from '../uid2Session/parse.js';
import { isOpen, mayKeep, reasonOf, remember, type Facade, type Told } from './facade.js';
import { isOptoutKept, keepValue, removeKept, removeKeptIdentity } from './kept.js';
import { keepOptout } from './optout.js';
import { adopt, readerNow, type Reader } from './reader.js';
import { IdentityStatus, STATUS } from './tables.js';
import type { Globals, Uid2Event } from './sdkTypes.js';
import type { FailureWords } from '../uid2Session/parts.js';

/** A page whose callbacks answer each event by another call is told no more than this in one go. */
const MOST_EVENTS = 100;

/**
 * Calls each listener with the reader of this moment. Those after a listener that has changed what was `told` are
 * skipped: that change has told the page itself. One that throws, or is no function, harms no other.
 */
function tellAll<T>(facade: Facade, listeners: T[], told: Told | undefined, call: Call<T>): void {
  const isOutermost = facade.events === 0;
  facade.events++;
  const due = facade.events > MOST_EVENTS ? [] : listeners.slice();
  for (const listener of due) {
    try {
      const reader = readerNow(facade);
      if (isAsTold(reader, told)) call(listener, reader);
    } catch (e) {
      facade.parts.warn('UID2: a callback has thrown, or is no function');
    }
  }
  if (isOutermost) facade.events = 0;
}

type Call<T> = (listener: T, reader: Reader) => void;

/** Tells an event, with the identity of this moment; see `tellAll`. */
export function emit(facade: Facade, event: Uid2Event, told?: Told, listeners = facade.callbacks): void {
  tellAll(facade, listeners, told, (listener, { identity = null }) => listener(event, { identity }));
}

/** Tells the callbacks that were given to `init`; see `tellAll`. */
export function tellInitCallbacks(facade: Facade, status: number, told?: Told): void {
  tellAll(facade, facade.initCallbacks, told, (callback, { identity }) => {
    const token = identity?.advertising_token;
    const statusText = token ? 'ok' : reasonOf(facade);
    callback({ advertisingToken: token, advertising_token: token, status, statusText });
  });
}

/** Looks, and asks the operator if that is due, once consent is known. */
export function renewIfOpen(facade: Facade): void {
  if (isOpen(facade)) facade.parts.session.renew();
}

/**
 * Whether a kept opt-out is over, as another reader has come, be it without a token yet. A dead record that the page
 * does not name is none. After a mere logout the tab that has told of it removes it.
 */
function isOptoutOver({ parts: { session, page }, life: { told } }: Facade, { state, latest }: Reader): boolean {
  const isSomebody = state !== 'none' || session.decision().need !== undefined;
  // a dead record may be of before the opt-out, unless the page names its reader
  const isNamedThoughDead = state === 'dead' && page.isNaming() && !isBorrowed(latest);
  const hasNothingToKeep = latest === undefined || isNamedThoughDead;
  return isSomebody && state !== 'optedOut' && (told?.state === 'optedOut' || hasNothingToKeep);
}

/** Keeps how it stands, as UID2's SDK would, and remembers it as what the page was told last. Tells nobody. */
export function keepAsTold(facade: Facade, reader: Reader): void {
  const { state, identity, latest } = reader;
  // compares with what was told before
  const isOver = isOptoutOver(facade, reader);
  remember(facade, { told: { state, token: latest?.advertising_token } });
  if (!mayKeep(facade)) return;
  if (isOver) removeKept(facade);
  keep(facade, reader);
  if (identity) registerSignals(facade);
}

/** Keeps it as UID2's SDK does. What is only lent is there already, and may be another tab's: it stays. */
function keep(facade: Facade, { state, standing, identity, latest }: Reader): void {
  if (standing === 'optedOut') return keepOptout(facade);
  if (isBorrowed(latest)) return;
  const isCopy = identity !== undefined || facade.parts.session.stored() !== undefined;
  if (latest && state !== 'dead') keepValue(facade, { ...latest, ...(isCopy && { isCopy }) });
  else removeKeptIdentity(facade);
}

/** Something may have changed: tells the page, unless it knows. */
export function changed(facade: Facade, failure?: FailureWords): void {
  if (failure) remember(facade, { refusal: failure.message });
  facade.onChange.splice(0).forEach((go) => go());
  if (facade.life.told) adopt(facade);
  // the page has been told of whoever was adopted
  const { told } = facade.life;
  if (!told) return;
  const reader = readerNow(facade);
  if (!isAsTold(reader, told)) return announce(facade, reader);
  // another reader, whose token has expired too; or a tab has kept an opt-out without knowing of this one
  const isToKeep = reader.latest?.advertising_token !== told.token || (failure && isOptoutKept(facade));
  if (isToKeep) keepAsTold(facade, reader);
  if (failure) tellOfFailure(facade, failure);
}

/**
 * Whether it is what the page was told, if anything. Fresh and stale are one status: a token becomes stale without
 * notice.
 */
const isAsTold = ({ state, identity }: Reader, told?: Told) =>
  !told || (STATUS[state] === STATUS[told.state] && (!identity || identity.advertising_token === told.token));

function tellOfFailure(facade: Facade, { words }: FailureWords): void {
  facade.parts.warn(`UID2: ${words}`);
  emit(facade, 'IdentityUpdated');
}

/** Tells the page that it has come to stand otherwise: the callbacks given to `init`, and then the events. */
export function announce(facade: Facade, reader = readerNow(facade)): void {
  const { state, identity } = reader;
  keepAsTold(facade, reader);
  const { told } = facade.life;
  if (state !== 'none') tellInitCallbacks(facade, identity ? IdentityStatus.REFRESHED : STATUS[state], told);
  if (state === 'optedOut') emit(facade, 'OptoutReceived', told);
  emit(facade, 'IdentityUpdated', told);
}

/** Google's provider is told once that there are signals. */
export function registerSignals(facade: Facade): void {
  const provider = (window as Globals).__uid2SecureSignalProvider;
  if (!provider || provider === facade.life.provider) return;
  remember(facade, { provider });
  attempt(() => provider.registerSecureSignalProvider());
}
