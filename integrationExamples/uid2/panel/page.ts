// What the panel knows about the page it stands on: its public pbjs, and what the page says about itself.

export type Status = {
  state: string;
  reason?: string;
  source?: string;
  identityExpires?: number;
  refreshFrom?: number;
  nextRefresh?: number;
  lastError?: unknown;
};

export type Eid = { source: string; uids?: Array<{ id?: string }> };

type BidRequested = { bids: Array<{ userIdAsEids?: Eid[] }> };

type Pbjs = {
  que: Array<() => void>;
  libLoaded?: boolean;
  getUserIds(): { uid2?: { id?: string; optout?: boolean } };
  getEvents(): Array<{ eventType: string; elapsedTime: number; args: unknown }>;
  uid2?: { status(): Status; disconnect(): void };
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

/** What the page's last auction was like: for how long it was held (ms). */
export type LastAuction = { held: number };

/** `runAuction` runs one more; `showExpired` makes the page take the identity that the server has just expired. */
export type Demo = {
  mode: string;
  session: SessionView;
  faults: string[];
  placement: string;
  runAuction(): void | Promise<void>;
  showExpired?(identity: unknown): void;
  /** Only on pages that find out who the user is after they have loaded. */
  findUser?(): Promise<void>;
  /** Only where the page ends the session by another call than `pbjs.uid2.disconnect()`. */
  disconnect?(): void;
  /** Takes the user out of the page's config. */
  forgetUser?(): void;
  /** Only where auctions are timed. */
  lastAuction?: LastAuction;
};

declare global {
  interface Window {
    demo: Demo;
    /** Of clock.js: sets the clocks of all open pages to so many ms ahead of the real one. */
    setClocks(ahead: number): void;
  }
}

/** The page's pbjs; before Prebid has loaded it is only a queue. */
export const pbjs = (): Pbjs => (window as unknown as { pbjs: Pbjs }).pbjs;

/** What the module says; before Prebid has loaded, that there is nothing. */
export const statusNow = (): Status => pbjs().uid2?.status() ?? { state: 'none' };

/** The token a bidder would get now, or undefined. */
export const tokenNow = (): string | undefined => pbjs().libLoaded ? pbjs().getUserIds().uid2?.id : undefined;

/** The eids of the last bid request, or undefined when there was none yet. */
export function lastEids(): Eid[] | undefined {
  if (!pbjs().libLoaded) return undefined;
  const request = pbjs().getEvents().filter(({ eventType }) => eventType === 'bidRequested').at(-1)?.args as BidRequested | undefined;
  return request && (request.bids[0]?.userIdAsEids ?? []);
}

/** The UID2 among some eids, or undefined. */
export const uid2In = (eids: Eid[] | undefined): string | undefined =>
  eids?.find(({ source }) => source === 'uidapi.com')?.uids?.[0]?.id;
