// Directly identifying information (DII), normalized and hashed as UID2 asks.
import { createHash } from 'node:crypto';
import { fromBase64 } from './bytes.js';

/** Exactly one piece of directly identifying information. */
export type Dii = { email: string } | { phone: string } | { email_hash: string } | { phone_hash: string };

/** A user as the operator knows them; `hash` is b64 of a SHA-256, 44 characters. */
export interface Person { kind: 'email' | 'phone'; hash: string }

/** The normalized form of an e-mail address, or nothing if it is not one. */
export function normalizeEmail(input: string): string | undefined {
  const parts = input.trim().toLowerCase().split('@');
  if (parts.length !== 2 || /\s/.test(parts.join(''))) return undefined;
  const [local, domain] = parts;
  const name = domain === 'gmail.com' ? local.replace(/\+.*$/, '').replace(/\./g, '') : local;
  return name && domain ? `${name}@${domain}` : undefined;
}

/** The phone number itself if it is in E.164 form, or nothing: it is never repaired. */
export const normalizePhone = (input: string): string | undefined =>
  /^\+[0-9]{10,15}$/.test(input) ? input : undefined;

/** b64 of the SHA-256 of a text in UTF-8. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64');

const hashed = (normalized: string | undefined) => normalized && sha256(normalized);
const checked = (hash: string) => fromBase64(hash)?.length === 32 ? hash : undefined;

const READ: Record<string, (value: string) => Person | undefined> = {
  email: (value) => person('email', hashed(normalizeEmail(value))),
  phone: (value) => person('phone', hashed(normalizePhone(value))),
  email_hash: (value) => person('email', checked(value)),
  phone_hash: (value) => person('phone', checked(value))
};

const person = (kind: Person['kind'], hash: string | undefined): Person | undefined =>
  hash ? { kind, hash } : undefined;

/** The names under which a request may give DII. */
export const DII_FIELDS = Object.keys(READ);

/** Who `input` means; 'missing' unless exactly one of `fields` is given, 'invalid' if that one is malformed. */
export function personOf(input: Record<string, unknown>, fields: string[] = DII_FIELDS): Person | 'missing' | 'invalid' {
  const given = fields.filter((field) => input[field] !== undefined && input[field] !== null);
  if (given.length !== 1) return 'missing';
  const value = input[given[0]];
  return (typeof value === 'string' && READ[given[0]](value)) || 'invalid';
}
