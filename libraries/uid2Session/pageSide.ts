import { claimFrom, tokensIn } from './claim.js';
import { wordsOf } from './note.js';
import { entryIn, isNaming, type Config, type Consent, type Params } from './params.js';
import { sendingOf, timedSend, type Reach } from './request.js';
import type { PageSide } from './env.js';
import type { FailureSaid } from './parts.js';
import type { Claim, Failure, Found, Hash } from './types.js';

/** The EU's section of a GPP string. */
const TCF_EU = 2;
/** Failures that only the publisher can mend. */
const WARNED: Failure['kind'][] = ['insecure', 'key', 'domain'];
/** What happens in everyday life, and is nothing to warn of. */
const NO_FLAW = [undefined, 'no cookie', 'empty cookie', 'opted out on the server'];

/** What the page has said, in Prebid's config and to `window.__uid2`; replaced as a whole. */
export type Given = {
  /** All entries that Prebid's config has for us now. */
  entries: Config[];
  /** The one that counts; nothing before Prebid has asked. */
  entry?: Config;
  /** Bidders that may have the token, as Prebid has last asked; all of them if there is no list. */
  bidders?: string[];
  /** An entry counted once, and the config has none any more. */
  isRemoved?: boolean;
  /** Settings said to `window.__uid2`. */
  said?: Params;
  /** The reader named there; counts where the entry names none. */
  reader?: Params;
  /** UID2's own SDK knows who the reader is: what we keep does not count. */
  isAside?(): boolean;
};

/** What is needed to know what the page says. */
export type Sources = Reach & {
  consent(): Consent;
  isConsentKnown(): boolean;
  isAllowed(activity: 'enrichEids' | 'accessDevice', cookie?: string): boolean;
  cookie(name: string): Found<string>;
  hash: Hash;
  warn(message: string): void;
  changed(failure?: FailureSaid): void;
};

export type Page = PageSide & { given(): Given; say(change: Partial<Given>): void; params(): Params };

/**
 * In the place of a reader who has left: who was named to `window.__uid2` does not come back. This very object, and no
 * other that is empty, says so.
 */
export const LEFT: Params = {};

/** The publisher's side of a session. */
export function createPage(sources: Sources): Page {
  let given: Given = { entries: [] };
  /** The object in which the reader was named when we last looked, and the one said to `window.__uid2`. */
  let last: { named?: Params; reader?: Params } = {};
  let warned: string | undefined;
  let isDenied = false;

  const params = (): Params => ({ ...given.said, ...readerIn(given), ...stated(given.entry?.params) });

  return {
    given: () => given,
    say(change) { given = { ...given, ...change }; },
    params,
    takeClaim(hasLeft) {
      const { reader } = given;
      const isLeaving = hasLeft && reader !== undefined && reader !== LEFT && reader === last.reader;
      if (isLeaving) given = { ...given, reader: LEFT };
      const before = last;
      last = { named: readerIn(given) ?? given.entry?.params, reader: given.reader };
      const claim = leftOr(claimFrom(params(), sources), given);
      warned = warnOf(claim, warned, sources);
      // where the SDK's reader leaves, the entry's object takes the place: nobody was named anew
      return { claim, isAnew: last.named !== before.named && !isLeaving };
    },
    tokens: (isAllowed) => tokensIn(params(), isAllowed ? sources.cookie : () => 'absent'),
    every: () => everyOf(params()),
    isAsked: () => given.entry !== undefined || (given.said !== undefined && sources.isConsentKnown()),
    isRemoved: () => given.isRemoved === true && given.said === undefined,
    isAside: () => given.isAside?.() === true,
    bidWhileRefreshing: () => params().bidWhileRefreshing === true,
    isInCookies: () => (params().storage ?? given.entry?.storage?.type) === 'cookie',
    denial(anew) {
      const denial = deniedBy(sources.consent());
      if (anew && denial === undefined) isDenied = !sources.isAllowed('enrichEids');
      return denial ?? (isDenied ? 'enrichEids denied' : undefined);
    },
    prepare: (need) => timedSend(sendingOf(params(), need, sources), sources.auctionDelay()),
    changed: (failure, message) => changed(sources, failure, message),
  };
}

/** Warns of a flaw once; gives back which one there is. */
function warnOf({ flaw }: Claim, warned: string | undefined, { warn }: Sources): string | undefined {
  if (flaw !== warned && !NO_FLAW.includes(flaw)) warn(`UID2: ${flaw}`);
  return flaw;
}

/** Nobody is named, but somebody was to `window.__uid2`, and has left. */
const leftOr = (claim: Claim, { reader }: Given): Claim =>
  (claim.kind === 'nobody' && reader === LEFT ? { ...claim, kind: 'left' } : claim);

/** The reader who was named to `window.__uid2`, where the entry names none. */
const readerIn = ({ entry, reader }: Given): Params | undefined =>
  (reader === LEFT || isNaming(entry?.params) ? undefined : reader);

/** Params that say something: what a page leaves open there, it may have said to `window.__uid2`. */
const stated = (params: Params | null | undefined): Params =>
  Object.fromEntries(Object.entries(params ?? {}).filter(([, value]) => value !== undefined && value !== null));

function changed({ warn, changed: tell }: Sources, failure?: Failure, message?: string): void {
  if (failure && WARNED.includes(failure.kind)) warn(`UID2: ${wordsOf(failure)}`);
  tell(failure && { words: wordsOf(failure), message });
}

function everyOf({ refreshIntervalSeconds: seconds }: Params): number {
  return typeof seconds === 'number' && seconds > 0 ? Math.max(seconds, 1) * 1000 : Infinity;
}

/** Which consent rule forbids everything, if one does. */
export function deniedBy({ gdpr, gpp, coppa }: Consent): string | undefined {
  const sections = gpp?.applicableSections;
  if (gdpr?.gdprApplies || (Array.isArray(sections) && sections.includes(TCF_EU))) return 'gdprApplies';
  return coppa ? 'coppa' : undefined;
}

/** The entry that counts: from the live config, if what Prebid asks with is part of that. */
export function entryFor(asked: Config, live: Config[]): Config {
  const isLive = live.some(({ params }) => params === asked.params);
  return (isLive && entryIn(live)) || asked;
}
