// Directly identifying information (DII), normalized and hashed as the real operator does it.
import { createHash } from 'node:crypto';
import { fromBase64, toBase64 } from './bytes.js';

/** Exactly one piece of directly identifying information. */
export type Dii = { email: string } | { phone: string } | { email_hash: string } | { phone_hash: string };

/** A user as the operator knows them; `hash` is 44 characters of base64, as a rule of a SHA-256. */
export interface Person { kind: 'email' | 'phone'; hash: string }

const lowerAscii = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/**
 * The normalized form of an e-mail address, or nothing if it is not one. Unlike UID2's SDK and our module, the
 * operator knows A to Z and the ASCII space only: `ÜBER@example.com` is one reader here and another one in a page.
 */
export function normalizeEmail(input: string): string | undefined {
  const parts = lowerAscii(input).split('@');
  if (parts.length !== 2) return undefined;
  const local = parts[0].replaceAll(' ', '');
  const domain = parts[1].replace(/ +$/, '');
  const name = domain === 'gmail.com' ? local.replace(/\+.*$/s, '').replaceAll('.', '') : local;
  return name && domain ? `${name}@${domain}` : undefined;
}

/** The phone number itself if it is in E.164 form, or nothing: it is never repaired. */
export const normalizePhone = (input: string): string | undefined =>
  /^\+[0-9]{10,15}$/.test(input) ? input : undefined;

/** b64 of the SHA-256 of a text in UTF-8. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64');

const BASE64_LENGTH = 44;
const HEX = /^[0-9a-f]{64}$/i;

const hashed = (normalized: string | undefined) => normalized && sha256(normalized);

// Base64 is told by its length only: 31 or 33 bytes pass, as at the real operator.
function hashIn(text: string): string | undefined {
  if (HEX.test(text)) return toBase64(Buffer.from(text, 'hex'));
  const bytes = text.length === BASE64_LENGTH ? fromBase64(text) : undefined;
  return bytes && toBase64(bytes);
}

const READ: Record<string, (value: string) => Person | undefined> = {
  email: (value) => person('email', hashed(normalizeEmail(value))),
  email_hash: (value) => person('email', hashIn(value)),
  phone: (value) => person('phone', hashed(normalizePhone(value))),
  phone_hash: (value) => person('phone', hashIn(value))
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
