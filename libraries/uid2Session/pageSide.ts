import { claimFrom, tokensIn } from './claim.js';
import { wordsOf } from './note.js';
import { entryIn, isOurs, type Config, type Consent, type Params } from './params.js';
import { sendingOf, timedSend, type Reach } from './request.js';
import type { PageSide } from './env.js';
import type { Claim, Failure, Found, Hash } from './types.js';

/** The EU's section of a GPP string. */
const TCF_EU = 2;
/** Failures that only the publisher can mend. */
const WARNED: Failure['kind'][] = ['insecure', 'key', 'domain'];

/** What the page has said, in Prebid's config and to `window.__uid2`; replaced as a whole. */
export type Given = {
  /** All entries that Prebid's config has for us now. */
  entries: Config[];
  /** The one that counts; nothing before Prebid has asked. */
  entry?: Config;
  said?: Params;
  /** UID2's own SDK knows who the reader is: what we keep does not count. */
  isAside?(): boolean;
};

/** What is needed to know what the page says. */
export type Sources = Reach & {
  consent(): Consent;
  isAllowed(activity: 'enrichEids' | 'accessDevice', cookie?: string): boolean;
  cookie(name: string): Found<string>;
  hash: Hash;
  salt: number;
  warn(message: string): void;
  changed(failure?: string): void;
};

export type Page = PageSide & { given(): Given; say(change: Partial<Given>): void; params(): Params };

/** The publisher's side of a session. */
export function createPage(sources: Sources): Page {
  let given: Given = { entries: [] };
  /** The objects in which the reader was named when we last looked. */
  let named: unknown[] = [];
  let warned: string | undefined;
  let isDenied = false;

  const params = (): Params => ({ ...given.said, ...given.entry?.params });

  function warn({ flaw }: Claim) {
    if (flaw !== warned && !NO_FLAW.includes(flaw)) sources.warn(`UID2: ${flaw}`);
    warned = flaw;
  }

  return {
    given: () => given,
    say(change) { given = { ...given, ...change }; },
    params,
    claim() {
      const objects = [given.said, given.entry?.params];
      const isAnew = objects.some((one, at) => one !== named[at]);
      named = objects;
      const claim = claimFrom(params(), sources);
      warn(claim);
      return { claim, isAnew };
    },
    tokens: (isAllowed) => tokensIn(params(), isAllowed ? sources.cookie : () => 'absent'),
    every: () => everyOf(params()),
    isAside: () => given.isAside?.() === true,
    bidWhileRefreshing: () => params().bidWhileRefreshing === true,
    denial(anew) {
      const denial = deniedBy(sources.consent());
      if (anew && denial === undefined) isDenied = !sources.isAllowed('enrichEids');
      return denial ?? (isDenied ? 'enrichEids denied' : undefined);
    },
    prepare: (need) => timedSend(sendingOf(params(), need, sources), sources.auctionDelay()),
    changed: (failure) => changed(sources, failure),
  };
}

function changed({ warn, changed: tell }: Sources, failure?: Failure): void {
  if (failure && WARNED.includes(failure.kind)) warn(`UID2: ${wordsOf(failure)}`);
  tell(failure && wordsOf(failure));
}

/** What happens in everyday life, and is nothing to warn of. */
const NO_FLAW = [undefined, 'no cookie', 'empty cookie', 'opted out on the server'];

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
  return (isLive && entryIn(live.filter(isOurs))) || asked;
}
