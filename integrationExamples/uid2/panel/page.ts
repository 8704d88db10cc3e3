// What the panel knows about the page it stands on: its public pbjs, its own functions, and what the server says of it.
import type { Eid } from './eids.js';

export type Status = {
  state: string;
  reason?: string;
  source?: string;
  identityExpires?: number;
  refreshFrom?: number;
  nextRefresh?: number;
  lastError?: unknown;
  withheldFrom?: string[];
};

type BidRequested = { bids: Array<{ userIdAsEids?: Eid[] }> };

/** An event that Prebid has told of; `elapsedTime` is ms since the page began to load. */
export type PrebidEvent = { eventType: string; elapsedTime: number; args: unknown };

type Pbjs = {
  que: Array<() => void>;
  libLoaded?: boolean;
  getUserIds(): { uid2?: { id?: string; optout?: boolean } };
  getEvents(): PrebidEvent[];
  refreshUserIds(options: { submoduleNames: string[] }): unknown;
  uid2?: { status(): Status };
};

/** The session as the server tells it; times in ms since 1970. */
export type SessionView = {
  mode: string;
  /** E-mail address or phone number. */
  user: string;
  optedOut: boolean;
  refreshedAt: number;
  lastError?: string;
  identityExpires?: number;
  refreshFrom?: number;
  refreshExpires?: number;
} | null;

/** What the server says of this page. */
export type Lab = {
  mode: string;
  placement: string;
  session: SessionView;
  faults: string[];
  operatorUrl: string;
  code: { config: string; page: string; server: string };
};

/** The functions of the page's own script, as a publisher writes them. */
type OwnScript = {
  runAuction(): void;
  onLogout(): Promise<unknown>;
  /** Where another identity may come without a page load. */
  onNewToken?(identity: unknown): void;
  /** Where the page finds out who the reader is after it has loaded. */
  findUser?(): Promise<void>;
  /** Where the page asks its server for the token before an auction. */
  askForToken?(): Promise<void>;
};

type Sdk = { getAdvertisingToken?(): string | undefined };

declare global {
  interface Window {
    /** Of clock.js: sets the clocks of all open pages to so many ms ahead of the real one. */
    setClocks(ahead: number): void;
  }
}

/** Whether a page of this mode asks the operator for the token itself. */
export const isOnClient = (mode: string): boolean => mode === 'client-side' || mode === 'deferred';

/** The page's own functions. */
export const own = window as unknown as OwnScript;

export const lab = JSON.parse(document.getElementById('lab')!.textContent!) as Lab;

/** The page's pbjs; before Prebid has loaded it is only a queue. */
export const pbjs = (): Pbjs => (window as unknown as { pbjs: Pbjs }).pbjs;

/** What the module says; before Prebid has loaded, that there is nothing. */
export const statusNow = (): Status => pbjs().uid2?.status() ?? { state: 'none' };

/** The token a bidder would get now, or undefined. */
export const tokenNow = (): string | undefined => pbjs().libLoaded ? pbjs().getUserIds().uid2?.id : undefined;

/** The token as `window.__uid2` gives it. */
export const sdkToken = (): string | undefined => (window as unknown as { __uid2?: Sdk }).__uid2?.getAdvertisingToken?.();

/** All that Prebid has told of on this page. */
export const eventsSoFar = (): PrebidEvent[] => pbjs().libLoaded ? pbjs().getEvents() : [];

/** The eids of the last bid request, or undefined when there was none yet. */
export function lastEids(): Eid[] | undefined {
  const request = eventsSoFar().filter(({ eventType }) => eventType === 'bidRequested').at(-1)?.args as BidRequested | undefined;
  return request && (request.bids[0]?.userIdAsEids ?? []);
}
