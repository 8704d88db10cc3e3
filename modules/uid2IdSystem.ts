/**
 * Gives auctions the reader's UID2 token, kept fresh by one request for all tabs, gone at logout and opt-out.
 * @module modules/uid2IdSystem
 * @requires module:modules/userId
 */
import adapterManager from '../src/adapterManager.js';
import { submodule } from '../src/hook.js';
import { startAuction } from '../src/prebid.js';
import { getGlobal } from '../src/prebidGlobal.js';
import { uid2 } from '../libraries/uid2/engine.js';
import type { Identity } from '../libraries/uid2/tokens.js';
import type { Status } from '../libraries/uid2/sessionTypes.js';
import type { Ext } from '../src/types/ortb/common.d.ts';
import type { IdProviderSpec } from './userId/spec.ts';
import type {} from './userId/index.ts';

export type Uid2Token = Identity;
export type Uid2Status = Status;
export type Uid2IdValue = {
  /** The advertising token, as the operator made it. */
  id?: string;
  optout?: true;
  ext?: Ext;
};

export type Uid2IdSystemParams = {
  /**
   * Base URL of the UID2 operator.
   * @default 'https://prod.uidapi.com'
   */
  uid2ApiBase?: string;
  /**
   * Version of the operator's API; 1 is for private operators only.
   * @default 2
   */
  uid2ApiVersion?: 1 | 2;
  /** The user's token: the `body` of an answer to `/token/generate` or `/token/refresh`. */
  uid2Token?: Uid2Token;
  /** Name of a first-party cookie that holds the user's token as JSON. Ignored when `uid2Token` is given. */
  uid2Cookie?: string;
  /** Older name of `uid2Cookie`, which goes first. */
  uid2ServerCookie?: string;
  /** For tokens that the module generates itself: the public key, as the UID2 portal gives it; needs `subscriptionId` and one of the next four. */
  serverPublicKey?: string;
  /** The subscription of that key. */
  subscriptionId?: string;
  /** The user's e-mail address; it is normalized and hashed here. */
  email?: string;
  /** The user's phone number as E.164 asks: `+` and 10 to 15 digits. */
  phone?: string;
  /** Base64 of the SHA-256 of the normalized e-mail address. */
  emailHash?: string;
  /** Base64 of the SHA-256 of the phone number. */
  phoneHash?: string;
  /**
   * Where the module keeps refreshed tokens.
   * @default 'localStorage', or the type in `userIds[].storage`
   */
  storage?: 'cookie' | 'localStorage';
  /**
   * Sends the token that is due for a refresh but still valid at once, instead of refreshing it first.
   * @default false
   */
  bidWhileRefreshing?: boolean;
  /** Refreshes at least this often, in seconds, while the page is visible; tokens say themselves when they are due. */
  refreshIntervalSeconds?: number;
};

declare module './userId/spec' {
  interface UserId {
    uid2: Uid2IdValue;
  }

  interface ProvidersToId {
    uid2: 'uid2';
  }

  interface ProviderParams {
    uid2: Uid2IdSystemParams;
  }
}

declare module '../src/prebidGlobal' {
  interface PrebidJS {
    uid2: {
      /**
       * Logs the user out: clears what the module, UID2's SDK and the publisher's cookie hold, and stops bidding until another token is supplied.
       * A `value` in the config (server-only mode) is not the module's to end.
       */
      disconnect(): void;
      /**
       * Says why there is, or is no, UID2 in the bids.
       */
      status(): Uid2Status;
    };
  }
}

// bid requests may hold anything that the page put there
type Loose = ReturnType<typeof JSON.parse>;

const MODULE_NAME = 'uid2';
const EID_SOURCE = 'uidapi.com';

export const uid2IdSubmodule = {
  name: MODULE_NAME,
  eids: {
    uid2: {
      source: EID_SOURCE,
      atype: 3,
      getValue: ({ id }: Uid2IdValue) => id,
      getUidExt: ({ ext }: Uid2IdValue) => ext,
    },
  },
  ...uid2,
} as unknown as IdProviderSpec<'uid2'>;

// ahead of userId's own hook, which waits for what is refreshed here
startAuction.before((next: (request: unknown) => void, request?: Loose) => {
  if (uid2.due()) getGlobal().refreshUserIds({ submoduleNames: [MODULE_NAME] });
  // Prebid 9 leaves in the page's ad units what it found for an earlier auction
  request?.adUnits?.forEach(({ bids }: Loose) => bids?.forEach((bid: Loose) => {
    delete bid.userId?.uid2;
    delete bid.userIdAsEids;
  }));
  next(request);
}, 110);

// Prebid 10 dropped bidRequest.userId, which some adapters still read
adapterManager.makeBidRequests.after((next, bidderRequests) => {
  bidderRequests.forEach(({ bids, ortb2 }: Loose) => {
    const id = ortb2?.user?.ext?.eids?.find?.((eid: Loose) => eid?.source === EID_SOURCE)?.uids?.[0]?.id;
    if (id) bids.forEach((bid: Loose) => { bid.userId = { uid2: { id }, ...bid.userId }; });
  });
  next(bidderRequests);
});

getGlobal().uid2 = { disconnect: uid2.onDataDeletionRequest, status: uid2.status };

submodule('userId', uid2IdSubmodule);
