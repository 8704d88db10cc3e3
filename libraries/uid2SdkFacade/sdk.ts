import { abort, abortNaming, tokenOf, unlessAborted } from './promises.js';
import { announce, callBack, changed, emit, register, request, noteTold } from './tell.js';
import { init, load, nameReader, open } from './begin.js';
import { answersOf, latestIn, sightOf } from './sight.js';
import { besideAnother } from './beside.js';
import { createKept } from './kept.js';
import { createTeller } from './events.js';
import { EventType, IdentityStatus } from './tables.js';
import { helper } from './sdkHelper.js';
import { disconnect as logOut } from '../uid2Session/door.js';
import { SDK_READER_LEFT } from '../uid2Session/given.js';
import { methodsFrom } from './from.js';
import { isOpen, NEWBORN, remember, type AfterScripts, type Facade, type Say } from './facade.js';
import { say, tellOther } from './say.js';
import type { Parts } from '../uid2Session/parts.js';
import type { Identity } from '../uid2Session/identity.js';
import type { Page, Uid2Callback, Uid2Sdk } from './sdkTypes.js';

/** When the page's queue is done: whether consent is known then, and what tells when it is not. */
export type Loaded = (isKnown: boolean, consent: Promise<unknown>) => void;

/**
 * Gives the page what UID2's JavaScript SDK offers, on the session that bids; or, where that SDK is, leaves it alone
 * and follows it. Nothing is read, kept or asked before what it returns is called, but by a logout.
 */
export function startSdk(door: Parts, afterScripts: AfterScripts = (task) => task()): Loaded {
  const page: Page = window;
  const theirs = page.__uid2;
  if (theirs?.init) return besideAnother(door, theirs);
  const facade: Facade = {
    door,
    kept: createKept(door),
    teller: createTeller(door.warn),
    callbacks: Array.isArray(theirs?.callbacks) ? theirs.callbacks : [],
    initCallbacks: [],
    others: [],
    onInit: [],
    onOpen: [],
    onComplete: [],
    onChange: [],
    afterScripts,
    life: { ...NEWBORN, turn: new AbortController(), naming: new AbortController() },
  };
  door.page.say({ isSdkOpen: () => isOpen(facade) });
  door.sdkListener = {
    changed: (failure) => changed(facade, failure),
    consentKnown: (isKnownAgain) => open(facade, isKnownAgain),
  };
  listen(facade);
  page.__uid2Helper = helper;
  page.__uid2 = sdkOf(facade);
  return (isKnown, consent) => {
    if (isKnown) open(facade);
    load(facade);
    // where the consent platform fails nothing is read: what waits for it ends
    consent.then(() => open(facade), () => facade.onOpen.splice(0).forEach((go) => go()));
  };
}

/** A callback that comes late is told what has been. */
function listen(facade: Facade): void {
  const { callbacks } = facade;
  callbacks.push = (...added: Uid2Callback[]) => {
    if (facade.life.isLoaded) emit(facade, 'SdkLoaded', added);
    if (facade.life.isComplete) emit(facade, 'InitCompleted', added);
    return Array.prototype.push.apply(callbacks, added);
  };
}

function setIdentity(facade: Facade, identity: Identity): void {
  if (!facade.life.isInit) throw Error('UID2: call init first');
  const latest = latestIn(identity);
  if (!latest) return callBack(facade, IdentityStatus.INVALID);
  abortNaming(facade);
  remember(facade, { told: undefined });
  nameReader(facade, latest);
  announce(facade);
  request(facade);
}

function disconnect(facade: Facade): void {
  const { door: { page }, kept, teller, life: { told, isInit, options } } = facade;
  abort(facade);
  // a callback that logs out nobody would be told of it without end
  const isKnown = teller.isTelling() && told?.state === 'none';
  remember(facade, { told: undefined, isAdopted: true });
  logOut(facade.door);
  if (page.denial() === undefined) kept.clear(options);
  say(facade, SDK_READER_LEFT);
  if (!isInit) return;
  const sight = sightOf(facade);
  if (isKnown) noteTold(facade, sight);
  else announce(facade, sight);
}

function sdkOf(facade: Facade): Uid2Sdk & { join(other: Say): void } {
  const tell = () => register(facade);
  return {
    callbacks: facade.callbacks,
    init: (options) => init(facade, options),
    getIdentity() {
      const { identity } = sightOf(facade);
      return identity ? { ...identity } : null;
    },
    getAdvertisingToken: () => sightOf(facade).identity?.advertising_token,
    getAdvertisingTokenAsync: () => unlessAborted(facade.life.turn, () => tokenOf(facade)),
    setIdentity: (identity) => setIdentity(facade, identity),
    ...methodsFrom(facade),
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
      setupGoogleTag: tell,
      setupGoogleSecureSignals: tell,
    },
    join: (other) => join(facade, other),
  };
}

/** Tells another Prebid of the page what has been said to `window.__uid2`, and what will be. */
function join(facade: Facade, other: Say): void {
  // it may hear sooner than we that consent is known: who has left meanwhile is not named to it
  open(facade);
  facade.others.push(other);
  tellOther(facade, other);
}
