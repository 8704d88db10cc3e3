import type { Identity, Latest, StoredRecord } from './identity.js';
import type { Failure, Note } from './types.js';
import type { Pause } from './pause.js';

/** What may be any JSON, before it is known to be more. */
export type Loose = { [name: string]: unknown } | null | undefined;

const LATEST_TIME = 1e15;

export const isText = (value: unknown): value is string => typeof value === 'string' && /^[!-~]{1,9999}$/.test(value);
const isTime = (value: unknown): value is number => typeof value === 'number' && value > 0 && value < LATEST_TIME;
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** The value if it is of this kind, or nothing. */
const only = <T>(value: unknown, is: (value: unknown) => value is T): T | undefined => (is(value) ? value : undefined);

/** The outcome of the action, or undefined when it throws. */
export function attempt<A extends unknown[], T>(action: (...args: A) => T, ...args: A): T | undefined {
  try {
    return action(...args);
  } catch (e) {}
}

/** The object or list in JSON text, or undefined; a look that finds nothing throws nothing, as that takes its time. */
export const jsonFrom = (text: unknown): Loose =>
  (typeof text === 'string' && /^\s*[{[]/.test(text) ? attempt(JSON.parse, text) : undefined);

/** The six fields of an identity and nothing else, or undefined. */
export function identityFrom(value: unknown): Identity | undefined {
  const loose = value as Loose ?? {};
  const { advertising_token: token, refresh_token: refresh, refresh_response_key: key } = loose;
  const { refresh_from: from, identity_expires: end, refresh_expires: last } = loose;
  if (!isText(token) || !isText(refresh) || !isTime(from) || !isTime(end) || !isTime(last)) return undefined;
  return {
    advertising_token: token,
    refresh_token: refresh,
    refresh_from: from,
    identity_expires: end,
    refresh_expires: last,
    ...(isText(key) && { refresh_response_key: key }),
  };
}

/** An outcome: the word 'optout', or the identity in `body`. */
export const latestFrom = (status: unknown, body: unknown): Latest | undefined =>
  (status === 'optout' ? status : identityFrom(body));

/** The record in stored JSON, by whichever version of the module it was written. */
export function recordFrom(text: unknown): StoredRecord | undefined {
  const value = jsonFrom(text);
  const latestToken = latestFrom(value?.latestToken, value?.latestToken);
  if (!value || !latestToken) return undefined;
  const token = value.originalToken as StoredRecord['originalToken'];
  const owner = value.originalIdentity as StoredRecord['originalIdentity'];
  const login = only(value.login, isTime);
  return {
    ...value,
    latestToken,
    originalToken: isText(token?.advertising_token) ? token : undefined,
    originalIdentity: isText(owner?.identity) ? owner : undefined,
    updated: only(value.updated, isTime),
    // a fraction is not part of the number
    login: login && Math.floor(login),
    answers: only(value.answers, isTime),
  };
}

/** How requests fail. */
export const FAILURES = ['network', 'timeout', 'unreadable', 'http', 'domain', 'insecure', 'key'] as const;
const isKind = (value: unknown): value is Failure['kind'] => FAILURES.includes(value as Failure['kind']);

function pauseFrom(value: Loose): Pause | undefined {
  const { kind, status, until, failures } = value ?? {};
  if (!isKind(kind) || !isTime(until) || !isTime(failures)) return undefined;
  return { kind, until, failures, ...(isTime(status) && { status }) };
}

/** The note in stored JSON. */
export const noteFrom = (text: unknown): Note | undefined => noteIn(jsonFrom(text));

/** The note, if it is one. */
export function noteIn(value: unknown): Note | undefined {
  if (!isObject(value)) return undefined;
  const { since, ended, pauses, isSlow } = value as NonNullable<Loose>;
  const all = Object.entries(isObject(pauses) ? pauses : {}).map(([key, pause]) => [key, pauseFrom(pause)] as const);
  return {
    since: only(since, isTime) ?? 0,
    ended: Array.isArray(ended) ? ended.filter(isText) : [],
    pauses: Object.fromEntries(all.filter((one): one is [string, Pause] => one[1] !== undefined)),
    isSlow: isSlow === true,
  };
}

/** A bare advertising token, as the first integrations stored it: not any text. */
export function plainTokenFrom(text: unknown): string | undefined {
  return typeof text === 'string' ? /^(?=.*[a-z])[\w+/=-]{10,9999}$/i.exec(text)?.[0] : undefined;
}
