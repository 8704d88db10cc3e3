import type { Browser, Tab } from './browser.ts';
import type { Event, Settings } from './events.ts';
import type { Account, Answer, Operator } from './operator.ts';
import type { Page, Request } from './rules/kinds.ts';
import type { Rules } from './rules.ts';
import type { Door } from '../../libraries/uid2Session/door.js';
import type { Config, Params } from '../../libraries/uid2Session/params.js';
import type { Consent } from '../../libraries/uid2Session/consent.js';
import type { Identity } from '../../libraries/uid2Session/identity.js';
import type { Uid2Sdk } from '../../libraries/uid2SdkFacade/sdkTypes.js';

// What the world is made of.

/** The publisher's cookie. */
export const COOKIE = 'publisher';

export type Way = 'getId' | 'extendId';

/** A reader in params: the token, or whose address it is; and the params. */
export type Named = { name: string; params: Params };

/** A Prebid in a tab. */
export interface Loaded extends Page {
  module: Door;
  /** Whom the entry that counts names, and how Prebid asks for the ID when the page loads. */
  param?: Named;
  /** The entries of Prebid's config; nothing if they are yet to be made. */
  configs?: Config[];
  /** What was in them before the page has taken all entries out. */
  shelf?: { param?: Named; configs: Config[] };
  /** What the publisher's cookie had when it could be read. */
  last?: Identity;
  way: Way;
  /** An address was named in new params while that was denied: seen only afterwards, that is a login again. */
  isAnew?: boolean;
  consent: Consent;
  /** The consent platform has not answered yet. */
  isWaiting: boolean;
  /** Tells `window.__uid2` that it has. */
  opens?(): void;
  /** Whether the rule about `enrichEids` denies. */
  isEnrichDenied: boolean;
  /** The entry was taken out of Prebid's config for good. */
  isOut: boolean;
  /** `window.__uid2`, where this Prebid has put it there. */
  sdk?: Uid2Sdk;
  /** Whom the page has named by it: a token, or whose address. */
  said?: string;
  /** Whom the params name, and who was over then. */
  replaced?: string;
}

/** What a page had in its config, as the browser's HTTP cache has it. */
export type Visit = {
  way: Way;
  param?: Named;
  /** The page itself, as the back/forward cache has it. */
  parked?: Tab;
};

/** Everything there is. */
export interface World {
  settings: Settings;
  random(): number;
  browser: Browser;
  operator: Operator;
  rules: Rules;
  pages: Set<Loaded>;
  requests: Request[];
  policy: Answer | 'silent';
  /** The account of pages that name an address from now on. */
  account: Account;
  fault: Extract<Event, ['storage', unknown]>[1];
  /** The pages that a tab has shown before, by its name. */
  history: Map<number, Visit[]>;
}
