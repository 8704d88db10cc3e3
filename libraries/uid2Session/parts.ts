import type { StorageManager } from '../../src/storageManager.js';
import { browserTab } from './tab.js';
import { createPage, type Page } from './pageSide.js';
import { createSession } from './session.js';
import { createStore, type Storage } from './store.js';
import { requestsOf } from './requests.js';
import { webLock } from './lock.js';
import { KEY } from './places.js';
import type { Consent } from './consent.js';
import type { Env, Session } from './env.js';
import type { Fetch } from './operator.js';
import type { Hash } from './types.js';

/** How long another tab's request is waited for, ms. */
const LOCK_MS = 5000;

/** What the door takes from Prebid, and from the browser unless a test has its own. */
export type Outside = {
  storage: StorageManager;
  fetch: Fetch;
  consent(): Consent;
  /** Whether the consent platform has answered, if there is one. */
  isConsentKnown(): boolean;
  /** Whether Prebid's activity controls allow it; of storage: this cookie, if one is named. */
  isAllowed(activity: 'enrichEids' | 'accessDevice', cookie?: string): boolean;
  /** Whether Prebid's activity controls let IDs be sent to this bidder. */
  isSendable(bidder: string): boolean;
  /** How long auctions wait, ms. */
  auctionDelay(): number;
  /** `PrebidJS-<version>-UID2Module-<revision>`, for the operator's statistics. */
  client: string;
  warn(message: string): void;
  hash: Hash;
} & Partial<Omit<Env, 'store' | 'hash'>>;

/** How a request failed, in our words and the operator's. */
export type FailureWords = { words: string; message?: string };

/** Tells `window.__uid2` that something may have changed, or how a request failed; and that consent is known. */
export type SdkListener = { changed(failure?: FailureWords): void; consentKnown(isKnownAgain?: boolean): void };

/** What the door is made of. */
export type Parts = Required<Outside> & { page: Page; session: Session; store: Storage; sdkListener: SdkListener };

/** What is there unless a test has its own. */
const defaults = ({ elapsed = () => performance.now() }: Outside) => ({
  now: Date.now,
  elapsed,
  random: Math.random,
  soon: (task: () => void) => { setTimeout(task); },
  lock: webLock(LOCK_MS),
  requests: requestsOf(window, elapsed),
  tab: browserTab(KEY, elapsed),
});

/** Puts the parts together: the page, the session between them, and the browser. */
export function assemble(needed: Outside): Parts {
  const all = { ...defaults(needed), ...needed };
  const { now, warn } = all;
  // `parts` is used before it is assigned, but only inside callbacks; `sdkListener` may be replaced later
  const store = createStore(all.storage, {
    now,
    warn,
    isAllowed: () => all.isConsentKnown() && parts.page.denial('recheck') === undefined && !parts.page.isRemoved(),
    isInCookies: () => parts.page.isInCookies(),
  });
  const sdkListener: SdkListener = { changed() {}, consentKnown() {} };
  const page = createPage({
    ...all,
    cookie: store.cookie,
    changed: (failure) => parts.sdkListener.changed(failure),
  });
  const parts: Parts = { ...all, store, page, session: createSession({ ...all, store }, page), sdkListener };
  return parts;
}
