/**
 * Gives pages written for UID2's JavaScript SDK its API, `window.__uid2`, on the session that bids.
 * @module modules/uid2Sdk
 * @requires module:modules/uid2IdSystem
 */
import { getGlobal } from '../src/prebidGlobal.js';
import { config } from '../src/config.js';
import { allConsent } from '../src/consentHandler.js';
import { startSdk } from '../libraries/uid2SdkFacade/sdk.js';
import { uid2 } from '../libraries/uid2Session/engine.js';
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

const loaded = startSdk(uid2.parts);

// after all that the page has queued before it: then it is known whether there is a consent platform
getGlobal().que.push(() => loaded(!config.getConfig('consentManagement'), allConsent.promise));
