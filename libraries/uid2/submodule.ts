import { webLock } from './lock.js';
import { refresh, type Fetch } from './operator.js';
import { identityFrom } from './parse.js';
import { createSession } from './session.js';
import { createStore, type Store } from './store.js';
import type { StorageManager } from '../../src/storageManager.js';
import type { Source, Supply } from './sources.js';
import type { Identity, Published } from './tokens.js';

/** How long another tab may keep us waiting for the lock, ms. */
const LOCK_WAIT_MS = 2000;

/** The part of the module's params that matters here; the public type is in modules/uid2IdSystem.ts. */
export type Params = {
  uid2ApiBase?: string;
  uid2ApiVersion?: 1 | 2;
  uid2Token?: Identity;
  uid2Cookie?: string;
  uid2ServerCookie?: string;
  storage?: 'cookie' | 'localStorage';
  bidWhileRefreshing?: boolean;
  refreshIntervalSeconds?: number;
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
export function createSubmodule({ storage, fetch, consent, client, warn, now }: Deps) {
  const store = createStore(storage, now);
  const session = createSession({ store, lock: webLock(LOCK_WAIT_MS), denial: () => denialIn(consent()), now });
  /** The renewal that Prebid itself is waiting for. */
  let awaited: Promise<void> | undefined;
  let bidWhileRefreshing: boolean | undefined;

  /** The renewal that an auction has to wait for. */
  const held = (renewal: Promise<void> | undefined) => (bidWhileRefreshing && session.published() ? undefined : renewal);

  function resume({ params = {}, storage }: Config, consentData?: Consent) {
    const denied = denialIn(consentData);
    if (denied) {
      warn(`${denied}: UID2 is not for this visitor, nothing is read or sent`);
      session.suspend();
      return;
    }
    const operator = { fetch, base: params.uid2ApiBase ?? 'https://prod.uidapi.com', client, version: params.uid2ApiVersion };
    const cookie = params.uid2Cookie ?? params.uid2ServerCookie;
    ({ bidWhileRefreshing } = params);
    store.prefer((params.storage ?? storage?.type) === 'cookie');
    const { flaw, source } = session.use({
      supply: () => suppliedBy(params, cookie, store),
      refresh: (identity, signal) => refresh(operator, identity, signal),
      cookie,
      refreshEvery: params.refreshIntervalSeconds! > 0 ? params.refreshIntervalSeconds! * 1000 : Infinity,
    });
    if (flaw) warn(`the token in ${source} lacks a field or has a wrong one; it must be the body of a /token/generate answer`);
    // without storage of Prebid's own, an id that says nothing yet keeps decode's live answer in place
    return { id: session.record() ?? (storage ? undefined : {}) };
  }

  return {
    getId(config: Config, consentData?: Consent) {
      const response = resume(config, consentData);
      const renewal = response && !document.hidden && held(session.renew());
      return renewal ? {
        ...response,
        callback(done: (id?: object) => void) {
          awaited = renewal;
          renewal.then(() => done(session.published() && session.record()));
        },
      } : response;
    },

    /** Prebid stores our record when the publisher sets `storage`, then asks for it here on later pages. */
    extendId: resume,

    /** Read by Prebid whenever it needs the ID, so always of this moment. */
    decode: () => ({
      get uid2(): Published | undefined {
        return session.published();
      },
    }),

    /** What an auction that is about to start should wait for, unless Prebid does so already. */
    beforeAuction(): Promise<void> | undefined {
      const renewal = session.awake();
      return renewal === awaited ? undefined : held(renewal);
    },

    disconnect: (config?: Config) => session.disconnect(config?.params?.uid2Cookie ?? config?.params?.uid2ServerCookie),
    status: session.status,
  };
}

function suppliedBy({ uid2Token }: Params, cookie: string | undefined, store: Store): Supply {
  const [source, value]: [Source, unknown] = uid2Token ? ['params', uid2Token] : cookie ? ['cookie', store.cookie(cookie)] : ['none', undefined];
  const supplied = identityFrom(value);
  return { source, supplied, flaw: value && !supplied ? 'invalidToken' : undefined };
}
