/**
 * Gives auctions the reader's UID2 token, kept fresh by one request for all tabs, gone at logout and opt-out.
 * @module modules/uid2IdSystem
 * @requires module:modules/userId
 */
import adapterManager from '../src/adapterManager.js';
import { fetch } from '../src/ajax.js';
import { config } from '../src/config.js';
import { submodule } from '../src/hook.js';
import { startAuction, type StartAuctionOptions } from '../src/prebid.js';
import { getGlobal } from '../src/prebidGlobal.js';
import { UID2_EIDS } from '../libraries/uid2Eids/uid2Eids.js';
import { clearOldIds, isOffered, giveToken } from '../libraries/uid2Session/bids.js';
import { uid2, useFetch } from '../libraries/uid2Session/engine.js';
import type { Identity } from '../libraries/uid2Session/identity.js';
import type { Status } from '../libraries/uid2Session/status.js';
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
  /** The reader's token: the `body` of an answer to `/token/generate` or `/token/refresh`. */
  uid2Token?: Uid2Token | { status: 'optout' } | null;
  /** Name of a first-party cookie that holds the reader's token as JSON. Counts unless `uid2Token` can be used. */
  uid2Cookie?: string;
  /** Older name of `uid2Cookie`. If both are set, `uid2Cookie` counts. */
  uid2ServerCookie?: string;
  /**
   * For tokens that the module generates itself: the public key, as the UID2 portal gives it.
   * Needs `subscriptionId` and one of the next four.
   */
  serverPublicKey?: string;
  /** The subscription of that key. */
  subscriptionId?: string;
  /** The reader's e-mail address; it is normalized and hashed here. */
  email?: string;
  /** The reader's phone number as E.164 asks: `+` and 10 to 15 digits. */
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
       * Logs the reader out: clears what the module, UID2's SDK and the publisher's cookie hold, and stops bidding
       * until another token is supplied.
       * A `value` in the config (server-only mode) is not the module's to end.
       */
      disconnect(): void;
      /** Says why there is, or is no, UID2 in the bids. */
      status(): Uid2Status;
    };
  }
}

const MODULE_NAME = 'uid2';
/** Prebid's userId module takes what its auction waits for as a further argument; it is forwarded to there. */
type Next = (request?: StartAuctionOptions, waits?: { getIds(): Promise<unknown> }) => void;

/** Ahead of Prebid's own hook, which waits for IDs and then puts the eids together. */
const BEFORE_USER_ID = 110;

export const uid2IdSubmodule: IdProviderSpec<'uid2'> = {
  name: MODULE_NAME,
  disclosureURL: 'local://modules/uid2IdSystem.json',
  // Prebid's types have `atype` as text; it is sent as a number
  eids: { ...UID2_EIDS as object },
  getId: uid2.getId,
  extendId: uid2.extendId,
  decode: () => uid2.decode() as { uid2: Uid2IdValue },
  onDataDeletionRequest: uid2.onDataDeletionRequest,
};

// setConfig and mergeConfig are heard here, as Prebid asks only for a new entry; without userIds they change none
config.getConfig('userSync', ({ userSync }) => {
  if (userSync?.userIds) uid2.configure(userSync.userIds, userSync.retainConfig);
});

startAuction.before((next: Next, request?: StartAuctionOptions) => {
  if (uid2.mayStart()) clearOldIds(request);
  const hold = uid2.hold();
  // beside Prebid's own wait for other IDs, and under its limit
  if (hold) next(request, { getIds: () => Promise.all([getGlobal().getUserIdsAsync(), hold]) });
  else next(request);
}, BEFORE_USER_ID);

adapterManager.makeBidRequests.before((next, ...given) => {
  // the sixth argument has the eids of all bidders
  uid2.auctionBegins(isOffered(given[5]));
  next(...given);
});

adapterManager.makeBidRequests.after((next, bidderRequests) => {
  uid2.requestsMade(giveToken(bidderRequests));
  next(bidderRequests);
});

useFetch(fetch);
getGlobal().uid2 = { disconnect: () => uid2.onDataDeletionRequest(), status: uid2.status };

submodule('userId', uid2IdSubmodule);
