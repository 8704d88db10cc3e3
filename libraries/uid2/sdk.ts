import { base64From } from './bytes.js';
import { asEmail, asPhone } from './dii.js';
import { attempt, identityFrom, jsonFrom } from './parse.js';
import { OPTOUT_MS, type Identity } from './tokens.js';
import type { createSubmodule, Said } from './submodule.js';
import type { StorageManager } from '../../src/storageManager.js';

export type Uid2Event = 'SdkLoaded' | 'InitCompleted' | 'IdentityUpdated' | 'OptoutReceived';
export type Uid2Callback = (event: Uid2Event, payload: { identity?: Identity | null }) => void;
export type Uid2InitCallback = (state: { advertisingToken?: string; advertising_token?: string; status: number; statusText: string }) => void;
export type Uid2InitOptions = {
  identity?: Identity | null;
  /** Base URL of the UID2 operator. */
  baseUrl?: string;
  /** Told how it stands after `init` and after a refresh; events say more. */
  callback?: Uid2InitCallback;
  /** Ms, at least 1000. Checked, and not used: how long to wait after a failure is the engine's to say. */
  refreshRetryPeriod?: number;
  cookieDomain?: string;
  /** Kept, and not used: the cookie is for all paths. */
  cookiePath?: string;
  /** Keeps the identity in a cookie instead of localStorage. */
  useCookie?: boolean;
};
export type Uid2Cstg = { serverPublicKey: string; subscriptionId: string };

const KEYS = ['UID2-sdk-identity', '__uid_2'];
const HOUR_MS = 3600e3;

export const STATUS = { ESTABLISHED: 0, REFRESHED: 1, EXPIRED: 100, NO_IDENTITY: -1, INVALID: -2, REFRESH_EXPIRED: -3, OPTOUT: -4 };
const STATUS_IN = { none: -1, fresh: 0, stale: 0, expired: 100, dead: -3, optedOut: -4 };

const hashOf = async (text: string) => new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));

/** `window.__uid2Helper`. */
export const helper = {
  normalizeEmail: (email: string) => attempt(asEmail, email) || undefined,
  isNormalizedPhone: (phone: string) => !!asPhone(phone),
  /** SHA-256, hexadecimal; normalizes nothing. */
  hashIdentifier: async (text: string) => Array.from(await hashOf(text), (byte) => (byte + 256).toString(16).slice(1)).join(''),
  /** SHA-256, base64; normalizes nothing. */
  hashAndEncodeIdentifier: async (text: string) => base64From(await hashOf(text)),
};

/**
 * What UID2's JavaScript SDK offers pages, on the session that bids. `callbacks` are those that the page has set before,
 * `register` tells Google Secure Signals of an identity, `warn` hears of failures and of callbacks that throw.
 */
export function createSdk(
  connect: ReturnType<typeof createSubmodule>['connect'], storage: StorageManager, callbacks: Uid2Callback[], register: () => void, warn: (message: string) => void,
) {
  const [say, renew, published, latest, status, logOut] = connect(changed);
  const legacy: Uid2InitCallback[] = [];
  const started: (() => void)[] = [];
  const aborts = new Set<(reason: Error) => void>();
  let options: Uid2InitOptions = {};
  let said: Said | undefined;
  let done = false;
  /** Not to tell of what is being said just now. */
  let quiet = false;
  /** What the page has been told of: the token or the opt-out, and (by the time of the next try) a failure. */
  let shown: string | true | undefined;
  let failed = 0;

  const identity = () => ((published() as { id?: string })?.id ? { ...latest() } : null);
  const state = () => status().state;
  const isDenied = () => /gdpr|coppa/.test(status().reason);
  const isOut = () => state() === 'optedOut';
  const seen = () => (isOut() ? 'optout' : identity()?.advertising_token);

  const call = <Args extends unknown[]>(listeners: ((...args: Args) => void)[], ...args: Args) => listeners.slice().forEach((listener) => {
    try {
      listener(...args);
    } catch (e) {
      warn('UID2: a callback failed');
    }
  });
  const emit = (event: Uid2Event) => callbacks.slice().forEach((callback) => call([callback], event, { identity: identity() }));
  const update = () => emit('IdentityUpdated');
  const tell = (code: number) => {
    const token = identity()?.advertising_token;
    call(legacy, { advertisingToken: token, advertising_token: token, status: code, statusText: status().reason });
  };

  /** Keeps it as the SDK does, which so finds the user still logged in when it comes back; times are Unix ms. */
  function keep(value: { refresh_expires?: number }, suffix = '') {
    if (isDenied()) return;
    const text = JSON.stringify(value);
    attempt(() => (options.useCookie
      ? storage.setCookie(KEYS[1] + suffix, text, new Date(value.refresh_expires ?? Date.now() + 9999 * HOUR_MS).toUTCString(), 'Lax', options.cookieDomain)
      : storage.setDataInLocalStorage(KEYS[0] + suffix, text)));
  }
  const kept = (suffix: string) => (isDenied() ? undefined
    : jsonFrom(attempt(() => storage.getDataFromLocalStorage(KEYS[0] + suffix))) ?? jsonFrom(attempt(() => storage.getCookie(KEYS[1] + suffix))));

  /** Whether the identity outlives the one in use, which may be lent by the SDK's storage. */
  const isNewer = (given?: Identity) => given && !(latest().refresh_token && latest().identity_expires >= given.identity_expires);

  function change(more: Said, ask?: boolean) {
    quiet = true;
    const settled = say(said = more, ask);
    quiet = false;
    return settled;
  }

  /** Before anything else: what is stored counts without any `init`. */
  function begin() {
    if (said) return;
    change({}, false);
    const time = Date.now();
    // the oldest cookies hold only the two tokens
    const uid2Token = identityFrom({ refresh_from: time, identity_expires: time + 4 * HOUR_MS, refresh_expires: time + 168 * HOUR_MS, ...kept('') });
    if (isNewer(uid2Token)) change({ uid2Token }, false);
  }

  /** Remembers what is in use, and keeps it as the SDK does. */
  function remember() {
    const current = identity();
    shown = seen();
    if (!current) return;
    keep(current);
    call([register]);
  }

  function changed() {
    const { lastError, nextRefresh } = status();
    if (quiet || !done) return;
    if (seen() !== shown) {
      // another tab's logout came after we had kept something
      if (state() === 'none' && kept('')?.advertising_token === shown) attempt(() => (options.useCookie ? keep({ refresh_expires: 1 }) : storage.removeDataFromLocalStorage(KEYS[0])));
      // once, as each page would begin the 72 hours anew
      if (isOut()) keep({ status: 'optout', refresh_expires: Date.now() + OPTOUT_MS } as object);
      remember();
      if (shown) tell(isOut() ? -4 : 1);
      if (isOut()) emit('OptoutReceived');
      update();
    } else if (lastError && nextRefresh! > Math.max(Date.now(), failed + 1000)) {
      // not while it is tried again
      failed = nextRefresh!;
      warn(`UID2: ${lastError}`);
      update();
    }
  }

  function abort() {
    aborts.forEach((reject) => reject(new Error('UID2 SDK aborted.')));
    aborts.clear();
  }

  /** Settles as the action does, unless a logout or another identity comes first. */
  const abortable = <T>(action: () => Promise<T>) => new Promise<T>((resolve, reject) => {
    aborts.add(reject);
    action().then(resolve, reject).then(() => aborts.delete(reject));
  });

  const common = (): Said => ({ uid2ApiBase: options.baseUrl, storage: options.useCookie ? 'cookie' : undefined });

  function init(given: Uid2InitOptions = {}) {
    const { callback, identity: wanted, ...rest } = Object(given) as Uid2InitOptions;
    const { refreshRetryPeriod: period = 5000 } = rest;
    if (given !== Object(given) || !/^[fu]/.test(typeof callback) || typeof period !== 'number') throw new TypeError('UID2: bad init options');
    if (period < 1000) throw new RangeError('UID2: refreshRetryPeriod under 1000');
    begin();
    options = { ...options, ...rest };
    keep(options as object, '_config');
    const uid2Token = identityFrom({ ...wanted });
    done = true;
    change({ ...said, ...common(), ...(isNewer(uid2Token) && { uid2Token }) });
    remember();
    if (callback) legacy.push(callback);
    if (!shown && state() !== 'expired') update();
    if (!isOut()) tell(wanted && !uid2Token && !shown ? -2 : STATUS_IN[state()]);
    emit('InitCompleted');
    if (isOut()) emit('OptoutReceived');
    call(started.splice(0));
  }

  /** What goes for any user; says that there is another now. */
  const anew = (): Said => {
    if (!done) throw new Error('UID2: init first');
    abort();
    return common();
  };

  const setFrom = (param: 'email' | 'emailHash' | 'phone' | 'phoneHash', noun: string) => async (value: string, cstg: Uid2Cstg) => {
    const next = { ...anew(), ...cstg, [param]: value };
    return abortable(async () => {
      await change(next);
      changed();
      const { reason } = status();
      if (/^invalid s|^built/.test(reason)) throw new TypeError(`UID2: ${reason}`);
      if (!seen()) throw new Error(/^inv/.test(reason) ? `Invalid ${noun}` : `UID2: ${reason}`);
    });
  };

  function getIdentity() {
    begin();
    return identity();
  }

  return {
    callbacks: Object.assign(callbacks, {
      push(...added: Uid2Callback[]) {
        added.forEach((listener) => {
          call([listener], 'SdkLoaded', {});
          if (done) call([listener], 'InitCompleted', { identity: identity() });
          callbacks[callbacks.length] = listener;
        });
        return callbacks.length;
      },
    }),
    init,
    getIdentity,
    getAdvertisingToken: () => getIdentity()?.advertising_token,
    getAdvertisingTokenAsync: () => abortable(async () => {
      if (!done) await new Promise<void>((resolve) => { started.push(resolve); });
      await renew();
      const token = identity()?.advertising_token;
      if (!token) throw new Error(`UID2: ${status().reason}`);
      return token;
    }),
    setIdentity(given: Identity) {
      const next = anew();
      const uid2Token = identityFrom({ ...given });
      if (!uid2Token) return tell(-2);
      change({ ...next, uid2Token });
      remember();
      tell(STATUS_IN[state()]);
      update();
    },
    setIdentityFromEmail: setFrom('email', 'email address'),
    setIdentityFromEmailHash: setFrom('emailHash', 'hash'),
    setIdentityFromPhone: setFrom('phone', 'phone number'),
    setIdentityFromPhoneHash: setFrom('phoneHash', 'hash'),
    isLoginRequired: () => !getIdentity() && state() !== 'expired',
    isIdentityAvailable: () => !!getIdentity() || status().reason === 'refreshing',
    isInitComplete: () => done,
    hasOptedOut: () => (done ? isOut() : undefined),
    disconnect() {
      abort();
      shown = quiet = true;
      logOut();
      quiet = false;
      if (said) said = common();
      changed();
    },
    /** Begins by itself where an earlier page has. */
    resume() {
      call(callbacks, 'SdkLoaded', {});
      const config = kept('_config');
      if (config && !done) attempt(init, config as Uid2InitOptions);
    },
  };
}
