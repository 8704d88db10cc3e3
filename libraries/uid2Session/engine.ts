import { activityParams } from '../../src/activities/activityParams.js';
import { MODULE_TYPE_BIDDER, MODULE_TYPE_UID } from '../../src/activities/modules.js';
import { isActivityAllowed } from '../../src/activities/rules.js';
import { config } from '../../src/config.js';
import { allConsent, gdprDataHandler, gppDataHandler, uspDataHandler } from '../../src/consentHandler.js';
import { getStorageManager } from '../../src/storageManager.js';
import { cyrb53Hash, logWarn } from '../../src/utils.js';
import { createDoor } from './door.js';
import type { Fetch } from './operator.js';

const storage = getStorageManager({ moduleType: MODULE_TYPE_UID, moduleName: 'uid2' });

/** Of the site: what two sites note of one reader or token has nothing in common. */
const SALT = Number(cyrb53Hash(location.host));

/** The module brings it along: a library that imports Prebid's `fetch` cannot be told from its caller. */
let prebidsFetch: Fetch;

/** Whether each consent platform that Prebid looks for has answered, be it that there is nothing to say. */
const isConsentKnown = () => [gdprDataHandler, gppDataHandler, uspDataHandler]
  .every(({ enabled, generatedTime }) => !enabled || generatedTime);

/** Gives the engine Prebid's `fetch`. */
export function useFetch(fetch: Fetch): void {
  prebidsFetch = fetch;
}

/** This Prebid's one session, whichever modules are built in. */
export const uid2 = createDoor({
  storage,
  fetch: (url, options) => prebidsFetch(url, options),
  consent: allConsent.getConsentData,
  isConsentKnown,
  isAllowed: (activity, cookie) => isActivityAllowed(activity, activityParams(MODULE_TYPE_UID, 'uid2', {
    init: false, ...(cookie !== undefined && { storageType: 'cookie', storageKey: cookie, write: false }),
  })),
  isSendable: (bidder) => isActivityAllowed('transmitEids', activityParams(MODULE_TYPE_BIDDER, bidder)),
  auctionDelay: () => config.getConfig('userSync')?.auctionDelay ?? 0,
  client: 'PrebidJS-$prebid.version$-UID2Module-2.0',
  warn: logWarn,
  hash: (text, salt = SALT) => cyrb53Hash(text, salt),
});
