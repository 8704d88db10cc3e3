import { attempt } from '../uid2Session/parse.js';
import { disconnect } from '../uid2Session/door.js';
import { untilConsent } from './promises.js';
import { emit, keepAsTold, renewIfOpen, tellInitCallbacks } from './tell.js';
import { closeUnlessKnown, mayKeep, isOpen, remember, type Facade } from './facade.js';
import { keepOptions, keptOptions } from './kept.js';
import { noteGiven } from './optout.js';
import { passOn } from './passOn.js';
import { adopt, givenIn, latestIn, paramsFor, readerNow } from './reader.js';
import { IdentityStatus, STANDING, STATUS } from './tables.js';
import { optionsIn, type Options } from './options.js';
import type { Latest } from '../uid2Session/identity.js';
import type { Params } from '../uid2Session/params.js';
import type { Uid2InitOptions } from './sdkTypes.js';

/** What the options mean for the session. */
const paramsOf = ({ baseUrl, useCookie }: Options): Params =>
  ({ uid2ApiBase: baseUrl, storage: useCookie ? 'cookie' : undefined });

/** Names the reader; an opt-out ends whoever was there. */
export function nameReader(facade: Facade, latest: Latest): void {
  remember(facade, { isAdopted: true });
  if (latest === 'optout') {
    disconnect(facade.parts);
    noteGiven(facade);
  }
  passOn(facade, paramsFor(latest));
}

/** `__uid2.init`. */
export function init(facade: Facade, given: Uid2InitOptions): void {
  const changes = optionsIn(given);
  const { callback, identity } = given;
  const latest = latestIn(identity);
  tellLoaded(facade);
  if (callback) facade.initCallbacks.push(callback);
  const { page } = facade.parts;
  const last = facade.life.isInit ? [facade.life.options] : [];
  remember(facade, { options: { ...facade.life.options, ...changes }, isInit: true, told: undefined });
  page.say({ sdkSettings: paramsOf(facade.life.options) });
  if (latest) nameReader(facade, latest);
  else lookAndAdopt(facade);
  if (mayKeep(facade)) keepOptions(facade, last);
  // who waits for `init`, also where nothing was looked at
  facade.onChange.splice(0).forEach((go) => go());
  // without consent nobody knows yet who is stored
  const isKnown = isOpen(facade) || identity || givenIn(facade);
  if (isKnown) return tellCompleted(facade, identity && !latest ? IdentityStatus.INVALID : undefined);
  facade.onComplete.push(() => tellCompleted(facade));
  untilConsent(facade).then(() => tellAllCompleted(facade));
}

/** Tells what has come of each `init` that has waited for consent. */
const tellAllCompleted = ({ onComplete }: Facade) => onComplete.splice(0).forEach((go) => go());

/** Says again whom the page has named, and looks; then looks at what UID2's SDK has kept. */
function lookAndAdopt(facade: Facade): void {
  passOn(facade);
  adopt(facade);
}

/** Tells what has come of `init`. InitCompleted is told in any case. */
function tellCompleted(facade: Facade, status?: number): void {
  const reader = readerNow(facade);
  const { state } = reader;
  keepAsTold(facade, reader);
  remember(facade, { isComplete: true });
  const { told } = facade.life;
  if (STANDING[state] === 'nobody') emit(facade, 'IdentityUpdated', told);
  tellInitCallbacks(facade, status ?? STATUS[state], told);
  renewIfOpen(facade);
  emit(facade, 'InitCompleted');
  if (state === 'optedOut') emit(facade, 'OptoutReceived', told);
}

/** Tells, once, that `window.__uid2` is there. */
export function tellLoaded(facade: Facade): void {
  if (facade.life.isLoaded) return;
  remember(facade, { isLoaded: true });
  emit(facade, 'SdkLoaded');
}

/** Consent is known, or may be `isKnownAgain`: does what has waited for it, or what an earlier page has begun. */
export function open(facade: Facade, isKnownAgain = false): void {
  if (!facade.parts.isConsentKnown() || (facade.life.isOpen && !isKnownAgain)) return;
  remember(facade, { isOpen: true });
  tellLoaded(facade);
  if (facade.life.isInit) resume(facade);
  // a script of the page may name a consent platform yet
  else facade.afterScripts(() => initByItself(facade));
  facade.onOpen.splice(0).forEach((go) => go());
}

function resume(facade: Facade): void {
  lookAndAdopt(facade);
  if (mayKeep(facade)) keepOptions(facade);
  if (facade.onComplete.length) return tellAllCompleted(facade);
  // the look has told what is new: now it may be kept
  keepAsTold(facade, readerNow(facade));
  renewIfOpen(facade);
}

/** Begins by itself with the options of an earlier page, unless that is denied: nobody has asked the rules yet. */
function initByItself(facade: Facade): void {
  closeUnlessKnown(facade);
  if (facade.life.isInit || !isOpen(facade) || facade.parts.page.denial('recheck') !== undefined) return;
  const options = keptOptions(facade);
  if (options) attempt(init, facade, options);
}
