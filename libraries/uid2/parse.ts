import type { Identity, Latest, Stored } from './tokens.js';

/** What may be any JSON, before it is known to be more. */
export type Loose = { [name: string]: unknown } | null | undefined;

const isText = (value: unknown) => typeof value === 'string' && /^[!-~]{1,9999}$/.test(value);
const isTime = (value: unknown) => Number.isFinite(value) && value as number > 0 && value as number < 1e15;

/** The outcome of the action, or undefined when it throws. */
export function attempt<A extends unknown[], T>(action: (...args: A) => T, ...args: A): T | undefined {
  try {
    return action(...args);
  } catch (e) {}
}

/** JSON text as a value; undefined where it is none. */
export const jsonFrom = (text: unknown): Loose => attempt(JSON.parse, text as string);

/** An identity with all its fields, or undefined. */
export function identityFrom(value: unknown): Identity | undefined {
  const { advertising_token: token, refresh_token: refresh, refresh_from: from, identity_expires: end, refresh_expires: last } = value as Loose ?? {};
  if ([token, refresh].every(isText) && [from, end, last].every(isTime)) return value as Identity;
}

/** An outcome: the word 'optout', or the identity in `body`. */
export const latestFrom = (status: unknown, body: unknown): Latest | undefined => (status === 'optout' ? status : identityFrom(body));

/** The record in stored JSON, by whichever version of the module it was written; only its latestToken and its owner are vouched for. */
export function storedFrom(text: unknown): Stored | undefined {
  const value = jsonFrom(text) as Stored | undefined;
  const latest = value?.latestToken;
  if (!latestFrom(latest, latest)) return;
  if (!isText(value!.originalToken?.advertising_token)) delete value!.originalToken;
  if (!isText(value!.originalIdentity?.identity)) delete value!.originalIdentity;
  if (!isTime(value!.updated)) delete value!.updated;
  if (!isTime(value!.login)) delete value!.login;
  return value;
}

/** A bare advertising token, as the first integrations stored it: nothing that merely is text, and not the word for nothing. */
export const plainTokenFrom = (text: unknown) => /^(?=.*[a-z])[\w+/=-]{10,9999}$/i.exec(text as string)?.[0];
