import { diiIn, EUID, type DiiClaim } from './dii.js';
import { identityFrom, isText, jsonFrom, type Loose } from './parse.js';
import { cookieOf, misspelt, type Params } from './params.js';
import type { Identity } from './identity.js';
import type { Place } from './places.js';
import type { Claim, Hash } from './types.js';

/** Times in seconds end before this, in ms after 1970. */
const SECONDS_END = 1e11;

/** What claims are read with: the publisher's cookie by name, and a hash that tells addresses apart in memory. */
export type Reading = { cookie: Place['get']; hash: Hash };

/** Who the page says the reader is: by an address, the param, or the cookie, in this order. */
export function claimFrom(params: Params, reading: Reading): Claim {
  const { flaw, dii } = FEATURES.UID2_CSTG ? diiIn(params) : noDiiIn(params);
  if (FEATURES.UID2_CSTG && dii) {
    const { value } = dii;
    const account = `${params.serverPublicKey}${params.subscriptionId}`;
    const firstNeed = { key: `g${reading.hash(account + value).slice(-8)}` };
    return { kind: 'dii', source: 'params', name: reading.hash(value), value, firstNeed, flaw };
  }
  const given = givenIn(params, reading.cookie);
  const named = given.find(({ kind }) => kind === 'identity' || kind === 'optedOut');
  if (named) return { ...named, flaw: flaw ?? named.flaw } as Claim;
  if (flaw) return { kind: 'unusable', flaw };
  const wrong = given.find(({ kind }) => kind === 'unusable') ?? given.find((claim) => claim.flaw);
  return wrong ?? { kind: 'nobody', flaw: misspelt(params) };
}

const noDiiIn = ({ serverPublicKey }: Params): DiiClaim => ({ flaw: serverPublicKey && 'built without UID2_CSTG' });

/** What the param and the cookie say. */
const givenIn = (params: Params, cookie: Reading['cookie']): Claim[] => [fromParam(params), fromCookie(params, cookie)];

function fromParam({ uid2Token }: Params): Claim {
  return uid2Token ? fromValue(uid2Token, 'params') : { kind: 'nobody' };
}

function fromCookie(params: Params, cookie: Reading['cookie']): Claim {
  const name = cookieOf(params);
  if (!name) return { kind: 'nobody' };
  const text = cookie(name);
  if (text === null) return { kind: 'nobody', flaw: 'no cookie' };
  if (text === undefined) return { kind: 'nobody', flaw: 'invalid uid2Cookie' };
  return text ? fromValue(jsonFrom(text) ?? text, 'cookie') : { kind: 'nobody', flaw: 'empty cookie' };
}

/** A value that should be an identity. */
function fromValue(value: unknown, source: 'params' | 'cookie'): Claim {
  const loose = (typeof value === 'object' ? value : undefined) as Loose;
  if (loose?.status === 'optout') return { kind: 'optedOut', source, flaw: 'opted out on the server' };
  const identity = identityFrom(value);
  if (!identity) return flawed(loose, source === 'params' ? 'invalid uid2Token' : 'invalid uid2Cookie');
  if (isInSeconds(identity)) return flawed(loose, 'times in seconds');
  if (isEuid(identity)) return flawed(loose, EUID);
  return { kind: 'identity', source, name: identity.advertising_token, identity };
}

/** Whatever has a token is somebody's, even if it cannot work. */
function flawed(loose: Loose, flaw: string): Claim {
  const token = loose?.advertising_token;
  return token ? { kind: 'unusable', flaw, name: isText(token) ? token : undefined } : { kind: 'nobody', flaw };
}

/** The first character has the kind of token: A and B are UID2, E and F are EUID. */
const isEuid = ({ advertising_token: token }: Identity) => /^[EF]/.test(token);

const isInSeconds = ({ identity_expires: end }: Identity) => end < SECONDS_END;

/** The advertising tokens in the param and in the cookie. */
export const tokensIn = (params: Params, cookie: Reading['cookie']): string[] =>
  givenIn(params, cookie).map(({ name }) => name).filter((name) => name !== undefined);
