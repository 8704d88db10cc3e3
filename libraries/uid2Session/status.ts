import { consentDenial } from './consent.js';
import { cookieOf } from './params.js';
import { isValid, type State } from './identity.js';
import { wordsOf } from './words.js';
import type { Offers } from './offers.js';
import type { Parts } from './parts.js';
import type { Decision, Source } from './types.js';

/** The answer of `pbjs.uid2.status()`: words and times (Unix ms), never a secret. */
export type Status = {
  state: State;
  /** One word or line; modules/uid2IdSystem.md lists them, each with its cure. */
  reason: string;
  source: Source;
  identityExpires?: number;
  refreshFrom?: number;
  /** When the operator is asked next, if the page is visible then or runs an auction. */
  nextRefresh?: number;
  /** How the last request failed: `network`, `http <status>`, `unreadable` and so on. */
  lastError?: string;
  /** Bidders of the last auction that are not given the token. */
  withheldFrom?: string[];
};

type Withheld = ReturnType<Offers['withheld']>;

/** Nothing was found: then it matters why. */
const NOTHING_FOUND = ['none', 'no cookie'];

function reasonOf({ reason }: Decision, parts: Parts, { without, isFromAll }: Withheld): string {
  const idle = idleOf(parts);
  if (idle) return idle;
  if (NOTHING_FOUND.includes(reason)) return nothingOf(reason, parts);
  if (reason === 'refreshing' && parts.auctionDelay() === 0) return 'no auctionDelay';
  return reason === 'ok' && isFromAll ? withheldOf(without, parts) : reason;
}

/** Why Prebid has not asked us yet, if it has not. */
function idleOf({ page, isConsentKnown, consent }: Parts): string | undefined {
  const { entry, entries } = page.given();
  if (entry || consentDenial(consent()) !== undefined) return undefined;
  if (entries.length === 0) return 'notConfigured';
  if (!isConsentKnown()) return 'waiting for consent';
  return page.denial() === undefined ? 'not asked' : undefined;
}

function nothingOf(reason: string, { page, isAllowed }: Parts): string {
  const cookie = cookieOf(page.params());
  if (!isAllowed('accessDevice')) return 'storage denied';
  if (cookie !== undefined && !isAllowed('accessDevice', cookie)) return 'cookie not disclosed';
  return page.given().entries.length > 1 ? 'two entries' : reason;
}

const NONE_WITHHELD: Withheld = { without: [], isFromAll: false };

/** Why bidders have none: the entry's list is not the reason where one without a token is on it. */
const withheldOf = (without: string[], parts: Parts) =>
  (without.some((bidder) => isListed(parts, bidder)) ? 'transmitEids denied' : 'bidder not listed');

/** Whether the entry is for this bidder, be it that it is for all. */
export function isListed({ page }: Parts, bidder: string): boolean {
  const { bidders } = page.given();
  return !bidders?.length || bidders.includes(bidder);
}

/** Of a bare token nobody knows the times. */
const known = (time?: number) => (time === Infinity ? undefined : time);

/** The answer of `pbjs.uid2.status()`. */
export function statusOf(parts: Parts, offers: Offers): Status {
  const decision = parts.session.decision();
  const { state, source, identity, nextRefresh, error } = decision;
  const withheld = isValid(state) ? offers.withheld() : NONE_WITHHELD;
  const { without } = withheld;
  return {
    state,
    reason: reasonOf(decision, parts, withheld),
    source,
    lastError: error && wordsOf(error),
    identityExpires: known(identity?.identity_expires),
    refreshFrom: known(identity?.refresh_from),
    nextRefresh,
    ...(without.length > 0 && { withheldFrom: without }),
  };
}
