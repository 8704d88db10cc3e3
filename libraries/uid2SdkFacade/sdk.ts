import { abort, abortNaming, awaitToken, unlessAborted } from './promises.js';
import { announce, changed, emit, registerSignals, renewIfOpen, tellInitCallbacks } from './tell.js';
import { init, tellLoaded, nameReader, open } from './begin.js';
import { answersOf, latestIn, readerNow } from './reader.js';
import { besideAnother } from './beside.js';
import { removeKept } from './kept.js';
import { EventType, IdentityStatus } from './tables.js';
import { helper } from './sdkHelper.js';
import { disconnect as logOut } from '../uid2Session/door.js';
import { from } from './from.js';
import { isOpen, newLife, remember, type AfterScripts, type Facade, type OtherPrebid } from './facade.js';
import { passOn, tellOther } from './passOn.js';
import type { Parts } from '../uid2Session/parts.js';
import type { Identity } from '../uid2Session/identity.js';
import type { Globals, Uid2Callback, Uid2Sdk } from './sdkTypes.js';

/** Begins, once the page's queue is done; `consent` settles when the consent platform has answered. */
export type Begin = (consent: Promise<unknown>) => void;

/**
 * Gives the page what UID2's JavaScript SDK offers, on the session that bids; or, where that SDK is, leaves it alone
 * and follows it. Nothing is read, kept or asked before consent is known, but by a logout, or an opt-out that the page
 * gives.
 */
export function startSdk(parts: Parts, afterScripts: AfterScripts = (task) => task()): Begin {
  const page: Globals = window;
  const theirs = page.__uid2;
  if (theirs?.init) return besideAnother(parts, theirs);
  const facade: Facade = {
    parts,
    events: 0,
    callbacks: Array.isArray(theirs?.callbacks) ? theirs.callbacks : [],
    initCallbacks: [],
    others: [],
    onOpen: [],
    onComplete: [],
    onChange: [],
    tokenWaits: new Set(),
    namingWaits: new Set(),
    afterScripts,
    life: newLife(),
  };
  parts.page.say({ isSdkOpen: () => isOpen(facade) });
  parts.sdkListener = {
    changed: (failure) => changed(facade, failure),
    consentKnown: (isKnownAgain) => open(facade, isKnownAgain),
  };
  tellLateCallbacks(facade);
  page.__uid2Helper = helper;
  page.__uid2 = sdkOf(facade);
  return (consent) => {
    open(facade);
    tellLoaded(facade);
    // where the consent platform fails nothing is read: what waits for it ends
    consent.then(() => open(facade), () => facade.onOpen.splice(0).forEach((go) => go()));
  };
}

/** A callback that comes late is told what has been. */
function tellLateCallbacks(facade: Facade): void {
  const { callbacks } = facade;
  callbacks.push = (...added: Uid2Callback[]) => {
    if (facade.life.isLoaded) emit(facade, 'SdkLoaded', undefined, added);
    if (facade.life.isComplete) emit(facade, 'InitCompleted', undefined, added);
    return Array.prototype.push.apply(callbacks, added);
  };
}

function setIdentity(facade: Facade, identity: Identity): void {
  if (!facade.life.isInit) throw Error('UID2: call init first');
  const latest = latestIn(identity);
  if (!latest) return tellInitCallbacks(facade, IdentityStatus.INVALID);
  abortNaming(facade);
  remember(facade, { told: undefined });
  nameReader(facade, latest);
  announce(facade);
  renewIfOpen(facade);
}

function disconnect(facade: Facade): void {
  const { events, life: { told, isInit } } = facade;
  abort(facade);
  // told again, a callback that logs out whenever it hears of nobody would do so without end
  const isToldAlready = events > 0 && told?.state === 'none';
  remember(facade, { told: undefined });
  logOut(facade.parts);
  removeKept(facade);
  // other Prebids of the page hear of it
  passOn(facade);
  if (isToldAlready) remember(facade, { told });
  else if (isInit) announce(facade);
}

function sdkOf(facade: Facade): Uid2Sdk & { join(other: OtherPrebid): void } {
  const register = () => registerSignals(facade);
  return {
    callbacks: facade.callbacks,
    init: (options) => init(facade, options),
    getIdentity: () => readerNow(facade).identity ?? null,
    getAdvertisingToken: () => readerNow(facade).identity?.advertising_token,
    getAdvertisingTokenAsync: () => unlessAborted(facade.tokenWaits, () => awaitToken(facade)),
    setIdentity: (identity) => setIdentity(facade, identity),
    setIdentityFromEmail: from(facade, 'email', 'email address'),
    setIdentityFromEmailHash: from(facade, 'emailHash', 'hash'),
    setIdentityFromPhone: from(facade, 'phone', 'phone number'),
    setIdentityFromPhoneHash: from(facade, 'phoneHash', 'hash'),
    isLoginRequired: () => answersOf(facade).isLoginRequired,
    isIdentityAvailable: () => answersOf(facade).isIdentityAvailable,
    isInitComplete: () => facade.life.isInit,
    hasOptedOut: () => (facade.life.isInit ? answersOf(facade).hasOptedOut : undefined),
    disconnect: () => disconnect(facade),
    abort: () => abort(facade),
    constructor: {
      VERSION: '4.0.95',
      DEFAULT_REFRESH_RETRY_PERIOD_MS: 5000,
      EventType,
      IdentityStatus,
      setupGoogleTag: register,
      setupGoogleSecureSignals: register,
    },
    join: (other) => join(facade, other),
  };
}

/** Tells another Prebid of the page what has been said to `window.__uid2`, and what will be. */
function join(facade: Facade, other: OtherPrebid): void {
  // it may hear sooner than we that consent is known: who has left meanwhile is not named to it
  open(facade);
  facade.others.push(other);
  tellOther(facade, other);
}
