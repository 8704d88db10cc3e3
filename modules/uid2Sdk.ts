/**
 * Gives pages written for UID2's JavaScript SDK its API, `window.__uid2`, on the session that bids.
 * @module modules/uid2Sdk
 * @requires module:modules/uid2IdSystem
 */
import { getGlobal } from '../src/prebidGlobal.js';
import { fetch } from '../src/ajax.js';
import { allConsent } from '../src/consentHandler.js';
import { logWarn } from '../src/utils.js';
import { startSdk } from '../libraries/uid2SdkFacade/sdk.js';
import { uid2, useFetch } from '../libraries/uid2Session/engine.js';
import type { Page } from '../libraries/uid2SdkFacade/sdkTypes.js';

export type {
  Uid2Callback, Uid2Cstg, Uid2Event, Uid2InitCallback, Uid2InitOptions, Uid2Sdk
} from '../libraries/uid2SdkFacade/sdkTypes.js';

declare global {
  interface Window {
    __uid2?: Page['__uid2'];
    __uid2Helper?: Page['__uid2Helper'];
    __uid2SecureSignalProvider?: Page['__uid2SecureSignalProvider'];
  }
}

useFetch(fetch);

const begin = startSdk(uid2.parts, logWarn);

// after all that the page has set before it
getGlobal().que.push(() => allConsent.promise.then(begin));
