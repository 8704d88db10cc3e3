import { isNaming, isNamingParam, type Config, type Params } from './params.js';
import type { Identity } from './identity.js';
import type { Claim } from './types.js';

/** What the page has said, in Prebid's config and to `window.__uid2`; replaced as a whole. */
export type Given = {
  /** All entries that Prebid's config has for us now. */
  entries: Config[];
  /** The one that counts; nothing before Prebid has asked. */
  entry?: Config;
  /** Bidders that may have the token, as Prebid has last asked; all of them if there is no list. */
  bidders?: string[];
  /** The entry that counted last, where the config has none any more. */
  removed?: Config;
  /** Settings said to `window.__uid2`. */
  said?: Params;
  /** The reader named there; counts where the entry names none, or only one who is over. */
  reader?: Params;
  /** The reader of the entry who was over when another one was named to `window.__uid2`: by token, or the params. */
  replaced?: Params | string;
  /** UID2's own SDK knows who the reader is: what we keep does not count. */
  isAside?(): boolean;
};

/**
 * In the place of a reader who has left: who was named to `window.__uid2` does not come back. This very object, and no
 * other that is empty, says so.
 */
export const LEFT: Params = {};

/** The token that params name. */
export const tokenOf = (params?: Params) => (params?.uid2Token as Partial<Identity> | null)?.advertising_token;

/** What tells one naming in the config from the next: a token in a new object is no login. */
export const keyOf = (params?: Params) => tokenOf(params) ?? params;

/** What is said from now on. Whoever was replaced is forgotten once the entry names somebody else. */
export function changedBy(given: Given, change: Partial<Given>): Given {
  const next = { ...given, ...change };
  const isOther = next.entry !== undefined && keyOf(next.entry.params) !== next.replaced;
  return isOther ? { ...next, replaced: undefined } : next;
}

/** All params that count. */
export const paramsIn = (given: Given): Params => ({ ...given.said, ...readerIn(given), ...entryParamsIn(given) });

/** What the entry states: what a page leaves open there, it may have said to `window.__uid2`. */
function entryParamsIn({ entry: { params } = {}, replaced }: Given): Params {
  const isReplaced = replaced !== undefined && keyOf(params) === replaced;
  const counts = ([name, value]: [string, unknown]) =>
    value !== undefined && value !== null && !(isReplaced && isNamingParam(name));
  return Object.fromEntries(Object.entries(params ?? {}).filter(counts));
}

/** The object in which the reader is named. */
export const namedIn = (given: Given): Params | undefined => readerIn(given) ?? given.entry?.params;

/** The reader who was named to `window.__uid2`, where the entry names none. */
function readerIn(given: Given): Params | undefined {
  const { reader } = given;
  return !reader || reader === LEFT || isNaming(entryParamsIn(given)) ? undefined : reader;
}

/** Nobody is named, but somebody was to `window.__uid2`, and has left. */
export const leftOr = (claim: Claim, { reader }: Given): Claim =>
  (claim.kind === 'nobody' && reader === LEFT ? { ...claim, kind: 'left' } : claim);
