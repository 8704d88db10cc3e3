import { sha256 } from './bytes.js';

/** The reader as the page names them: the operator's field, and the normalized value; `isHash` if that is a hash. */
export type Dii = { field: 'email_hash' | 'phone_hash'; value: string; isHash: boolean };

export type DiiParams = {
  serverPublicKey?: string;
  subscriptionId?: string;
  emailHash?: string;
  phoneHash?: string;
  email?: string;
  phone?: string;
};

/** What is wrong with the params, if anything; and the reader they name, if the operator can be asked for one. */
export type DiiClaim = { flaw?: string; dii?: Dii };

// base64 of 32 bytes
const asHash = (value: string) => (/^[A-Za-z\d+/]{42}[AEIMQUYcgkosw048]=$/.test(value) ? value : '');
/** A phone number as E.164 has it, never repaired; empty when it is none. */
export const asPhone = (value: string) => (/^\+\d{10,15}$/.test(value) ? value : '');

/** The e-mail address as UID2 hashes it; empty when it is none. */
export function asEmail(value: string): string {
  const [, name, domain] = /^([^\s@]+)@([^\s@]+)$/.exec(value.trim().toLowerCase()) ?? [];
  const local = domain === 'gmail.com' ? name.replace(/\+.*|\./g, '') : name;
  return local ? `${local}@${domain}` : '';
}

/** The hash that the operator is told; from one reader's address and from its hash the same comes. */
export const hashOf = async ({ value, isHash }: Dii): Promise<string> => (isHash ? value : sha256(value));

/** What belongs to EUID: a flaw that names the cure. */
export const EUID = 'EUID: use euidIdSystem';

/** The first of these that is given counts. */
export const KINDS = [
  { param: 'emailHash', field: 'email_hash', normalized: asHash },
  { param: 'phoneHash', field: 'phone_hash', normalized: asHash },
  { param: 'email', field: 'email_hash', normalized: asEmail },
  { param: 'phone', field: 'phone_hash', normalized: asPhone },
] as const;

const isGiven = (value: unknown): value is string => typeof value === 'string' && value !== '';

const isKey = (value: unknown) => isGiven(value) && /^UID2-X-[A-Z]-./.test(value);

const flawOfKey = (key: unknown) => (isGiven(key) && key.startsWith('EUID-') ? EUID : 'invalid serverPublicKey');

/** Reads the params of client-side generation. */
export function diiIn(params: DiiParams): DiiClaim {
  const { serverPublicKey: key, subscriptionId: id } = params;
  const [first, ...others] = KINDS.filter(({ param }) => params[param]);
  if (!first && !key && !id) return {};
  if (!isKey(key)) return { flaw: flawOfKey(key) };
  if (!isGiven(id)) return { flaw: 'invalid subscriptionId' };
  // nobody is logged in
  if (!first) return {};
  const given: unknown = params[first.param];
  const value = isGiven(given) && first.normalized(given);
  if (!value) return { flaw: `invalid ${first.param}` };
  return {
    flaw: others.length ? 'more than one of emailHash, phoneHash, email, phone: the first counts' : undefined,
    dii: { field: first.field, value, isHash: first.normalized === asHash },
  };
}
