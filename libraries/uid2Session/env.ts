import type { Decision, Failure, Found, FoundRecord, Hash, Lent, Need, Note, Outcome, Sight } from './types.js';
import type { StoredRecord } from './identity.js';

/** Runs the task, alone among all documents of the origin if it can be; tells it whether another one was first. */
export type Lock = (task: (hasWaited: boolean) => Promise<unknown>) => Promise<unknown>;

/** What a session is told by its tab. */
export type Listener = {
  /** Something may have changed, as the time has come, or another tab has written: look, and ask if that is due. */
  onChange(news?: Note): void;
  /** The page was shown or hidden. */
  onVisibility(): void;
  /** The page is left. */
  onLeave(): void;
};

/** This tab, and the others of the origin. */
export type Tab = {
  /** Begins to listen, once. */
  open(listener: Listener): void;
  isHidden(): boolean;
  /** Whether the page is about to be left: then requests fail for no fault of the operator's. */
  isLeaving(): boolean;
  /** Waits a moment for another document to tell that something has changed: whether one has. */
  nextChange(): Promise<boolean>;
  /** Sets the one timer, ms; in a hidden page there is none. */
  wakeAfter(delay: number): void;
  /** Tells all others of the origin, in this document at once; `news` is of a logout. */
  tell(news?: Note): void;
};

/** The requests of this document, whichever of its Prebids makes them. */
export type Requests = {
  /** When it has asked lately, ms of `elapsed`. */
  lately(): number[];
  /** One more. */
  count(): void;
};

/** The record, the note, and what others keep of the reader, in localStorage or cookies. */
export type Store = {
  /**
   * May move or date the record. `isExpected` if the page has found one there before; `isSdkInCharge` if what we keep
   * does not count.
   */
  read(how: { isExpected: boolean; isSdkInCharge: boolean }): { record: FoundRecord; lent?: Lent };
  /** Whether it is there afterwards. */
  write(record: StoredRecord): boolean;
  /** Removes the record; whether it is gone. */
  remove(): boolean;
  /** `isAnywhere`: also where a page with other settings has put it. */
  readNote(isAnywhere: boolean): Found<Note>;
  writeNote(note: Note): boolean;
  /** Removes the record and all that others keep of the reader, in cookies of this name too. */
  clear(cookie?: string): void;
};

/** Effects. */
export type Env = {
  /** Unix ms. */
  now(): number;
  /** Ms of a clock that nobody sets. */
  elapsed(): number;
  /** In [0, 1). */
  random(): number;
  /** Does it when the browser's task of this moment is over. */
  soon(task: () => void): void;
  hash: Hash;
  store: Store;
  lock: Lock;
  requests: Requests;
  tab: Tab;
};

/** Asks the operator; never rejects. Calls `onSlow` when it takes longer than auctions wait. */
export type TimedSend = (flight: AbortController, onSlow: () => void) => Promise<Outcome>;

/** What the publisher says, read again at each look; and what is done with those settings. */
export type PageSide = {
  /** Takes in whom the page names. `login` is the number of whom it named before, or 0; `since` the last logout's. */
  takeClaim(login: number, since: number): Pick<Sight, 'claim' | 'isNewObject' | 'early'>;
  /** Notes whom the page names by itself, where nothing may be looked at: after all logins and logouts `known`. */
  notice(known?: number): void;
  /** Whoever was so noted before this moment, Unix ms, has left. */
  logoutHeard(since: number): void;
  isEarlyOver(): boolean;
  /** Whether the page names its reader by itself, and not by a cookie. */
  isNaming(): boolean;
  /** The advertising tokens that the page names, in whichever way; reads no cookie unless `isAllowed`. */
  tokens(isAllowed: boolean): string[];
  /** Refresh at least so often, ms. */
  every(): number;
  bidWhileRefreshing(): boolean;
  /** Whether the record is to be in cookies, which end by themselves. */
  isInCookies(): boolean;
  /** UID2's own SDK is here, and knows who the reader is: what we keep does not count. */
  isSdkInCharge(): boolean;
  /** Whether we may start: Prebid has called `getId`, or the page has called `__uid2` and consent is known. */
  mayStart(): boolean;
  /** Whether Prebid's config has named us, and does so no more. */
  isRemoved(): boolean;
  /** Why consent or an activity rule forbids everything; activity rules are asked only on a `recheck`. */
  denial(how?: 'recheck'): string | undefined;
  /** Prepares a request, as making keys takes time: what it gives back asks the operator. */
  prepare(need: Need): TimedSend;
  /** Called after anything may have changed, and with a failure, and what the operator says of it. */
  notify(failure?: Failure, message?: string): void;
};

/**
 * Who the reader is now, what bidders get, and its renewal.
 *
 * | Call | Looks | Carries out what follows | Asks the operator |
 * | --- | --- | --- | --- |
 * | `takeIn` | yes | no, the next look does | no |
 * | `notice` | no | no | no |
 * | `look` | yes | yes | no |
 * | `lookFirst` | yes | yes, but the record is written later | no |
 * | `ask`, `wait` | only for a request | only for a request | if due |
 * | `renew`, `hold` | yes | yes | if due |
 */
export type Session = {
  /** Looks at everything again, and carries out what follows; asks nobody. */
  look(): Decision;
  /** The same; but a record is written after this task of the browser's, as an auction may be about to start. */
  lookFirst(): Decision;
  /** Only takes in what there is (the store may move a record): what follows is carried out by the next look. */
  takeIn(): void;
  /** For an auction: asks the operator if that is due, by what the last look has found. */
  ask(): void;
  /** Like `ask`. Returns what an auction waits for, if anything. */
  wait(): Promise<void> | undefined;
  /** Looks again, and asks the operator if that is due. */
  renew(): void;
  /** What the auction about to start waits for, if anything. */
  hold(): Promise<void> | undefined;
  /** Hears the tab from now on, and notes whom the page names, though nothing may be looked at yet. */
  notice(): void;
  /** Logs the reader out; `cookie` is the publisher's, and goes too. */
  disconnect(cookie?: string): void;
  /** What follows from what is known, at this moment; touches no storage. */
  decision(): Decision;
  /** Whether a logout is known to have ended this token; touches no storage. */
  hasEnded(token?: string): boolean;
  /** Whether a login or a logout has come after the reader whom the page named at the last look. Touches no storage. */
  isSuperseded(): boolean;
  /** The record in use, if storage has it, as far as this page knows. */
  stored(): StoredRecord | undefined;
};
