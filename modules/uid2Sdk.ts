/**
 * Gives pages written for UID2's JavaScript SDK its API, `window.__uid2`, on the session that bids.
 * @module modules/uid2Sdk
 * @requires module:modules/uid2IdSystem
 */
import { getGlobal } from '../src/prebidGlobal.js';
import { allConsent } from '../src/consentHandler.js';
import { startSdk } from '../libraries/uid2SdkFacade/sdk.js';
import { uid2 } from '../libraries/uid2Session/engine.js';
import type { Globals } from '../libraries/uid2SdkFacade/sdkTypes.js';

export type {
  Uid2Callback, Uid2Cstg, Uid2Event, Uid2InitCallback, Uid2InitOptions, Uid2Sdk
} from '../libraries/uid2SdkFacade/sdkTypes.js';

declare global {
  interface Window {
    __uid2?: Globals['__uid2'];
    __uid2Helper?: Globals['__uid2Helper'];
    __uid2SecureSignalProvider?: Globals['__uid2SecureSignalProvider'];
  }
}

/** Does it after all that the page has queued until now. */
const afterQueue = (task: () => void) => { getGlobal().que.push(task); };

/** Does it after all scripts of the page, and what they have queued. */
function afterScripts(task: () => void): void {
  if (document.readyState !== 'loading') afterQueue(task);
  else document.addEventListener('DOMContentLoaded', () => afterQueue(task));
}

const begin = startSdk(uid2.parts, afterScripts);

function start(): void {
  const { sdkListener } = uid2.parts;
  begin(allConsent.promise);
  // older Prebids have no such event
  allConsent.onChange?.(() => sdkListener.consentKnown(true));
}

// only then it is known whether there is a consent platform; a script below Prebid's may queue before the queue runs
afterQueue(() => afterQueue(start));
