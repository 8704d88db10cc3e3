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

export type Deps = {
  storage: StorageManager;
  fetch: Fetch;
  /** What consent rules say now. */
  consent(): Consent;
  client: string;
  warn(message: string): void;
  now?(): number;
};

const denialIn = (consent?: Consent) => (consent?.gdpr?.gdprApplies ? 'gdprApplies' : consent?.coppa ? 'coppa' : undefined);

/** What Prebid asks of an ID submodule, on one session. */
export function createSubmodule({ storage, fetch, consent, client, warn, now = Date.now }: Deps) {
  const store = createStore(storage, now);
  const session = createSession(store, () => denialIn(consent()), now);
  let params: Params = {};

  const cookieIn = ({ uid2Cookie, uid2ServerCookie }: Params = params) => uid2Cookie ?? uid2ServerCookie;

  function resume({ params: given = {}, storage }: Config, consentData?: Consent) {
    const denied = denialIn(consentData);
    if (denied) {
      warn(`${denied}, so nothing is read or sent`);
      session.suspend();
      return;
    }
    params = given;
    const { uid2Token, uid2ApiBase = 'https://prod.uidapi.com', uid2ApiVersion } = params;
    const cookie = cookieIn();
    store.prefer((params.storage ?? storage?.type) === 'cookie');
    const flawed = session.use(
      () => (uid2Token ? ['params', uid2Token] : cookie ? ['cookie', store.cookie(cookie)] : ['none', undefined]),
      (identity, signal) => refresh(fetch, uid2ApiBase, client, uid2ApiVersion === 1, identity, signal),
    );
    if (flawed) warn('the token in params or cookie is none: a field is missing or wrong');
    // without storage of Prebid's own, an id that says nothing yet keeps decode's live answer in place
    return { id: session.record() ?? (storage ? undefined : {}) };
  }

  return {
    getId(config: Config, consentData?: Consent) {
      const response = resume(config, consentData);
      const renewal = response && session.renew();
      return renewal && !(params.bidWhileRefreshing && session.published()) ? {
        ...response,
        callback: (done: (id?: object) => void) => renewal.then(() => done(session.record())),
      } : response;
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

    disconnect: (config?: Config) => session.disconnect(cookieIn(config?.params)),
    status: session.status,
  };
}
