import type { State } from '../uid2Session/identity.js';
import type { Uid2Event } from './sdkTypes.js';

/** What UID2's SDK calls its events, on its constructor. */
export const EventType: { [Name in Uid2Event]: Name } = {
  SdkLoaded: 'SdkLoaded',
  InitCompleted: 'InitCompleted',
  IdentityUpdated: 'IdentityUpdated',
  OptoutReceived: 'OptoutReceived',
};

/** What it calls the statuses that the callback of `init` is told. */
export const IdentityStatus = {
  ESTABLISHED: 0,
  REFRESHED: 1,
  EXPIRED: 100,
  NO_IDENTITY: -1,
  INVALID: -2,
  REFRESH_EXPIRED: -3,
  OPTOUT: -4,
};

/** The status in each state, as `init` tells it. A token that comes later is `REFRESHED`. */
export const STATUS: Record<State, number> = {
  none: IdentityStatus.NO_IDENTITY,
  fresh: IdentityStatus.ESTABLISHED,
  stale: IdentityStatus.ESTABLISHED,
  expired: IdentityStatus.EXPIRED,
  dead: IdentityStatus.REFRESH_EXPIRED,
  optedOut: IdentityStatus.OPTOUT,
};

/** How it stands with the reader, as far as a page can tell. */
export type Standing = 'nobody' | 'asking' | 'valid' | 'expired' | 'optedOut';

export const STANDING: Record<State, Standing> = {
  none: 'nobody',
  fresh: 'valid',
  stale: 'valid',
  expired: 'expired',
  dead: 'nobody',
  optedOut: 'optedOut',
};

export type Answers = { isLoginRequired: boolean; isIdentityAvailable: boolean; hasOptedOut: boolean };

/** What the page is answered. Nobody has to log in while the operator is asked, nor after an opt-out. */
export const ANSWERS: Record<Standing, Answers> = {
  nobody: { isLoginRequired: true, isIdentityAvailable: false, hasOptedOut: false },
  asking: { isLoginRequired: false, isIdentityAvailable: true, hasOptedOut: false },
  valid: { isLoginRequired: false, isIdentityAvailable: true, hasOptedOut: false },
  expired: { isLoginRequired: false, isIdentityAvailable: false, hasOptedOut: false },
  optedOut: { isLoginRequired: false, isIdentityAvailable: true, hasOptedOut: true },
};
