import { identityFrom } from './parse.js';
import { recordFor, recordLeft, type Source } from './sources.js';
import type { Store } from './store.js';
import { isDue, isValid, ownerOf, stateOf, type Identity, type Latest, type State, type Stored } from './tokens.js';

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

/** What the publisher supplies, read anew each time as their cookie may change. */
export type Supply = () => [Source, unknown];

export type Refresh = (identity: Identity, signal: AbortSignal) => Promise<Latest>;

type Flight = AbortController & { done?: Promise<void> };

/**
 * Who the user is now, what bidders are given for them, and its renewal.
 * `denial` says why consent rules keep us from reading, storing, asking and sending, if they do.
 */
export function createSession(store: Store, denial: () => string | undefined, now: () => number) {
  let supply: Supply | undefined;
  let refresh: Refresh;
  /** What was supplied when we last looked, as text; and such text that a logout or a newer login has put out of use. */
  let told: string | undefined;
  let outdated: string | undefined;
  let flawed = false;
  let source: Source = 'none';
  let record: Stored | undefined;
  /** The record as this tab last saw or wrote it. */
  let seen: string | undefined;
  let flight: Flight | undefined;
  let lastError: string | undefined;

  const stateIn = (stored = record) => (denial() ? 'none' : stateOf(stored, now()));

  function published(stored = record): Published | undefined {
    const state = stateIn(stored);
    return state === 'optedOut' ? { optout: true } : isValid(state) ? { id: (stored!.latestToken as Identity).advertising_token } : undefined;
  }

  function drop() {
    flight?.abort();
    flight = record = lastError = undefined;
  }

  function revoke() {
    drop();
    outdated = told;
  }

  function keep(next: Stored) {
    const { originalToken, latestToken, updated = now() } = next;
    // of an opt-out: what tells the user again, and nothing that can be used
    record = latestToken === 'optout' ? { ...next, updated, originalToken: originalToken && { advertising_token: originalToken.advertising_token } } : next;
    seen = store.write(record);
  }

  /** Looks at what is supplied and stored again. */
  function look() {
    if (!supply || denial()) return;
    const [from, value] = supply();
    const [stored, plain, text] = store.read();
    const supplied = identityFrom(value);
    const before = told;
    told = JSON.stringify(value);
    flawed = !!value && !supplied;
    if (told !== before) drop();
    // logged out or logged in elsewhere: what this page was given is of the past
    else if (text !== seen && ownerOf(stored) !== ownerOf(record)) revoke();
    seen = text;
    [source, record] = supplied && told !== outdated ? [from, recordFor(supplied, stored)] : recordLeft(stored, plain, store.sdk);
    // kept from the start, so that the next page finds it; an expired one is not worth keeping
    if (record !== stored && record?.originalToken && published()) keep(record);
  }

  async function ask(mine: Flight) {
    const identity = record!.latestToken as Identity;
    const answer = await refresh(identity, mine.signal).catch((error: Error) => error);
    look();
    // the user may be another by now, or have been refreshed elsewhere
    if (flight !== mine || denial() || (record?.latestToken as Identity)?.advertising_token !== identity.advertising_token) return;
    const next = { ...record, latestToken: answer as Latest, updated: now() };
    if (answer instanceof Error) lastError = answer.message;
    else if (published(next)) keep(next);
  }

  return {
    /** From here on this is the user; the record in use, whatever time has made of it. */
    use(supplyNow: Supply, refreshNow: Refresh) {
      [supply, refresh] = [supplyNow, refreshNow];
      look();
      return flawed;
    },

    record: () => record,

    /** What bidders are given at this moment. */
    published: () => published(),

    /** Whether, after another look, there is something new to ask. */
    due() {
      look();
      return !flight && isDue(stateIn());
    },

    /** The running or a new request, if one is due; settles when the outcome is known, and never rejects. */
    renew(): Promise<void> | undefined {
      if (flight || !isDue(stateIn())) return flight?.done;
      const mine: Flight = flight = new AbortController();
      setTimeout(() => mine.abort(), PATIENCE_MS);
      return (mine.done = ask(mine).finally(() => {
        if (flight === mine) flight = undefined;
      }));
    },

    /** Ends what runs, as when consent is withdrawn; storage is left untouched. */
    suspend() {
      drop();
      told = undefined;
    },

    /** Logs the user out, whatever is in the config or still on its way. */
    disconnect(cookie?: string) {
      revoke();
      seen = undefined;
      store.clear(cookie);
    },

    status(): Status {
      const state = stateIn();
      const { identity_expires: identityExpires, refresh_from: refreshFrom } = record?.latestToken as Identity ?? {};
      return {
        state,
        reason: denial() ?? (isValid(state) ? 'ok'
          : !supply ? 'notConfigured'
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
