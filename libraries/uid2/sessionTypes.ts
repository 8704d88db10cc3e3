import type { Outcome } from './operator.js';
import type { Source } from './sources.js';
import type { Identity, State } from './tokens.js';

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
  /** When the operator is asked next, if the page is visible then or runs an auction. */
  nextRefresh?: number;
  /** `network`, `http <status>` or `unreadable`: how the last request failed. */
  lastError?: string;
};

/** A user by directly identifying information (DII), anew with every config: its normalized value, a hash of that, and a number for how the operator is asked. */
export type Person = [value: string, hash: (salt: number) => string, account: number];

/**
 * What the publisher supplies, read anew each time as their cookie may change; undefined before they have said anything.
 * `flaw` names the param that makes no sense; `stranger` is whoever they name without an identity, by token, address or number.
 */
export type Supply = () => Supplied | undefined;
export type Supplied = [source: Source, identity?: Identity, flaw?: string, person?: Person, stranger?: unknown];

/** Asks for the identity's successor, or for the supplied person's first. */
export type Request = (identity: Identity | undefined, flight: AbortController) => Promise<Outcome>;
