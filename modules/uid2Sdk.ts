/**
 * Gives pages written for UID2's JavaScript SDK its API, `window.__uid2`, on the session that bids.
 * @module modules/uid2Sdk
 * @requires module:modules/uid2IdSystem
 */
import { getGlobal } from '../src/prebidGlobal.js';
import { start } from '../libraries/uid2/engine.js';
import type { Page } from '../libraries/uid2/sdkTypes.js';

export type { Uid2Callback, Uid2Cstg, Uid2Event, Uid2InitCallback, Uid2InitOptions, Uid2Sdk } from '../libraries/uid2/sdkTypes.js';

declare global {
  interface Window {
    __uid2?: Page['__uid2'];
    __uid2Helper?: Page['__uid2Helper'];
    __uid2SecureSignalProvider?: Page['__uid2SecureSignalProvider'];
  }
}

// after all that the page has set before it
getGlobal().que.push(start());
