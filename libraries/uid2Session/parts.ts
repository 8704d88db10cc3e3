import type { StorageManager } from '../../src/storageManager.js';
import { browserTab } from './tab.js';
import { createPage, type Page } from './pageSide.js';
import { createSession } from './session.js';
import { createStore, type Storage } from './store.js';
import { KEY } from './lent.js';
import { requestsOf } from './requests.js';
import { webLock } from './lock.js';
import type { Consent } from './consent.js';
import type { Env, Session } from './env.js';
import type { Fetch } from './operator.js';
import type { Hash } from './types.js';

/** How long another tab's request is waited for, ms. */
const PATIENCE_MS = 5000;

/** What the door takes from Prebid, and from the browser unless a test has its own. */
export type Outside = {
  storage: StorageManager;
  fetch: Fetch;
  consent(): Consent;
  /** Whether the consent platform has answered, if there is one. */
  isConsentKnown?(): boolean;
  /** Whether Prebid's activity controls allow it; of storage: this cookie, if one is named. */
  isAllowed?(activity: 'enrichEids' | 'accessDevice', cookie?: string): boolean;
  /** Whether Prebid's activity controls let IDs be sent to this bidder. */
  isSendable?(bidder: string): boolean;
  /** How long auctions wait, ms. */
  auctionDelay?(): number;
  /** `PrebidJS-<version>-UID2Module-<revision>`, for the operator's statistics. */
  client: string;
  warn(message: string): void;
  hash: Hash;
} & Partial<Omit<Env, 'store' | 'hash'>>;

/** How a request failed, in our words and the operator's. */
export type FailureSaid = { words: string; message?: string };

/** What `window.__uid2` hears: that something may have changed, or how a request failed; and that consent is known. */
export type Hearer = { changed(failure?: FailureSaid): void; known(isAnother?: boolean): void };

/** What the door is made of. */
export type Parts = Required<Outside> & { page: Page; session: Session; store: Storage; hearer: Hearer };

/** What is there unless a test has its own. */
const defaults = ({ elapsed = () => performance.now() }: Outside) => ({
  now: Date.now,
  elapsed,
  random: Math.random,
  soon: (task: () => void) => { setTimeout(task); },
  lock: webLock(PATIENCE_MS),
  requests: requestsOf(window, elapsed),
  tab: browserTab(KEY, elapsed),
  isAllowed: () => true,
  isSendable: () => true,
  isConsentKnown: () => true,
  auctionDelay: () => 0,
});

/** Puts the parts together: the page, the session between them, and the browser. */
export function assemble(outside: Outside): Parts {
  const given = { ...defaults(outside), ...outside };
  const { now, warn } = given;
  // parts are read when something happens: they are complete then, and may have another hearer
  const store = createStore(given.storage, {
    now, warn, isAllowed: () => parts.page.denial() === undefined, isInCookies: () => parts.page.isInCookies(),
  });
  const hearer: Hearer = { changed() {}, known() {} };
  const page = createPage({
    ...given,
    cookie: store.cookie,
    changed: (failure) => parts.hearer.changed(failure),
  });
  const parts: Parts = { ...given, store, page, session: createSession({ ...given, store }, page), hearer };
  return parts;
}
