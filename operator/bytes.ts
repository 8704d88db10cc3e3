// Base64 as the protocol writes it: standard alphabet, with padding.
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const BASE64URL = /^[A-Za-z0-9_-]+$/;

/** Bytes as base64 text with padding. */
export const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** The bytes of a base64 text with padding, or nothing if it is not one. */
export const fromBase64 = (text: string): Uint8Array | undefined =>
  text && BASE64.test(text) ? Buffer.from(text, 'base64') : undefined;

/** Bytes as base64url text without padding. */
export const toBase64Url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

/** The bytes of a base64url text without padding, or nothing if it is not one. */
export const fromBase64Url = (text: string): Uint8Array | undefined =>
  BASE64URL.test(text) ? Buffer.from(text, 'base64url') : undefined;

/** The JSON value of a text, or nothing if it is not JSON. */
export function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a value is an object with named fields. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
