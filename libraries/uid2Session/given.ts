import { entryIn, isNaming, namesByItself, type Config, type Params } from './params.js';
import type { Identity } from './identity.js';
import type { Claim } from './types.js';

/** What the page has given us: Prebid's config, and what it told `window.__uid2`. Replaced as a whole. */
export type Given = {
  /** All entries that Prebid's config has for us now. */
  entries: Config[];
  /** The one that counts, once Prebid has asked. */
  entry?: Config;
  /** Bidders that may have the token, as Prebid has last asked; all of them if there is no list. */
  bidders?: string[];
  /** The entry that counted last, where the config has none any more. */
  removed?: Config;
  /** Settings given to `window.__uid2`. */
  sdkSettings?: Params;
  /** The reader named to `window.__uid2`. Counts if the entry names none, or one that is overridden. */
  sdkReader?: Params;
  /**
   * The entry's reader, if logged out when the page named another to `window.__uid2`. Kept as the token, or as the
   * params object.
   */
  overriddenBySdk?: Params | string;
  /** Whether our `window.__uid2`, if it is there, may look and ask: consent is known, and the page's queue is done. */
  isSdkOpen?(): boolean;
  /** UID2's own SDK knows who the reader is: what we keep does not count. */
  isSdkInCharge?(): boolean;
};

/** Marks that the reader named to `window.__uid2` has logged out. Compared by identity. */
export const SDK_READER_LEFT: Params = {};

/** The token that params name. */
export const tokenOf = (params?: Params) => (params?.uid2Token as Partial<Identity> | null)?.advertising_token;

/** Tells one naming in the config from the next. The same token in a new object is no login. */
const keyOf = (params?: Params) => tokenOf(params) ?? params;

/** `given` after a change. An overridden reader is forgotten once the entry names somebody else. */
export function changedBy(given: Given, change: Partial<Given>): Given {
  const next = { ...given, ...change };
  const key = keyOf(paramsOfEntry(next));
  const isOther = key !== undefined && key !== next.overriddenBySdk;
  return isOther ? { ...next, overriddenBySdk: undefined } : next;
}

/**
 * The entry that counts: also before Prebid has asked, as it will; but not while our `window.__uid2` has begun and
 * names nobody, as a page may name its reader there.
 */
export function entryOf({ entry, entries, sdkSettings, sdkReader, isSdkOpen }: Given): Config | undefined {
  const isNobodyNamed = isSdkOpen !== undefined && sdkSettings !== undefined && !sdkReader;
  return entry ?? (isNobodyNamed ? undefined : entryIn(entries));
}

/** The same, as it will be once Prebid has asked: then the entry counts, be it that nobody is named to `__uid2`. */
export const withEntry = (given: Given): Given => ({ ...given, isSdkOpen: undefined });

/** Its params. */
const paramsOfEntry = (given: Given): Params | undefined => entryOf(given)?.params;

/** The key of whom the entry names, also before it counts. */
export const keyOfEntry = (given: Given) => keyOf(paramsOfEntry(withEntry(given)));

/** All params that count. */
export const paramsIn = (given: Given): Params =>
  ({ ...given.sdkSettings, ...readerIn(given), ...entryParamsIn(given) });

/** The params that the entry sets, without a reader who is overridden. The page may give others to `window.__uid2`. */
function entryParamsIn(given: Given): Params {
  const { overriddenBySdk } = given;
  const params = paramsOfEntry(given);
  const isOverridden = overriddenBySdk !== undefined && keyOf(params) === overriddenBySdk;
  const counts = ([name, value]: [string, unknown]) =>
    value !== undefined && value !== null && !(isOverridden && namesByItself(name));
  return Object.fromEntries(Object.entries(params ?? {}).filter(counts));
}

/** The object in which the reader is named. */
export const namedIn = (given: Given): Params | undefined => readerIn(given) ?? paramsOfEntry(given);

/** The reader who was named to `window.__uid2`, where the entry names none. */
function readerIn(given: Given): Params | undefined {
  const { sdkReader } = given;
  return !sdkReader || sdkReader === SDK_READER_LEFT || isNaming(entryParamsIn(given)) ? undefined : sdkReader;
}

/** The claim is `left` if it names nobody, and the reader named to `window.__uid2` has logged out. */
export const leftOr = (claim: Claim, { sdkReader }: Given): Claim =>
  (claim.kind === 'nobody' && sdkReader === SDK_READER_LEFT ? { ...claim, kind: 'left' } : claim);

/** What a look found: the object in which the reader was named, the one named to `window.__uid2`, the last logout. */
export type LastLook = { named?: Params; sdkReader?: Params; since: number };

/**
 * Whether the reader named to `window.__uid2` has logged out since the last look: a logout has come after their login.
 * `login` is the number of whom the page named then, 0 if that was nobody; `since` is that of the last logout.
 */
export function hasSdkReaderLeft({ sdkReader }: Given, last: LastLook, login: number, since: number): boolean {
  const wasNamed = sdkReader !== undefined && sdkReader !== SDK_READER_LEFT && sdkReader === last.sdkReader;
  // whoever is hidden by an entry that names nobody has no number: the last look was after their login
  const isHiddenByEntry = login === 0 && last.named !== last.sdkReader;
  const loginAtLeast = isHiddenByEntry ? last.since : login || since;
  return wasNamed && loginAtLeast < since;
}
