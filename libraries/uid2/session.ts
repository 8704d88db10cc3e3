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
export type Supply = () => [source: Source, identity?: Identity, bad?: unknown] | undefined;

export type Refresh = (identity: Identity, signal: AbortSignal) => Promise<Outcome>;

/**
 * Who the user is now, what bidders are given for them, and its renewal.
 * `denial` says why consent rules keep us from reading, storing, asking and sending, if they do.
 */
export function createSession([read, write, sdk, clear]: Store, supply: Supply, refresh: Refresh, denial: () => string | undefined, warn: (message: string) => void, now: () => number) {
  /** Names the token that was supplied when we last looked; and one that a logout has put out of use. */
  let told: string | undefined;
  let outdated = '';
  let flawed: unknown;
  let source: Source = 'none';
  let record: Stored | undefined;
  let flight: AbortController | undefined;
  let outcome: Promise<void> | undefined;
  let lastError: string | undefined;

  const stateIn = (stored = record) => (denial() ? 'none' : stateOf(stored, now()));

  /** What bidders are given at this moment. */
  function published(stored = record): Published | undefined {
    const state = stateIn(stored);
    return state === 'optedOut' ? { optout: true } : isValid(state) ? { id: (stored!.latestToken as Identity).advertising_token } : undefined;
  }

  /** Whether a refresh is due, on its way or not. */
  const waiting = () => isDue(stateIn());

  /** Ends what runs and forgets the record, as when consent is withdrawn; storage is left untouched. */
  function drop() {
    flight?.abort();
    flight = record = lastError = undefined;
  }

  /** Looks at what is supplied and stored again. */
  function look() {
    const given = !denial() && supply();
    if (!given) return;
    const [from, supplied, bad] = given;
    const [stored, plain] = read();
    const name = supplied && supplied.advertising_token + supplied.identity_expires;
    if (name !== told) drop();
    if (bad && !flawed) warn('UID2: bad token/cookie');
    told = name;
    flawed = bad;
    [source, record] = told === outdated ? ['none']
      : supplied ? [from, recordFor(supplied, stored)] : recordLeft(stored, plain, sdk);
    // kept from the start, so that the next page finds it, or at least not somebody else; alone, an expired one is not worth keeping
    if (record !== stored && record?.originalToken && (stored || published())) write(record);
  }

  async function ask(mine: AbortController) {
    const identity = record!.latestToken as Identity;
    const [failure, latestToken] = await refresh(identity, mine.signal);
    look();
    if (flight !== mine) return; // the user is another by now
    flight = lastError = undefined;
    // somebody else has been faster
    if ((record?.latestToken as Identity)?.advertising_token !== identity.advertising_token) return;
    const next = { ...record, latestToken: latestToken!, updated: now() };
    if (published(next)) {
      // of an opt-out: what tells the user again, and nothing that can be used
      if (latestToken === 'optout') next.originalToken = { advertising_token: ownerOf(record)! };
      write(record = next);
    } else {
      lastError = failure;
    }
  }

  /** Whether, after another look, there is something new to ask. */
  function due() {
    look();
    return !flight && waiting();
  }

  /** Asks, if it is due and nobody does yet; settles once the outcome is known. */
  async function renew() {
    if (!flight && waiting()) {
      flight = new AbortController();
      setTimeout((mine: AbortController) => mine.abort(), PATIENCE_MS, flight);
      outcome = ask(flight);
    }
    await outcome;
  }

  /** Logs the user out, whatever is in the config or still on its way. */
  function disconnect(cookie?: string) {
    drop();
    outdated = told ?? outdated;
    clear(cookie);
  }

  function status(): Status {
    const state = stateIn();
    const { identity_expires: identityExpires, refresh_from: refreshFrom } = record?.latestToken as Identity ?? {};
    return {
      state,
      reason: isValid(state) ? 'ok'
        : denial() ?? (told === outdated ? 'loggedOut'
          : flawed ? 'invalidToken' : lastError ?? state),
      source,
      lastError,
      identityExpires,
      refreshFrom,
    };
  }

  // a tuple, as names of properties cannot be minified
  return [look, renew, published, waiting, due, drop, disconnect, status] as const;
}
