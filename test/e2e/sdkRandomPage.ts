// What a random life has in each of its pages: it calls what it is told to, and writes down what comes of it.

/** What a page has done, in its order: whom a call names, or whose record the page has removed, and whether `window.__uid2` could be used then. */
export type Did = { at: number; call: string; token?: string; person?: string; isBad?: boolean; isFresh?: boolean; isInit?: boolean; isEntryOut?: boolean; denies?: boolean };

/** The consent platform has not answered, or everything is denied. */
export type Closed = 'waiting' | 'denied';

/** In the address of a page whose consent platform is yet to answer. */
export const WAITS = '?waits';

/** How it stands in a page. */
export type View = {
  token?: string; ids?: string; hasEntry: boolean; hasBegun: boolean;
  isLoginRequired: boolean; isIdentityAvailable: boolean; hasOptedOut?: boolean; isInit: boolean;
  closed?: Closed; reason: string; did: Did[]; wrong: string[]; waits: string[]; requests: number;
};

// as text, since what compiles these files leaves names in functions that a page does not have
export const DRIVER = `{
  const MINUTE = 60e3;
  const KEY = '__uid2_advertising_token';
  const driver = window.driver = { did: [], wrong: [], waits: [], asked: [], armed: [], bids: [], listeners: [] };
  const idIn = (eids) => (eids || []).find(({ source }) => source === 'uidapi.com')?.uids[0].id;
  const token = () => __uid2.getAdvertisingToken();
  /** Whose record the page sees. */
  const recordToken = () => {
    const kept = document.cookie.split('; ').find((one) => one.startsWith(KEY + '='))?.slice(KEY.length + 1);
    const { latestToken } = JSON.parse(localStorage.getItem(KEY) ?? decodeURIComponent(kept ?? '{}'));
    return latestToken?.advertising_token ?? latestToken;
  };
  const hasBegun = () => !['notConfigured', 'not asked', 'waiting for consent'].includes(pbjs.uid2.status().reason);
  const complain = (text) => driver.wrong.push(text);

  addEventListener('unhandledrejection', ({ reason }) => complain('unhandled: ' + reason));
  const { error } = console;
  console.error = (...args) => { complain('console.error: ' + args.join(' ')); error(...args); };
  const { fetch } = window;
  window.fetch = (...args) => {
    const url = String(args[0].url ?? args[0]);
    if (/token\\/(refresh|client-generate)/.test(url)) {
      driver.asked.push(performance.now());
      if (driver.closed) complain('asks while ' + driver.closed);
    }
    return fetch(...args);
  };

  if (location.search === '${WAITS}') {
    driver.closed = 'waiting';
    window.__tcfapi = (command, version, callback) => { if (command === 'addEventListener') driver.listeners.push(callback); };
    window.pbjs = { que: [() => pbjs.setConfig({ consentManagement: { gdpr: { cmpApi: 'iab', timeout: 600000 } } })] };
  }
  for (const name of ['getItem', 'setItem', 'removeItem']) {
    const real = Storage.prototype[name];
    Storage.prototype[name] = function (key, ...rest) {
      if (driver.closed && !driver.isLeaving && /uid2/i.test(key)) complain(name + ' ' + key + ' while ' + driver.closed);
      return real.call(this, key, ...rest);
    };
  }
  const answer = (gdprApplies, eventStatus, listenerId) => ({
    tcString: 'COvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA', cmpId: 1, gdprApplies, eventStatus, listenerId,
    purpose: { consents: {}, legitimateInterests: {} }, vendor: { consents: {}, legitimateInterests: {} }
  });

  /** What must be true whenever anybody is told anything. */
  function look(where) {
    const id = pbjs.getUserIds().uid2?.id;
    if (id && id !== token()) complain(where + ': Prebid has ' + id + ', __uid2 has ' + token());
    if (idIn(pbjs.getUserIdsAsEids()) !== id) complain(where + ': the eids are not the IDs');
    if (__uid2.getIdentity()?.advertising_token !== token()) complain(where + ': getIdentity() is of another token');
  }

  function watch(name, promise) {
    const wait = name + ' ' + driver.did.length;
    driver.waits.push(wait);
    const isOver = () => driver.waits.splice(driver.waits.indexOf(wait), 1);
    promise.then((value) => {
      isOver();
      if (name === 'getAdvertisingTokenAsync' && (!value || value !== token())) complain(name + ' gives ' + value + ', and not ' + token());
      if (/^setIdentityFrom/.test(name) && !token() && !__uid2.hasOptedOut()) complain(name + ' resolves without a token');
    }, (reason) => {
      isOver();
      if (!(reason instanceof Error) || !reason.message) complain(name + ' rejects with ' + reason);
    });
  }

  const userSync = ({ params, api }) => ({ auctionDelay: 60000, syncEnabled: false, userIds: params ? [{ name: 'uid2', params: { uid2ApiBase: api, ...params } }] : [] });

  const CALLS = {
    init: ({ options }) => __uid2.init({ ...options, callback: ({ advertisingToken }) => {
      if (advertisingToken !== token()) complain('callback of init: ' + advertisingToken + ', and not ' + token());
    } }),
    setIdentity: ({ options }) => __uid2.setIdentity(options.identity),
    disconnect: () => __uid2.disconnect(),
    'pbjs.disconnect': () => pbjs.uid2.disconnect(),
    // as UID2's own Prebid examples log out, wherever the record is; no event tells of a cookie
    removeItem(given) {
      if (!given.removed) return;
      localStorage.removeItem(KEY);
      document.cookie = KEY + '=; path=/; max-age=0';
      CALLS.auction(given);
    },
    getAdvertisingTokenAsync: () => watch('getAdvertisingTokenAsync', __uid2.getAdvertisingTokenAsync()),
    refreshUserIds: () => watch('refreshUserIds', pbjs.refreshUserIds({ submoduleNames: ['uid2'] }).catch(() => {})),
    auction: ({ bids }) => watch('auction', pbjs.requestBids({ adUnits: [{ code: 'banner', mediaTypes: { banner: { sizes: [[300, 250]] } }, bids }], timeout: 5000 })),
    consent(given) {
      const { closed, listeners } = driver;
      driver.closed = undefined;
      if (listeners.length) listeners.forEach((listener, at) => listener(answer(given.denies, closed === 'waiting' ? 'tcloaded' : 'useractioncomplete', at + 1), true));
      else pbjs.setConfig({ coppa: given.denies });
      if (given.denies) driver.closed = 'denied';
      else CALLS.auction(given);
      if (driver.hasEntry) CALLS.refreshUserIds();
    },
    setConfig(given) {
      driver.hasEntry = given.params !== undefined;
      pbjs.setConfig({ userSync: userSync(given) });
      if (driver.hasEntry) CALLS.refreshUserIds();
    },
  };

  /** Calls it; what can go wrong in words is no surprise. */
  driver.play = (given) => {
    const { call, value, cstg, options, person, isBad, isFresh, denies } = given;
    const identity = given.isOwn ? __uid2.getIdentity() : options?.identity ?? given.params?.uid2Token;
    if (given.isOwn) given.options = { ...options, identity };
    const hasLooked = !driver.closed && (__uid2.isInitComplete() || hasBegun());
    const removed = given.removed = call === 'removeItem' && hasLooked ? recordToken() : undefined;
    const named = { token: removed || identity?.status || identity?.advertising_token, person, isFresh, isBad: isBad || (given.isOwn && !identity), isEntryOut: call === 'setConfig' && !given.params, denies };
    driver.did.push({ at: performance.timeOrigin + performance.now(), call, isInit: __uid2.isInitComplete(), ...named });
    if (/From/.test(call)) return watch(call, __uid2[call](value, cstg));
    const { isLeaving } = driver;
    // a logout, and an opt-out, count whatever is denied
    driver.isLeaving = isLeaving || /disconnect/.test(call) || identity?.status === 'optout';
    try {
      CALLS[call](given);
    } catch (e) {
      if (!/call init first/.test(e)) complain(call + ' throws ' + e);
    }
    driver.isLeaving = isLeaving;
    look('after ' + call);
  };

  /** Calls it in a callback of this event, once. */
  driver.arm = (event, given) => driver.armed.push({ event, given });

  driver.listen = () => {
    pbjs.onEvent('bidRequested', ({ bids: [one] }) => {
      const id = idIn(one.userIdAsEids);
      if (driver.hasEntry && id !== token()) complain('the bid request has ' + id + ', __uid2 has ' + token());
    });
    __uid2.callbacks.push((event, { identity }) => {
      if (identity?.advertising_token !== token()) complain(event + ' tells of ' + identity?.advertising_token + ', and not of ' + token());
      look('on ' + event);
      const at = driver.armed.findIndex((one) => one.event === event);
      if (at >= 0) driver.play(driver.armed.splice(at, 1)[0].given);
    });
  };

  driver.view = () => {
    look('later');
    const now = performance.now();
    return {
      token: token(), ids: pbjs.getUserIds().uid2?.id, hasEntry: driver.hasEntry, hasBegun: hasBegun(), isLoginRequired: __uid2.isLoginRequired(), isIdentityAvailable: __uid2.isIdentityAvailable(),
      hasOptedOut: __uid2.hasOptedOut(), isInit: __uid2.isInitComplete(), closed: driver.closed, reason: pbjs.uid2.status().reason,
      did: driver.did.splice(0), wrong: driver.wrong.splice(0), waits: [...driver.waits],
      requests: driver.asked.filter((at) => now - at < MINUTE).length,
    };
  };
}`;
