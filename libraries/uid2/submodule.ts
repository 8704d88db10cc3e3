import { diiIn, type Dii } from './dii.js';
import { generate } from './generate.js';
import { refresh, type Fetch } from './operator.js';
import { attempt, identityFrom, type Loose } from './parse.js';
import { createSession } from './session.js';
import type { Person, Published } from './sessionTypes.js';
import { createStore, KEY } from './store.js';
import { webLock } from './lock.js';
import { pageWakeup } from './wakeup.js';
import type { StorageManager } from '../../src/storageManager.js';
import type { Config, Consent, IdResponse, Params, Said } from './submoduleTypes.js';

export type Connect = ReturnType<typeof createSubmodule>['connect'];

/** How long a request, or another tab's, may take, ms. */
const PATIENCE_MS = 5000;

// what Prebid may keep for us: nothing that could outlive a logout, yet decodable by Prebid's own module
const ID = { latestToken: {} };

// always the same, as a user named in new params is new
const NONE: Params = {};

/**
 * What Prebid asks of an ID submodule, on one session. `consent` says what consent rules are now,
 * `client` is `PrebidJS-<version>-UID2Module-<revision>`, `hash` Prebid's cyrb53Hash.
 */
export function createSubmodule(
  storage: StorageManager, fetch: Fetch, consent: () => Consent, client: string, warn: (message: string) => void, hash: (text: string, seed?: number) => string,
  now = Date.now, lock = webLock(PATIENCE_MS), wakeup = pageWakeup(KEY), random = Math.random,
) {
  /** What Prebid's config has, once Prebid has asked; what the page has said to the API of UID2's SDK; and both. */
  let configured: Params | undefined;
  let said: Said | undefined;
  let all: Params | undefined;
  let changed: (failure?: string) => void = () => {};
  /** What is to be done once consent is known. */
  let begin: (() => void) | undefined;
  let flaw: string | undefined;
  let last: string | undefined;
  let dii: Dii | undefined;
  let person: Person | undefined;

  const denial = ({ gdpr, coppa }: Consent = consent()) => (gdpr?.gdprApplies ? 'gdprApplies' : coppa ? 'coppa' : undefined);
  const cookieIn = () => all?.uid2Cookie ?? all?.uid2ServerCookie;

  const [prefer, valueIn, [read, ...store], places] = createStore(storage, now);
  const [look, renew, published, waiting, due, rest, disconnect, status, identity] = createSession(
    [() => (said?.aside?.() ? [] : read()), ...store],
    () => {
      if (!all) return;
      const { uid2Token } = all;
      const cookie = cookieIn();
      const token = identityFrom(uid2Token);
      const value = token ?? (cookie && valueIn(cookie)) ?? uid2Token;
      const identity = identityFrom(value);
      return [token || person ? 'params' : 'cookie', identity, flaw ?? (!identity && value ? `invalid uid2${uid2Token ? 'Token' : 'Cookie'}` : undefined), person,
        identity || person ? undefined : (value as Loose)?.advertising_token ?? flaw];
    },
    (identity, flight) => {
      const { uid2ApiBase: base = 'https://prod.uidapi.com', uid2ApiVersion } = all!;
      setTimeout(() => flight.abort(), PATIENCE_MS);
      return FEATURES.UID2_CSTG && !identity
        ? generate(fetch, base, all!.serverPublicKey!, all!.subscriptionId!, dii!, flight.signal, now())
        : refresh(fetch, base, client, uid2ApiVersion === 1, identity!, flight.signal);
    },
    () => (all!.refreshIntervalSeconds! > 0 ? all!.refreshIntervalSeconds! * 1000 : Infinity),
    denial,
    warn,
    lock,
    wakeup,
    now,
    random,
    (failure) => changed(failure),
  );

  /** Remembers the params; a user named there anew is new. */
  function take(given?: Params, anew = given !== configured) {
    all = { ...said, ...(configured = given) };
    if (FEATURES.UID2_CSTG) {
      const found = diiIn(all);
      // pages change what they have set
      const seen = JSON.stringify([found, all.serverPublicKey, all.subscriptionId]);
      if (anew || seen !== last) {
        last = seen;
        let value: string;
        [flaw, dii] = found;
        person = dii && ([, value] = dii, [value, (salt) => hash(value, salt), Number(hash(all.serverPublicKey! + all.subscriptionId))]);
      }
    } else {
      flaw = all.serverPublicKey && 'built without UID2_CSTG';
    }
  }

  /** What getId answers; by itself, as Prebid asks when the publisher sets `storage`, it requests nothing before Prebid calls back. */
  function extendId(config: Config, consentData?: Consent): IdResponse | undefined {
    begin?.();
    take(config.params ?? NONE);
    prefer((all!.storage ?? config.storage?.type) === 'cookie');
    const denied = denial(consentData);
    if (denied) {
      warn(`UID2: off, ${denied}`);
      rest();
      return;
    }
    look();
    return {
      id: ID,
      callback: waiting() && !(all!.bidWhileRefreshing && published()) ? (done) => renew().then(() => done(ID)) : undefined,
    };
  }

  function onDataDeletionRequest(config?: Config) {
    if (config?.params) take(config.params);
    attempt(look);
    disconnect(cookieIn());
  }

  return {
    extendId,

    getId(config: Config, consentData?: Consent) {
      const response = extendId(config, consentData);
      renew();
      return response;
    },

    /** Read by Prebid whenever it needs the ID, so always of this moment. */
    decode: () => ({
      get uid2(): Published | undefined {
        return published();
      },
    }),

    /** Whether the auction about to start needs another getId first. */
    due: () => attempt(due),

    onDataDeletionRequest,

    /** What is missing if Prebid has never asked, although the page has logged somebody in elsewhere. */
    status: () => (configured || denial() ? status() : { ...status(), reason: 'notConfigured' }),

    /** For the API of UID2's SDK: `listener` hears of what may be a change, `first` is called whenever Prebid knows consent; gives how to say more, and what is known. */
    connect(listener: (failure?: string) => void, first: () => void) {
      changed = listener;
      begin = first;
      return [(more: Said) => {
        said = more;
        take(configured, true);
        if (!configured) prefer(more.storage === 'cookie');
        attempt(look);
      }, () => disconnect(cookieIn()), look, renew, identity, status, denial, places] as const;
    },
  };
}
