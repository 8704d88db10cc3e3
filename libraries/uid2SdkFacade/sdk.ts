import { EventType, IdentityStatus, STATUS_IN } from './sdkStatics.js';
import { helper } from './sdkHelper.js';
import { diiIn } from '../uid2Session/dii.js';
import { attempt, identityFrom, jsonFrom, type Loose } from '../uid2Session/parse.js';
import { OPTOUT_MS, type Identity } from '../uid2Session/identity.js';
import { SDK_KEYS } from '../uid2Session/lent.js';
import type { Page, Uid2Callback, Uid2Cstg, Uid2Event, Uid2InitOptions, Uid2Sdk } from './sdkTypes.js';
import { connect, type Said } from './connect.js';
import type { Parts } from '../uid2Session/parts.js';

/** Of events, or of what a status has become. */
type Listener = (event: ReturnType<typeof JSON.parse>, payload: { identity?: Identity | null }) => void;

const HOUR_MS = 3600e3;
// a date that every browser makes the last that it allows
const FOREVER = 1e13;

/**
 * Gives the page what UID2's JavaScript SDK offers, on the session that bids; or, where that SDK is, leaves it alone and follows it.
 * `warn` hears of failures, and of callbacks that throw. Nothing is read, kept or asked before what it returns is called.
 */
export function startSdk(door: Parts, warn: (message: string) => void) {
  const page: Page = window;
  const { say, disconnect: logOut, look, renew, identity: latest, decision: status, denial, places } = connect(door, { changed, known: begin });
  const theirs = page.__uid2;
  const callbacks = theirs?.callbacks ?? [];
  const legacy: Listener[] = [];
  let options: Uid2InitOptions = {};
  let said: Said | undefined;
  /** The calls of `init` that wait until consent is known; nothing from then on. */
  let calls: Uid2InitOptions[] | undefined = [];
  /** Ends what is awaited when it changes. */
  let turn = 0;
  /** What the page has been told of: the token, or else the status; 1 of a user whom it has named itself; nothing before `init`. */
  let shown: unknown;

  /** The SDK's status; undefined while the token is valid. */
  const code = () => {
    // before anything else: what is stored counts without any `init`, and the oldest cookies hold only the two tokens
    if (!said && !calls && !denial()) offer({ refresh_from: 1, identity_expires: Date.now() + 4 * HOUR_MS, refresh_expires: Date.now() + 168 * HOUR_MS, ...kept() });
    return STATUS_IN[status().state];
  };
  const identity = () => (code() ? null : { ...latest() } as Identity);
  const token = () => identity()?.advertising_token;
  const register = () => page.__uid2SecureSignalProvider?.registerSecureSignalProvider();

  const emit = (event: Uid2Event | number, listeners: Listener[] = callbacks, payload?: object) => listeners.slice().forEach((listener) => {
    try {
      listener(event, payload ?? { identity: identity() });
    } catch (e) {
      warn('UID2: see callbacks');
    }
  });

  /** Keeps it as the SDK does, which so finds the user still logged in when it comes back; times are Unix ms. */
  function keep(value: { refresh_expires?: number }, suffix = '') {
    const at = options.useCookie ? 1 : 0;
    // localStorage takes no notice of the rest
    places[at].set(SDK_KEYS[at] + suffix, JSON.stringify(value), value.refresh_expires ?? FOREVER, options.cookieDomain);
  }
  /** What was kept; where consent rules forbid to look, their name. */
  const kept = (suffix = '') => places.reduce((found, place, at) => found ?? jsonFrom(place.get(SDK_KEYS[at] + suffix)), denial() as unknown as Loose);

  const change = (more?: Said) => say(said = { ...more, uid2ApiBase: options.baseUrl, storage: (options.useCookie && 'cookie') as 'cookie' });

  /** Takes an identity that outlives the one in use, which may be lent by the SDK's storage. */
  function offer(given: unknown, anyway?: boolean) {
    const uid2Token = identityFrom({ ...given as Identity });
    change(said);
    if (uid2Token && (anyway || !(latest().refresh_token && (latest().identity_expires ?? 0) >= uid2Token.identity_expires))) {
      shown &&= 1;
      change({ uid2Token });
    }
    return uid2Token;
  }

  /** Remembers what is in use, and keeps it as the SDK does. */
  function remember() {
    shown = token() ?? code();
    if (code()) return;
    // what is only lent has its whole there already
    if (latest().refresh_token) keep(latest());
    attempt(register);
  }

  function changed(failure?: string) {
    if (!shown) return;
    if ((token() ?? code()) !== shown) {
      const now = code() ?? +(shown !== 1);
      // once, as each page would begin the 72 hours anew
      if (now === -4) keep({ status: 'optout', refresh_expires: Date.now() + OPTOUT_MS } as object);
      remember();
      if (now !== -1) emit(now, legacy);
      if (now === -4) emit('OptoutReceived');
    } else if (failure) warn(`UID2: ${failure}`);
    else return;
    emit('IdentityUpdated');
  }

  /** The token, once this is over; an Error where there is none by then (and this status does not do as well), or a logout or another user has come before. */
  async function outcome(awaited: Promise<unknown>, fine?: number) {
    const mine = turn;
    await awaited;
    if (mine < turn) throw Error('UID2 SDK aborted.');
    if ((code() ?? fine) !== fine) throw Error(status().reason);
    return token()!;
  }

  function init(given: Uid2InitOptions) {
    const { callback, identity: wanted, ...rest } = given;
    const { refreshRetryPeriod: period = 5000 } = rest;
    const Wrong = given !== Object(given) || !(callback === undefined || callback.call) || period !== +period ? TypeError : period < 1000 && RangeError;
    if (Wrong) throw Wrong('UID2: see init');
    if (calls) {
      calls.push(given);
      return;
    }
    code();
    options = { ...options, ...rest };
    if (!denial()) keep(options as object, '_config');
    shown = 0;
    const taken = offer(wanted);
    remember();
    if (callback) {
      legacy.push((state: number) => callback({ advertisingToken: token(), advertising_token: token(), status: state, statusText: status().reason }));
    }
    const now = code() ?? 0;
    if (now !== -4) {
      if (now < 0) emit('IdentityUpdated');
      emit(wanted && !taken ? -2 : now, legacy);
    }
    renew();
    emit('InitCompleted');
    if (now === -4) emit('OptoutReceived');
  }

  /** Says that there is another user now. */
  function anew() {
    if (!shown) throw Error('UID2: see init');
    turn++;
  }

  const setFrom = (param: 'email' | 'emailHash' | 'phone' | 'phoneHash', noun: string) => async (value: string, cstg: Uid2Cstg) => {
    anew();
    if (!FEATURES.UID2_CSTG) throw TypeError('UID2: built without UID2_CSTG');
    const more = { ...cstg, [param]: value };
    const { flaw, dii } = diiIn(more);
    if (!dii) throw / s/.test(flaw!) ? TypeError(flaw) : Error(`Invalid ${noun}`);
    change(more);
    await outcome(renew(), -4);
  };

  /** Does, once, what had to wait until consent is known. */
  function begin() {
    const waiting = calls;
    calls = undefined;
    if (!waiting) return;
    if (theirs?.init) {
      // UID2's own SDK knows who the user is; we look whenever it says something, and leave when it does
      let known: unknown;
      const aside = () => (known = theirs.getIdentity!() || theirs.hasOptedOut?.());
      say({ isAside: () => !!aside() });
      theirs.callbacks!.push(() => {
        if (known && !aside() && theirs.isLoginRequired!()) logOut();
        look();
      });
      return;
    }
    waiting.forEach(init);
    // throws where nothing is kept
    if (!shown) attempt(init, kept('_config') as Uid2InitOptions);
  }

  if (theirs?.init) return begin;
  callbacks.push = (...added) => {
    emit('SdkLoaded', added, {});
    if (shown) emit('InitCompleted', added);
    return ([] as Uid2Callback[]).push.apply(callbacks, added);
  };

  const sdk: Uid2Sdk = {
    callbacks,
    init,
    getIdentity: identity,
    getAdvertisingToken: token,
    getAdvertisingTokenAsync: () => outcome(shown ? renew() : new Promise<unknown>((resolve) => { callbacks[callbacks.length] = resolve; }).then(renew)),
    setIdentity(given) {
      anew();
      if (!offer(given, true)) emit(-2, legacy);
      renew();
    },
    setIdentityFromEmail: setFrom('email', 'email address'),
    setIdentityFromEmailHash: setFrom('emailHash', 'hash'),
    setIdentityFromPhone: setFrom('phone', 'phone number'),
    setIdentityFromPhoneHash: setFrom('phoneHash', 'hash'),
    isLoginRequired: () => code() < 0,
    isIdentityAvailable: () => !code() || status().reason === 'refreshing',
    isInitComplete: () => !!shown,
    hasOptedOut: () => (shown && code() === -4) as boolean | undefined,
    disconnect() {
      turn++;
      said = {};
      calls &&= [];
      // not to be taken for what is known already
      shown &&= 2;
      logOut();
    },
    constructor: {
      VERSION: '4.0.95',
      DEFAULT_REFRESH_RETRY_PERIOD_MS: 5000,
      EventType,
      IdentityStatus,
      setupGoogleTag: register,
      setupGoogleSecureSignals: register,
    },
  };
  page.__uid2Helper = helper;
  page.__uid2 = sdk;
  emit('SdkLoaded', callbacks, {});
  return begin;
}
