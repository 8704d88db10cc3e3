import type { StorageManager } from '../../src/storageManager.js';
import { attempt } from './parse.js';

/** Where the record is, or a bare token of an early integration. */
export const KEY = '__uid2_advertising_token';
/** Where UID2's own SDK keeps the identity: the key of localStorage, and the cookie. */
export const SDK_KEYS = ['UID2-sdk-identity', '__uid_2'];

/** Where values can be kept. None of it throws. */
export type Place = {
  /** The text; null if there is none, undefined if it cannot be read. */
  get(name: string): string | null | undefined;
  /** `expires` is Unix ms; localStorage takes no notice of it. */
  set(name: string, value: string, expires: number): void;
  remove(name: string): void;
  /** Whether a value that is not there is really absent, and not merely denied; may be dear. */
  isReadable(): boolean;
};

const PAST = new Date(0).toUTCString();

const isSecurePage = () => location.protocol === 'https:';

/** localStorage and cookies, in this order. */
export const placesIn = (manager: StorageManager): [local: Place, cookies: Place] =>
  [localIn(manager), cookiesIn(manager)];

const localIn = (manager: StorageManager): Place => ({
  get: (name) => attempt(() => manager.getDataFromLocalStorage(name) ?? null),
  set: (name, value) => { attempt(() => manager.setDataInLocalStorage(name, value)); },
  remove: (name) => { attempt(() => manager.removeDataFromLocalStorage(name)); },
  // Prebid 9 has only the one that writes, and says no where storage is full
  isReadable: () => attempt(() => manager.hasLocalStorage?.() ?? manager.localStorageIsEnabled()) === true,
});

function cookiesIn(manager: StorageManager): Place {
  // Prebid's storage manager knows no attribute Secure, nor Partitioned
  const site = (more = '') => `Lax${isSecurePage() ? '; Secure' : ''}${more}`;
  const get = (name: string) => attempt(() => manager.getCookie(name) ?? null);
  const isThere = (name: string) => get(name) !== null;
  return {
    get,
    set(name, value, expires) {
      attempt(() => manager.setCookie(name, value, new Date(expires).toUTCString(), site()));
    },
    remove(name) {
      // it may have been set for any parent domain, or partitioned
      const parts = location.hostname.split('.');
      const domains = ['', ...parts.map((_part, at) => parts.slice(at).join('.'))];
      for (const more of ['', '; Partitioned']) {
        for (const domain of domains) {
          if (!isThere(name)) return;
          attempt(() => manager.setCookie(name, '', PAST, site(more), domain));
        }
      }
    },
    isReadable: () => attempt(() => manager.cookiesAreEnabled()) === true,
  };
}
