// A page of a publisher with a submodule of its own, on real storage; time is a variable.
import './console';
import { createDoor } from '../../../libraries/uid2Session/door';
import { browserTab } from '../../../libraries/uid2Session/tab';
import type { Params } from '../../../libraries/uid2Session/params';
import { hook } from 'src/hook.js';
import { cyrb53Hash } from 'src/utils.js';
import { KEY } from './browser';
import { AGE, generate, operatorUrl, setOperatorClock } from './operator';
import { realStorage } from './storages';

const realNow = Date.now;

type Consent = { gdpr?: { gdprApplies?: boolean }; coppa?: boolean };
export const GDPR: Consent = { gdpr: { gdprApplies: true } };
export const COPPA: Consent = { coppa: true };
/** Why the module must do nothing. */
export const DENIALS = [['GDPR applies', GDPR], ['COPPA is set', COPPA]] as const;

export type Fetch = (url: string, options: RequestInit) => Promise<Response>;

type Answer = { id?: object; callback?: (done: (id?: unknown) => void) => void };

type Settings = {
  consent?: Consent;
  fetch?: Fetch;
  storage?: typeof realStorage;
  client?: string;
  /** When what can wait until after the browser's task is done; else at once, so that a test can look at it. */
  soon?: (task: () => void) => void;
  /** Leaves the page opened before as it is, as another one in the same browser. */
  beside?: boolean;
};

/** News of one test must not reach the next. */
let tests = 0;
/** The name of the channel between pages of this test. */
export const channelName = () => `test ${tests}`;
/** Auctions wait for longer than any test may take, ms. */
const PATIENT = 60e3;
const CLIENT = 'PrebidJS-test-UID2Module-test';
const elapsed = () => performance.now();

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
export function openPage({
  consent = {}, fetch = window.fetch.bind(window), storage = realStorage, client = CLIENT, soon = (task) => task(), beside,
}: Settings = {}) {
  if (!beside) leaveAll();
  const warnings: unknown[][] = [];
  let said = consent;
  const door = createDoor({
    storage, fetch, client, now, soon,
    hash: cyrb53Hash,
    tab: browserTab(KEY, elapsed, channelName()),
    auctionDelay: () => PATIENT,
    isConsentKnown: () => true,
    isAllowed: () => true,
    isSendable: () => true,
    consent: () => said,
    warn: (...words: unknown[]) => { warnings.push(words); },
  });
  /** What an auction does: whether it would wait. */
  const uid2 = { ...door, due: () => Boolean(door.hold()) };
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
      const given = { uid2ApiBase: operatorUrl, ...params };
      const config = { name: 'uid2', params: given, ...(storageConfig && { storage: storageConfig }) };
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

/** The next page is another document, which has asked nobody. */
export function forgetRequests() {
  Reflect.deleteProperty(window, Symbol.for('uid2 asked'));
}

function leaveAll() {
  forgetRequests();
  open.forEach((page) => page.leave());
  open = [];
}

/** The token that bidders get at this moment, if any. */
export const idOf = (page: Page) => (page.published() as { id?: string } | undefined)?.id;

/** Asks as `refreshUserIds` does: with the very params that the config holds. Tells whether an auction was held. */
export function keepAsking(page: Page, params: object) {
  const config = { name: 'uid2', params: Object.assign(params, { uid2ApiBase: operatorUrl }) };
  return async () => {
    const { callback } = page.uid2.getId(config as Parameters<Page['uid2']['getId']>[0]) ?? {};
    if (callback) await new Promise<void>((resolve) => callback(() => resolve()));
    return !!callback;
  };
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
  tests++;
  offset = 0;
});
