// A page of a publisher with a submodule of its own, on real storage; time is a variable.
import './console';
import { createSubmodule } from '../../../libraries/uid2/submodule';
import type { Params } from '../../../libraries/uid2/submoduleTypes';
import type { Stored } from '../../../libraries/uid2/tokens';
import { hook } from 'src/hook.js';
import { cyrb53Hash } from 'src/utils.js';
import { getStorageManager } from 'src/storageManager.js';
import { AGE, generate, operatorUrl, setOperatorClock } from './operator';

export const KEY = '__uid2_advertising_token';
export const NOTE_KEY = '__uid2_advertising_token_note';

export const realStorage = getStorageManager({ moduleType: 'userId', moduleName: 'uid2' });
const realNow = Date.now;

type Consent = { gdpr?: { gdprApplies?: boolean }; coppa?: boolean };
export type Fetch = (url: string, options: RequestInit) => Promise<Response>;

type Answer = { id?: object; callback?: (done: (id?: unknown) => void) => void };

type Settings = {
  consent?: Consent;
  fetch?: Fetch;
  storage?: typeof realStorage;
  client?: string;
  /** Leaves the page opened before as it is, as another one in the same browser. */
  beside?: boolean;
};

let offset = 0;
let open: { leave(): void }[] = [];

/** Unix ms as pages see it. */
export const now = () => realNow() + offset;

/** Moves the time of pages and operator, ms from the real one. */
export async function setTime(ms: number) {
  offset = ms;
  await setOperatorClock(ms);
}

/** An identity that is in this state now. */
export async function identity(state: keyof typeof AGE = 'fresh', email?: string) {
  await setOperatorClock(offset - AGE[state]);
  const made = await generate(email);
  await setOperatorClock(offset);
  return made;
}

export type Page = ReturnType<typeof openPage>;

/** Loads a page; the one before is left. */
export function openPage({ consent = {}, fetch = window.fetch.bind(window), storage = realStorage, client = 'PrebidJS-test-UID2Module-test', beside }: Settings = {}) {
  if (!beside) leaveAll();
  const warnings: unknown[][] = [];
  let said = consent;
  const uid2 = createSubmodule(storage, fetch, () => said, client, (...words: unknown[]) => { warnings.push(words); }, cyrb53Hash, now);
  // what consent denies is not even looked at
  const page = { leave() { said = { coppa: true }; } };
  open.push(page);
  return {
    ...page,
    uid2,
    warnings,

    /** Asks for the ID as Prebid does: `done` settles when the auction may go on, `calls` are the callback's. */
    ask(params: Params | object = {}, storageConfig?: { type: string }) {
      const calls: unknown[] = [];
      const config = { name: 'uid2', params: { uid2ApiBase: operatorUrl, ...params }, ...(storageConfig && { storage: storageConfig }) };
      const answer = uid2.getId(config as Parameters<typeof uid2.getId>[0], said) as Answer | undefined;
      const { callback } = answer ?? {};
      const done = callback
        ? new Promise<void>((resolve) => callback((id) => { calls.push(id); resolve(); }))
        : Promise.resolve();
      return { answer, held: !!callback, done, calls };
    },

    /** What bidders get at this moment. */
    published: () => uid2.decode().uid2,

    /** What `pbjs.uid2.disconnect()` does. */
    logOut: (params?: Params) => uid2.onDataDeletionRequest(params && { params }),

    setConsent(next: Consent) { said = next; },
  };
}

function leaveAll() {
  open.forEach((page) => page.leave());
  open = [];
}

/** The stored record, or undefined. */
export function stored(where: 'localStorage' | 'cookie' = 'localStorage'): Stored | undefined {
  const text = where === 'cookie' ? cookie(KEY) : localStorage.getItem(KEY);
  return text ? JSON.parse(text) : undefined;
}

/** Puts a record where an earlier page would have kept it; returns its text. */
export function store(record: object, where: 'localStorage' | 'cookie' = 'localStorage'): string {
  const text = JSON.stringify(record);
  if (where === 'cookie') setCookie(KEY, encodeURIComponent(text));
  else localStorage.setItem(KEY, text);
  return text;
}

/** The value of a cookie, decoded, or undefined. */
export function cookie(name: string): string | undefined {
  const found = document.cookie.split('; ').find((pair) => pair.startsWith(`${name}=`));
  return found && decodeURIComponent(found.slice(name.length + 1));
}

/** Sets a cookie to exactly these characters. */
export function setCookie(name: string, raw: string) {
  document.cookie = `${name}=${raw}; path=/; max-age=3600`;
  if (!document.cookie.includes(`${name}=${raw}`)) throw new Error(`the browser did not take the cookie ${name}`);
}

/** A fetch that gets the answer at once and hands it over when told, whatever has been aborted by then. */
export function lateFetch() {
  let release: () => void;
  let arrived = false;
  const gate = new Promise<void>((resolve) => { release = resolve; });
  const fetch: Fetch = async (url, { signal, ...options }) => {
    const response = await window.fetch(url, options);
    arrived = true;
    await gate;
    return response;
  };
  return { fetch, release: () => release(), arrived: () => arrived };
}

// until then Prebid denies all storage
before(() => hook.ready());

afterEach(() => {
  leaveAll();
  offset = 0;
});
