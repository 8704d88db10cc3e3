import { MODULE_TYPE_UID } from '../../src/activities/modules.js';
import { fetch } from '../../src/ajax.js';
import { allConsent } from '../../src/consentHandler.js';
import { getStorageManager } from '../../src/storageManager.js';
import { cyrb53Hash, logWarn } from '../../src/utils.js';
import { createSubmodule } from './submodule.js';
import { startSdk } from './sdk.js';

const storage = getStorageManager({ moduleType: MODULE_TYPE_UID, moduleName: 'uid2' });

/** The page's one session, whichever modules are built in. */
export const uid2 = createSubmodule(storage, fetch, allConsent.getConsentData, 'PrebidJS-$prebid.version$-UID2Module-2.0', logWarn, cyrb53Hash);

/** Gives the page the API of UID2's SDK; see startSdk. What is returned is to be called when the page's queue has run. */
export function start() {
  const begin = startSdk(uid2.connect, logWarn);
  return () => allConsent.promise.then(begin);
}
