import { PRODUCTION } from '../../operator/lifetimes.ts';
import type { Identity, State } from '../../libraries/uid2Session/identity.ts';
import type { Outcome } from '../../libraries/uid2Session/types.ts';

/** How the operator fails: no connection, an error at once, or no answer at all. */
export const FAULTS = ['refused', '503', 'hang'] as const;
export type Fault = typeof FAULTS[number];

/** There and back between a browser and the operator, ms. */
export const ROUND_TRIP_MS = 100;
/** How long Prebid lets an auction wait for IDs (`userSync.auctionDelay`), ms. */
export const AUCTION_DELAY_MS = 500;

/** What a policy is given: a clock, a network, chance, and the tokens of before. */
export type World = {
  now(): number;
  after(ms: number, run: () => void): void;
  /** One request; given up after `patience` ms. The successor, or how it failed; never, once the page is closed. */
  ask(page: { closed: boolean }, patience: number, roundTrips: number): Promise<Outcome>;
  random(): number;
  /** The identity that the reader has when they are first seen. */
  identityOf(reader: number): Identity;
  /** Promises are about to settle, and the clock has to wait for them. */
  stir(): void;
};

/** A page with the module in it. */
export type Page = {
  closed: boolean;
  load(): void;
  /** What the auction that starts now waits for. */
  auction(): Promise<unknown> | undefined;
  /** The identity whose token bidders would be sent now. */
  sends(): Identity | undefined;
  hide(): void;
  show(): void;
  close(): void;
};

/** A way to keep tokens fresh; `closes` is when the page will be closed, so that nothing need be planned for later. */
export type Policy = {
  open(reader: number, closes: number): Page;
  stateOf(reader: number): State;
};

let serial = 0;
/** What the operator makes at `now`. */
export function identityAt(now: number, key = String(++serial)): Identity {
  return {
    advertising_token: key,
    refresh_token: key,
    refresh_from: now + PRODUCTION.refreshFrom,
    identity_expires: now + PRODUCTION.identityExpires,
    refresh_expires: now + PRODUCTION.refreshExpires,
  };
}
