import { retryAfter, waitFor } from './backoff.js';
import type { Lock } from './lock.js';
import { choose, ownerOf, type Chosen, type Source, type Supply } from './sources.js';
import type { Store } from './store.js';
import { freshFor, published, stateOf, type Identity, type Latest, type Published, type State, type Stored } from './tokens.js';
import { createWakeup, type Wakeup } from './wakeup.js';

/** How long a request may take, ms. */
const PATIENCE_MS = 5000;
/** Refreshes are spread over this time, ms, so that readers who came together do not ask together. */
const SPREAD_MS = 20e3;
/** Never look again sooner than this, ms, however short-lived the tokens are. */
const BREATH_MS = 1000;

/** What the publisher's config makes of us: who the user is, and how to ask for them. */
export type Login = {
  /** Read anew each time, as the publisher's cookie may change. */
  supply(): Supply;
  refresh(identity: Identity, signal: AbortSignal): Promise<Latest>;
  /** Name of the publisher's cookie, to be cleared on logout. */
  cookie?: string;
  /** Refresh at least this often, ms. */
  refreshEvery: number;
};

export type Deps = {
  store: Store;
  lock: Lock;
  /** Why consent rules keep us from reading, storing, asking and sending, if they do. */
  denial(): string | undefined;
  now?(): number;
  random?(): number;
};

/** Why there is, or is no, UID2 in the bids: words and times (Unix ms), never a secret. */
export type Status = {
  state: State;
  /** One word; modules/uid2IdSystem.md lists them, each with its cure. */
  reason: string;
  source: Source;
  identityExpires?: number;
  refreshFrom?: number;
  /** When the operator is asked next, if this page is visible then. */
  nextRefresh?: number;
  /** `network`, `http <status>` or `unreadable`: how the last request failed. */
  lastError?: string;
};

type Flight = { abort: AbortController; done?: Promise<void> };

const NOBODY: Chosen = { source: 'none' };

/** Who the user is now, what bidders are given for them, and its renewal. */
export function createSession({ store, lock, denial, now = Date.now, random = Math.random }: Deps) {
  let login: Login | undefined;
  /** Since when this is the user, Unix ms; 0 before the first look. */
  let since = 0;
  let supply: Supply = NOBODY;
  /** The supplied token that a logout or a newer login has put out of use. */
  let outdated: string | undefined;
  let chosen = NOBODY;
  /** The record as this tab last saw or wrote it. */
  let seen: string | undefined;
  let flight: Flight | undefined;
  let lastError: string | undefined;
  let wakeIn: Wakeup | undefined;

  const key = () => supply.supplied?.advertising_token;

  /** How long until the operator should be asked, ms; Infinity if it cannot help. */
  function wait(): number {
    const { record, foreign } = chosen;
    const state = stateOf(record, now());
    return foreign || !record ? Infinity
      : state === 'fresh' ? freshFor(record, now())
        : state === 'stale' || state === 'expired' ? waitFor((record.latestToken as Identity).identity_expires, store.note().retry, now())
          : Infinity;
  }

  function drop() {
    flight?.abort.abort();
    flight = lastError = undefined;
    chosen = NOBODY;
    wakeIn?.(Infinity);
  }

  function keep(record: Stored) {
    const { originalToken, latestToken, updated = now() } = record;
    chosen.record = latestToken === 'optout'
      // what tells the user again, and nothing that can be used
      ? { ...record, updated, originalToken: originalToken && { advertising_token: originalToken.advertising_token } }
      : { ...record, latestToken: { ...latestToken, refresh_from: Math.min(latestToken.refresh_from, now() + login!.refreshEvery) } };
    seen = store.write(chosen.record);
  }

  /** Looks at the config and the storage again. */
  function look() {
    const [before, told] = [key(), JSON.stringify(supply)];
    supply = login!.supply();
    const found = store.read();
    const another = !since || JSON.stringify(supply) !== told;
    // another tab has logged out or logged in somebody else: what this page was given is of the past
    const past = !another && ((found.text !== seen && ownerOf(found.record) !== ownerOf(chosen.record)) || store.note().out! > since);
    if (past) outdated = before;
    if (another || past) {
      drop();
      since = now();
    }
    seen = found.text;
    chosen = choose(supply, found, store.sdk, outdated);
    const { record, foreign } = chosen;
    const known = record === found.record && (record?.latestToken !== 'optout' || record.updated);
    // kept from the start, so that the next page finds it; an expired one is not worth keeping
    if (record && !foreign && !known && published(record, now())) keep(record);
    schedule();
  }

  function schedule() {
    if (!flight && !document.hidden) wakeIn?.(Math.max(wait(), BREATH_MS) + (lastError ? 0 : random() * SPREAD_MS));
  }

  /** A new look, and a request if one is due for the user of this moment. */
  function awake(): Promise<void> | undefined {
    if (!login || denial()) return;
    look();
    return renew();
  }

  async function ask(mine: () => boolean, signal: AbortSignal) {
    const usable = () => mine() && !denial();
    if (!usable()) return;
    look(); // another tab may have been faster
    if (!usable() || wait()) return;
    const identity = chosen.record!.latestToken as Identity;
    const { advertising_token: token, identity_expires: retryKey } = identity;
    let answer: Latest | undefined;
    let error = 'unreadable';
    try {
      answer = await login!.refresh(identity, signal);
    } catch (e) {
      error = (e as Error).message;
    }
    if (!usable()) return;
    look(); // or the user is another by now
    const { record } = chosen;
    if (!mine() || (record?.latestToken as Identity)?.advertising_token !== token) return;
    const { retry, ...note } = store.note();
    const next = { ...record, latestToken: answer!, updated: now() };
    if (answer && published(next, now())) {
      lastError = undefined;
      keep(next);
      if (retry) store.writeNote(note);
    } else {
      lastError = error;
      store.writeNote({ ...note, retry: retryAfter(error, retryKey, retry, now(), random()) });
    }
  }

  /** The running or a new request for a token, if one is due; settles when the outcome is known, and never rejects. */
  function renew(): Promise<void> | undefined {
    if (flight || wait()) return flight?.done;
    const abort = new AbortController();
    const mine = () => flight?.abort === abort;
    setTimeout(() => abort.abort(), PATIENCE_MS);
    flight = { abort };
    flight.done = lock(`uid2 ${ownerOf(chosen.record)}`, () => ask(mine, abort.signal)).finally(() => {
      if (!mine()) return;
      flight = undefined;
      schedule();
    });
    return flight.done;
  }

  return {
    awake,
    renew,

    /** From here on this is the user. */
    use(next: Login): Supply {
      login = next;
      wakeIn ??= createWakeup(() => document.hidden ? !login || denial() || look() : awake());
      look();
      return supply;
    },

    /** The record in use, whatever time has made of it. */
    record: () => chosen.record,

    /** What bidders are given at this moment. */
    published(): Published | undefined {
      return denial() ? undefined : published(chosen.record, now());
    },

    /** Ends what runs, as when consent is withdrawn; storage is left untouched. */
    suspend() {
      drop();
      since = 0;
    },

    /** Logs the user out, whatever is in the config or still on its way. */
    disconnect(cookie = login?.cookie) {
      drop();
      outdated = key();
      seen = undefined;
      store.clear(cookie);
      store.writeNote({ out: now() });
    },

    status(): Status {
      const denied = denial();
      const { record, source } = chosen;
      const state = denied ? 'none' : stateOf(record, now());
      const next = wait();
      const { identity_expires: identityExpires, refresh_from: refreshFrom }: Partial<Identity> = record && record.latestToken !== 'optout' ? record.latestToken : {};
      return {
        state,
        reason: denied ?? (state === 'fresh' || state === 'stale' ? 'ok'
          : flight ? 'asking'
            : !login ? 'notConfigured'
              : key() && key() === outdated ? 'loggedOut' : supply.flaw ?? lastError ?? state),
        source,
        lastError,
        ...record && { identityExpires, refreshFrom, nextRefresh: next < Infinity ? now() + next : undefined },
      };
    },
  };
}
