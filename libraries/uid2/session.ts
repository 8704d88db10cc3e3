import { identityFrom } from './parse.js';
import { recordFor, recordLeft, type Source } from './sources.js';
import type { Store } from './store.js';
import type { Outcome } from './operator.js';
import { isDue, isValid, ownerOf, stateOf, type Identity, type State, type Stored } from './tokens.js';

/** How long a request may take, ms. */
const PATIENCE_MS = 5000;

/** What bidders are given. */
export type Published = { id: string } | { optout: true };

/** Why there is, or is no, UID2 in the bids: words and times (Unix ms), never a secret. */
export type Status = {
  state: State;
  /** One word; modules/uid2IdSystem.md lists them, each with its cure. */
  reason: string;
  source: Source;
  identityExpires?: number;
  refreshFrom?: number;
  /** `network`, `http <status>` or `unreadable`: how the last request failed. */
  lastError?: string;
};

/** What the publisher supplies, read anew each time as their cookie may change; undefined before they have said anything. */
export type Supply = () => [Source, unknown] | undefined;

export type Refresh = (identity: Identity, signal: AbortSignal) => Promise<Outcome>;

type Flight = AbortController & { done?: Promise<Stored | undefined> };

/**
 * Who the user is now, what bidders are given for them, and its renewal.
 * `denial` says why consent rules keep us from reading, storing, asking and sending, if they do.
 */
export function createSession(store: Store, supply: Supply, refresh: Refresh, denial: () => string | undefined, warn: (message: string) => void, now: () => number) {
  /** What was supplied when we last looked, as text; and such text that a logout has put out of use. */
  let told: string | undefined;
  let outdated: string | undefined;
  let flawed: unknown;
  let source: Source = 'none';
  let record: Stored | undefined;
  let flight: Flight | undefined;
  let lastError: string | undefined;

  const stateIn = (stored = record) => (denial() ? 'none' : stateOf(stored, now()));

  /** What bidders are given at this moment. */
  function published(stored = record): Published | undefined {
    const state = stateIn(stored);
    return state === 'optedOut' ? { optout: true } : isValid(state) ? { id: (stored!.latestToken as Identity).advertising_token } : undefined;
  }

  function drop() {
    flight?.abort();
    flight = record = lastError = undefined;
  }

  /** Looks at what is supplied and stored again. */
  function look() {
    const given = !denial() && supply();
    if (!given) return;
    const [from, value] = given;
    const [stored, plain] = store.read();
    const supplied = identityFrom(value);
    const before = told;
    told = JSON.stringify(value);
    flawed = value && !supplied;
    if (told !== before) {
      drop();
      if (flawed) warn(`UID2: invalid token in ${from}`);
    }
    [source, record] = supplied && told !== outdated ? [from, recordFor(supplied, stored)] : recordLeft(stored, plain, store.sdk);
    // kept from the start, so that the next page finds it; an expired one is not worth keeping
    if (record !== stored && record?.originalToken && published()) store.write(record);
  }

  async function ask(mine: Flight) {
    const identity = record!.latestToken as Identity;
    const [failure, latestToken] = await refresh(identity, mine.signal);
    look();
    if (flight !== mine) return; // the user is another by now
    const next = latestToken && { ...record, latestToken, updated: now() };
    if (next && published(next)) {
      // of an opt-out: what tells the user again, and nothing that can be used
      if (latestToken === 'optout') next.originalToken = { advertising_token: ownerOf(record)! };
      store.write(record = next);
    } else {
      lastError = failure;
    }
  }

  return {
    look,

    /** The record in use, whatever time has made of it. */
    record: () => record,

    published,

    /** Whether, after another look, there is something new to ask. */
    due() {
      look();
      return !flight && isDue(stateIn());
    },

    /** The running or a new request, if one is due; resolves to the record once the outcome is known. */
    renew(): Promise<Stored | undefined> | undefined {
      if (flight || !isDue(stateIn())) return flight?.done;
      const mine: Flight = flight = new AbortController();
      setTimeout(() => mine.abort(), PATIENCE_MS);
      return (mine.done = ask(mine).then(() => {
        if (flight === mine) flight = undefined;
        return record;
      }));
    },

    /** Ends what runs, as when consent is withdrawn; storage is left untouched. */
    suspend() {
      drop();
      told = undefined;
    },

    /** Logs the user out, whatever is in the config or still on its way. */
    disconnect(cookie?: string) {
      drop();
      outdated = told;
      store.clear(cookie);
    },

    status(): Status {
      const state = stateIn();
      const { identity_expires: identityExpires, refresh_from: refreshFrom } = record?.latestToken as Identity ?? {};
      return {
        state,
        reason: denial() ?? (isValid(state) ? 'ok'
          : told && told === outdated ? 'loggedOut'
            : flawed ? 'invalidToken' : lastError ?? state),
        source,
        lastError,
        identityExpires,
        refreshFrom,
      };
    },
  };
}
