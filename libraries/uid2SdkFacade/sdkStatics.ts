import type { Uid2Event } from './sdkTypes.js';

/** What UID2's SDK calls its events and its statuses, on its constructor. */
export const EventType = Object.fromEntries(['SdkLoaded', 'InitCompleted', 'IdentityUpdated', 'OptoutReceived'].map((name) => [name, name])) as { [Name in Uid2Event]: Name };
export const IdentityStatus = { ESTABLISHED: 0, REFRESHED: 1, EXPIRED: 100, NO_IDENTITY: -1, INVALID: -2, REFRESH_EXPIRED: -3, OPTOUT: -4 };

/** The status by our state; none while the token is valid, as it depends on what has come before. */
export const STATUS_IN: { [state: string]: number } = { none: -1, expired: 100, dead: -3, optedOut: -4 };
