/**
 * Gives pages written for UID2's JavaScript SDK its API, `window.__uid2`, on the session that bids.
 * @module modules/uid2Sdk
 * @requires module:modules/uid2IdSystem
 */
import { ready } from '../src/hook.js';
import { sdkFor, uid2 } from '../libraries/uid2/engine.js';
import type { createSdk, helper, Uid2Callback, Uid2Event } from '../libraries/uid2/sdk.js';

export type { Uid2Callback, Uid2Cstg, Uid2Event, Uid2InitCallback, Uid2InitOptions } from '../libraries/uid2/sdk.js';

export type Uid2Sdk = Omit<ReturnType<typeof createSdk>, 'resume'>;
type Provider = { registerSecureSignalProvider(): void };

declare global {
  interface Window {
    __uid2?: Uid2Sdk | { callbacks?: Uid2Callback[] };
    __uid2Helper?: typeof helper;
    __uid2SecureSignalProvider?: Provider;
  }
}

const EVENTS: Uid2Event[] = ['SdkLoaded', 'InitCompleted', 'IdentityUpdated', 'OptoutReceived'];

const registerSignals = () => window.__uid2SecureSignalProvider?.registerSecureSignalProvider();

function UID2() {}

/** UID2's own SDK, if the page has loaded it. */
type Theirs = { init?: unknown; callbacks: { push(callback: Uid2Callback): void }; getIdentity(): unknown; hasOptedOut?(): boolean; isLoginRequired?(): boolean };

/** The SDK on the page is who knows the user; we look whenever it says something, and leave when it does. */
function follow(theirs: Theirs) {
  const [say, , , , , logOut, look] = uid2.connect(() => {});
  let known: unknown;
  say({ aside: () => theirs.getIdentity() || theirs.hasOptedOut?.() });
  theirs.callbacks.push((event) => {
    const identity = theirs.getIdentity();
    if (event === 'IdentityUpdated' && known && !identity && !theirs.hasOptedOut?.() && theirs.isLoginRequired?.() !== false) logOut();
    known = identity;
    look();
  });
}

// storage may be had no earlier
ready.then(() => {
  const theirs = window.__uid2 as Theirs | undefined;
  if (theirs?.init) return follow(theirs);
  const queued: unknown = theirs?.callbacks;
  const [{ resume, ...sdk }, help, status] = sdkFor(Array.isArray(queued) ? queued : [], registerSignals);
  Object.assign(UID2, {
    VERSION: '4.0.95',
    DEFAULT_REFRESH_RETRY_PERIOD_MS: 5000,
    EventType: Object.fromEntries(EVENTS.map((event) => [event, event])),
    IdentityStatus: status,
    setupGoogleTag: registerSignals,
    setupGoogleSecureSignals: registerSignals,
  });
  window.__uid2 = Object.assign(Object.create(UID2.prototype), sdk);
  window.__uid2Helper = help;
  resume();
});
