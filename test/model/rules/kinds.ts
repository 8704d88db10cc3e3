import type { Tab } from '../browser.ts';
import type { User } from '../operator.ts';

// What rules are told of: pages, their auctions and their requests.

/** How long a request may take, ms. */
export const PATIENCE = 5000;
export const REMEMBERED = 72 * 3600e3;
export const KEY = '__uid2_advertising_token';
/** Where UID2's SDK keeps the identity. */
export const COPIES = ['UID2-sdk-identity', '__uid_2'];
export const USERS: User[] = ['A', 'B', 'C'];

/** What we know of a page, besides what the browser does. */
export interface Page {
  tab: Tab;
  denied: boolean;
  /** An activity rule has turned, of which nothing tells the module before it looks. */
  unaware: boolean;
  /** Storage is denied to this page: what it reads is nothing, what it writes is gone. */
  blind: boolean;
  /** The user's data are being deleted, which no denial forbids. */
  deleting: boolean;
  /** Whether the module has been told its params. */
  configured: boolean;
  /** Whom the module was told of when it last looked: the supplied token, or whose address. */
  told?: string;
  /** When it was told. */
  named: number;
  /** Whom the page has named while nothing might be looked at, and when. */
  unseen?: { name: string; at: number };
  /** Of how much that was said in all tabs this one knows, as it has looked. */
  knows: number;
  /** The record that storage had at the last look: whose it was, and until when its absence tells something. */
  seen?: { user: User; knows: number; until: number };
  /** Since when users are over in this tab. */
  ended: Map<User, number>;
  /** Whether an auction has asked since the page was last shown. */
  asked: boolean;
  /** When the page queued for the lock, whether it might ask then, and whether it was frozen afterwards. */
  queued: number;
  permitted: boolean;
  stopped: boolean;
  holds: Hold[];
  /** Since when the page is said to be about to be left, and when a request of its last failed; ms since the start. */
  leavingSince?: number;
  failedAt?: number;
  published(): { id?: string; optout?: true } | undefined;
  /** What `status()` would say if it did not look first. */
  decided(): { state: string; reason: string };
}

export type Hold = { calls: number; waited: number };
/** What the operator answers, and what that comes to for the reader. */
export type Reply = { status: number; text: string; gives?: 'token' | 'optout' };

export interface Request {
  page: Page;
  /** The token that is to be refreshed, or whose first token is asked for. */
  what: string;
  /** The same, by which account. */
  key: string;
  start: number;
  troubles: number;
  answered: boolean;
  /** Made without the lock, as it could not be had in time. */
  lockless: boolean;
  take(answer?: Reply): void;
  /** It fails, as its page is left. */
  lose(): void;
}
