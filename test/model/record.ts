import type { Browser } from './browser.ts';
import { NAMES, valueOf } from './operator.ts';

// What is stored of a reader, read from outside.

const KEY = '__uid2_advertising_token';
const OPTED_OUT = 72 * 3600e3;

/** In the place of Prebid's cyrb53Hash: any that tells texts apart. */
export const hash = (text: string, salt = 0) =>
  String([...text].reduce((sum, char) => (Math.imul(sum, 31) + char.charCodeAt(0)) >>> 0, salt >>> 0) + 1e9);

/** A record: whom it was made for, until when it is of use (Unix ms), and its token. */
export type Kept = { reader?: string; end: number; token?: string; expires: number; isWhole: boolean; answers: number };

/** The record in a text, whatever is wrong with it. */
function recordFrom(text: string): Kept | undefined {
  try {
    const { originalToken, originalIdentity, latestToken, updated, answers } = JSON.parse(text);
    const isOptOut = latestToken === 'optout';
    return {
      reader: originalToken?.advertising_token ?? NAMES.find((name) => isOf(name, originalIdentity)),
      end: isOptOut ? updated + OPTED_OUT : latestToken.refresh_expires,
      token: latestToken.advertising_token,
      expires: latestToken.identity_expires,
      isWhole: isOptOut || latestToken.refresh_token !== undefined,
      answers,
    };
  } catch (e) {}
}

const isOf = (name: string, kept?: { identity: string; salt: number }) =>
  kept !== undefined && hash(valueOf(name), kept.salt) === kept.identity;

/** The last one that was read: most looks find what the one before has found. */
let last: { text?: string; record?: Kept } = {};

export function recordIn(browser: Browser): Readonly<Kept> | undefined {
  const text = browser.local.get(KEY) ?? browser.cookie(KEY);
  if (text !== last.text) last = { text, record: text === undefined ? undefined : recordFrom(text) };
  return last.record;
}
