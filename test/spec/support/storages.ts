// Storage managers other than the real one: watched, denied, full.
import './console';
import { getStorageManager } from 'src/storageManager.js';

export const realStorage = getStorageManager({ moduleType: 'userId', moduleName: 'uid2' });
type Storage = typeof realStorage;

/** A storage, and the names of all methods of it that have been used. */
export function watchedStorage(watched: Storage = realStorage) {
  const used: string[] = [];
  const storage = new Proxy(watched, {
    get: (target, name) => (...args: unknown[]) => {
      used.push(String(name));
      return (target as any)[name](...args);
    },
  });
  return { used, storage, writes: () => used.filter((name) => name === 'setDataInLocalStorage').length };
}

/** The real storage, which has no room in localStorage as long as the condition holds. */
export const fullWhile = (isFull: (key: string) => boolean): Storage => ({
  ...realStorage,
  setDataInLocalStorage(key: string, value: string) {
    if (isFull(key)) throw new Error('full');
    realStorage.setDataInLocalStorage(key, value);
  },
});

export const full = fullWhile(() => true);

/** The real storage, where a rule lets nobody write. */
export const readOnly: Storage = {
  ...realStorage, setDataInLocalStorage() {}, removeDataFromLocalStorage() {}, setCookie() {},
};

/** What Prebid's storage manager does where storage is denied. */
export const denied = {
  ...realStorage,
  getDataFromLocalStorage: () => null,
  setDataInLocalStorage() {},
  removeDataFromLocalStorage() {},
  getCookie: () => null,
  setCookie() {},
} as unknown as Storage;
