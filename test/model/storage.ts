import type { Tab } from './browser.ts';

type Cookie = { value: string; expires: number };

/** What is watched of one Prebid: it reads from storage, or changes it; adds to it, perhaps. */
export interface Access {
  /** Whether activity rules let it use storage. */
  isAllowed(): boolean;
  reads(key: string): void;
  changes(adds: boolean): void;
  /** It has changed what is stored. */
  written(key: string, value: string | undefined): void;
}

/** localStorage and cookies of a browser; `now` is by its clock, and each change is told to other tabs a few steps later. */
export function createStorage(tabs: Tab[], now: () => number, random: () => number) {
  const local = new Map<string, string>();
  const jar = new Map<string, Cookie>();

  const self = {
    local,
    jar,

    cookie(name: string): string | undefined {
      const cookie = jar.get(name);
      if (cookie && cookie.expires > now()) return cookie.value;
      jar.delete(name);
    },

    setCookie(name: string, value: string, expires: number) {
      if (expires <= now()) jar.delete(name);
      else jar.set(name, { value, expires: isNaN(expires) ? Infinity : expires });
    },

    setLocal(key: string, value: string | undefined, by?: Tab): boolean {
      if (local.get(key) === value) return false;
      if (value === undefined) local.delete(key);
      else local.set(key, value);
      for (const tab of tabs) if (tab !== by && !tab.parked) tab.events.push({ key, steps: Math.floor(random() * 4) });
      return true;
    },

    /** A tab's storage, as Prebid's storage manager has it: where rules deny it, nothing is there and nothing happens. */
    storageOf(tab: Tab, { isAllowed, reads, changes, written }: Access) {
      const change = (key: string, value?: string) => {
        if (!isAllowed()) return;
        changes(value !== undefined);
        if (self.setLocal(key, value, tab)) written(key, value);
      };
      const read = (key: string, from: (key: string) => string | undefined) => {
        if (!isAllowed()) return null;
        reads(key);
        return from(key) ?? null;
      };
      return {
        getDataFromLocalStorage: (key: string) => read(key, (name) => local.get(name)),
        setDataInLocalStorage: (key: string, value: string) => change(key, value),
        removeDataFromLocalStorage: (key: string) => change(key),
        localStorageIsEnabled: isAllowed,
        cookiesAreEnabled: isAllowed,
        getCookie: (name: string) => read(name, self.cookie),
        setCookie(name: string, value: string, expires: string) {
          if (!isAllowed()) return;
          changes(false);
          self.setCookie(name, value, Date.parse(expires));
          written(name, jar.get(name)?.value);
        },
      };
    },
  };
  return self;
}
