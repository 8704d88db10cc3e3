import { attempt } from '../uid2Session/parse.js';
import { disconnect } from '../uid2Session/door.js';
import { consentOf } from './promises.js';
import { emit, request, take, noteTold } from './tell.js';
import { closeUnlessKnown, isClosed, isOpen, remember, type Facade } from './facade.js';
import { say } from './say.js';
import { adopt, givenIn, latestIn, readerOf, sightOf } from './sight.js';
import { IdentityStatus, ON_INIT, STATUS } from './tables.js';
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
  if (latest === 'optout') disconnect(facade.door);
  say(facade, readerOf(latest));
  keepOptout(facade);
}

/** Keeps an opt-out that the page has given, if that may be kept, and no other tab has named a reader since. */
function keepOptout(facade: Facade): void {
  const { door, kept, life: { options } } = facade;
  if (givenIn(facade) !== 'optout' || isClosed(facade) || door.session.isStored()) return;
  kept.keepOptout(options);
  // the other tabs have been told of a logout only
  door.tab.tell();
}

/** `__uid2.init`. */
export function init(facade: Facade, given: Uid2InitOptions): void {
  const changes = optionsIn(given);
  const { callback, identity } = given;
  const latest = latestIn(identity);
  load(facade);
  if (callback) facade.initCallbacks.push(callback);
  const { page } = facade.door;
  const before = facade.life.isInit ? facade.life.options : undefined;
  remember(facade, { options: { ...facade.life.options, ...changes }, isInit: true, told: undefined });
  page.say({ sdkSettings: paramsOf(facade.life.options) });
  if (latest) nameReader(facade, latest);
  else look(facade);
  move(facade, before);
  facade.onInit.splice(0).forEach((go) => go());
  // without consent nobody knows yet who is stored
  const isKnown = isOpen(facade) || identity || givenIn(facade);
  if (isKnown) return complete(facade, identity && !latest ? IdentityStatus.INVALID : undefined);
  facade.onComplete.push(() => complete(facade));
  consentOf(facade).then(() => completeAll(facade));
}

/** Tells what has come of each `init` that has waited for consent. */
const completeAll = ({ onComplete }: Facade) => onComplete.splice(0).forEach((go) => go());

/** Takes what the page has said already; its reader may turn out to have left. */
function look(facade: Facade): void {
  say(facade);
  adopt(facade);
}

/** Keeps the options, and the identity where they say. */
function move(facade: Facade, before: Options | undefined): void {
  const { kept, life: { options } } = facade;
  if (!isClosed(facade)) kept.move(options, before ?? kept.options() ?? {});
}

/** Tells what has come of `init`. */
function complete(facade: Facade, status?: number): void {
  const sight = sightOf(facade);
  noteTold(facade, sight);
  remember(facade, { isComplete: true });
  take(facade, ON_INIT[sight.state], status ?? STATUS[sight.state]);
}

/** Tells, once, that `window.__uid2` is there. */
export function load(facade: Facade): void {
  if (facade.life.isLoaded) return;
  remember(facade, { isLoaded: true });
  emit(facade, 'SdkLoaded');
}

/** Consent is known, or `isKnownAgain` now: what has waited for it is done, or what an earlier page has begun. */
export function open(facade: Facade, isKnownAgain = false): void {
  if (!facade.door.isConsentKnown() || (facade.life.isOpen && !isKnownAgain)) return;
  remember(facade, { isOpen: true });
  load(facade);
  if (facade.life.isInit) resume(facade);
  // a script of the page may name a consent platform yet
  else facade.afterScripts(() => beginAgain(facade));
  facade.onOpen.splice(0).forEach((go) => go());
}

function resume(facade: Facade): void {
  look(facade);
  move(facade, undefined);
  keepOptout(facade);
  if (facade.onComplete.length) return completeAll(facade);
  noteTold(facade, sightOf(facade));
  request(facade);
}

/** Begins by itself with the options of an earlier page. */
function beginAgain(facade: Facade): void {
  closeUnlessKnown(facade);
  const options = facade.life.isInit || isClosed(facade) ? undefined : facade.kept.options();
  if (options) attempt(init, facade, options);
}
