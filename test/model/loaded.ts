import type { Browser } from './browser.ts';
import type { Event, Settings } from './events.ts';
import type { Answer, Operator } from './operator.ts';
import type { Page, Request, Rules } from './rules.ts';
import type { Door } from '../../libraries/uid2Session/door.js';
import type { Config } from '../../libraries/uid2Session/params.js';
import type { Identity } from '../../libraries/uid2Session/identity.js';

// What the world is made of.

export const KEY = '__uid2_advertising_token';
/** The publisher's cookie. */
export const COOKIE = 'publisher';

export type Way = 'getId' | 'extendId';

/** A Prebid in a tab. */
export interface Loaded extends Page {
  module: Door;
  /** The token in the page's params, and how Prebid asks for the ID when the page loads. */
  param?: Identity;
  config?: Config;
  /** What the publisher's cookie had when it could be read. */
  last?: Identity;
  way: Way;
  consent: { gdpr: { gdprApplies: boolean }; coppa: boolean };
}

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
  fault: Extract<Event, ['storage', unknown]>[1];
}
