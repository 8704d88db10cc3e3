import { MODULE_TYPE_UID } from '../../src/activities/modules.js';
import { fetch } from '../../src/ajax.js';
import { allConsent } from '../../src/consentHandler.js';
import { getStorageManager } from '../../src/storageManager.js';
import { cyrb53Hash, logWarn } from '../../src/utils.js';
import { createSdk, helper, STATUS, type Uid2Callback } from './sdk.js';
import { createSubmodule } from './submodule.js';

const storage = getStorageManager({ moduleType: MODULE_TYPE_UID, moduleName: 'uid2' });

/** The page's one session, whichever modules are built in. */
export const uid2 = createSubmodule(storage, fetch, allConsent.getConsentData, 'PrebidJS-$prebid.version$-UID2Module-2.0', logWarn, cyrb53Hash);

/** The API of UID2's SDK, `__uid2Helper`, and the statuses; see createSdk. */
export const sdkFor = (queued: Uid2Callback[], register: () => void) => [createSdk(uid2.connect, storage, queued, register, logWarn), helper, STATUS] as const;
