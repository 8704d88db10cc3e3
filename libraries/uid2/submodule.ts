import { refresh, type Fetch } from './operator.js';
import { createSession, type Published } from './session.js';
import { createStore } from './store.js';
import type { StorageManager } from '../../src/storageManager.js';
import type { Identity } from './tokens.js';

/** The part of the module's params that matters here; the public type is in modules/uid2IdSystem.ts. */
export type Params = {
  uid2ApiBase?: string;
  uid2ApiVersion?: 1 | 2;
  uid2Token?: Identity;
  uid2Cookie?: string;
  uid2ServerCookie?: string;
  storage?: 'cookie' | 'localStorage';
  bidWhileRefreshing?: boolean;
};

export type Config = { params?: Params; storage?: { type: string } };

type Consent = { gdpr?: { gdprApplies?: boolean }; coppa?: boolean };

type Response = { id?: object; callback?(done: (id?: object) => void): void };

/**
 * What Prebid asks of an ID submodule, on one session. `consent` says what consent rules are now,
 * `client` is `PrebidJS-<version>-UID2Module-<revision>`.
 */
export function createSubmodule(
  storage: StorageManager, fetch: Fetch, consent: () => Consent, client: string, warn: (message: string) => void, now = Date.now,
) {
  let params: Params | undefined;

  const denial = ({ gdpr, coppa }: Consent = consent()) => (gdpr?.gdprApplies ? 'gdprApplies' : coppa ? 'coppa' : undefined);
  const cookieIn = () => params?.uid2Cookie ?? params?.uid2ServerCookie;

  const store = createStore(storage, now);
  const session = createSession(
    store,
    () => {
      const cookie = cookieIn();
      return params && (params.uid2Token ? ['params', params.uid2Token] : cookie ? ['cookie', store.cookie(cookie)] : ['none', undefined]);
    },
    (identity, signal) => refresh(fetch, params!.uid2ApiBase ?? 'https://prod.uidapi.com', client, params!.uid2ApiVersion === 1, identity, signal),
    denial,
    warn,
    now,
  );

  function resume(config: Config, consentData?: Consent): Response | undefined {
    const denied = denial(consentData);
    if (denied) {
      warn(`UID2: off, ${denied}`);
      session.suspend();
      return;
    }
    params = config.params ?? {};
    store.prefer((params.storage ?? config.storage?.type) === 'cookie');
    session.look();
    // without storage of Prebid's own, an id that says nothing yet keeps decode's live answer in place
    return { id: session.record() ?? (config.storage ? undefined : {}) };
  }

  return {
    getId(config: Config, consentData?: Consent) {
      const response = resume(config, consentData);
      const renewal = response && session.renew();
      if (renewal && !(params!.bidWhileRefreshing && session.published())) response.callback = (done) => renewal.then(done);
      return response;
    },

    /** Prebid stores our record when the publisher sets `storage`, then asks for it here on later pages; nothing is requested. */
    extendId: resume,

    /** Read by Prebid whenever it needs the ID, so always of this moment. */
    decode: () => ({
      get uid2(): Published | undefined {
        return session.published();
      },
    }),

    /** Whether the auction about to start needs another getId first. */
    due: session.due,

    onDataDeletionRequest(config?: Config) {
      params = config?.params ?? params;
      session.disconnect(cookieIn());
    },
    status: session.status,
  };
}
