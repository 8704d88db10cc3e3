import {
  changedBy, entryOf, hasSdkReaderLeft, leftOr, namedIn, paramsIn, SDK_READER_LEFT, withEntry, type Given,
  type LastLook,
} from './given.js';
import { claimFrom, tokensIn } from './claim.js';
import { createEarly } from './early.js';
import { wordsOf } from './words.js';
import { createDenial, type Consent } from './consent.js';
import { isNaming, type Params } from './params.js';
import { sendingOf, timedSend, type Reach } from './request.js';
import type { PageSide } from './env.js';
import type { FailureWords } from './parts.js';
import type { Place } from './places.js';
import type { Claim, Failure, Hash } from './types.js';

/** Failures that only the publisher can mend. */
const WARNED: Failure['kind'][] = ['insecure', 'key', 'domain'];
/** What happens in everyday life, and is nothing to warn of. */
const NO_FLAW = [undefined, 'no cookie', 'empty cookie', 'opted out on the server'];

/** No cookie. */
const none = () => null;

/** What is needed to know what the page says. */
export type Sources = Reach & {
  consent(): Consent;
  isConsentKnown(): boolean;
  isAllowed(activity: 'enrichEids' | 'accessDevice', cookie?: string): boolean;
  cookie: Place['get'];
  hash: Hash;
  warn(message: string): void;
  changed(failure?: FailureWords): void;
};

export type Page = PageSide & { given(): Given; say(change: Partial<Given>): void; params(): Params };

/** The publisher's side of a session. */
export function createPage(sources: Sources): Page {
  let given: Given = { entries: [] };
  let last: LastLook = { since: 0 };
  let warned: string | undefined;

  const params = () => paramsIn(given);
  const isSdkOpen = () => given.isSdkOpen?.() ?? sources.isConsentKnown();
  const early = createEarly();

  return {
    given: () => given,
    say(change) { given = changedBy(given, change); },
    notice: (known = 0) => early.notice({ ...namedBy(withEntry(given), sources), at: Math.max(known, sources.now()) }),
    logoutHeard: early.logoutHeard,
    isEarlyOver: early.isOver,
    params,
    takeClaim(login, since) {
      const hasLeft = hasSdkReaderLeft(given, last, login, since);
      if (hasLeft) given = { ...given, sdkReader: SDK_READER_LEFT };
      // in their place the entry's object may name the reader again: that is no new naming
      const isNewObject = !hasLeft && namedIn(given) !== last.named;
      last = { named: namedIn(given), sdkReader: given.sdkReader, since };
      const claim = leftOr(claimFrom(params(), sources), given);
      warned = warnIfNew(claim, warned, sources);
      return { claim, isNewObject, early: early.take(claim) };
    },
    isNaming: () => isNaming(params()),
    tokens: (isAllowed) => tokensIn(params(), isAllowed ? sources.cookie : none),
    every: () => everyOf(params()),
    mayStart: () => given.entry !== undefined || (given.sdkSettings !== undefined && isSdkOpen()),
    isRemoved: () => given.removed !== undefined && given.sdkSettings === undefined,
    isSdkInCharge: () => given.isSdkInCharge?.() === true,
    bidWhileRefreshing: () => params().bidWhileRefreshing === true,
    isInCookies: () => (params().storage ?? entryOf(given)?.storage?.type) === 'cookie',
    denial: createDenial(sources),
    prepare: (need) => timedSend(sendingOf(params(), need, sources), sources.auctionDelay()),
    notify: (failure, message) => notify(sources, failure, message),
  };
}

/** Whom the page names by itself, and in which object. */
const namedBy = (given: Given, sources: Sources) =>
  ({ claim: claimFrom(paramsIn(given), { ...sources, cookie: none }), object: namedIn(given) });

/** Warns of a flaw, unless it is the one `warned` of already; gives back which one there is. */
function warnIfNew({ flaw }: Claim, warned: string | undefined, { warn }: Sources): string | undefined {
  if (flaw !== warned && !NO_FLAW.includes(flaw)) warn(`UID2: ${flaw}`);
  return flaw;
}

function notify({ warn, changed }: Sources, failure?: Failure, message?: string): void {
  if (failure && WARNED.includes(failure.kind)) warn(`UID2: ${wordsOf(failure)}`);
  changed(failure && { words: wordsOf(failure), message });
}

function everyOf({ refreshIntervalSeconds: seconds }: Params): number {
  return typeof seconds === 'number' && seconds > 0 ? Math.max(seconds, 1) * 1000 : Infinity;
}
