// Identities: six fields, whose two tokens carry all that the operator must know again, encrypted.
import { fromBase64, fromBase64Url, fromJson, isRecord, toBase64, toBase64Url } from './bytes.js';
import type { Keys } from './keys.js';
import type { Lifetimes } from './lifetimes.js';
import type { Person } from './normalize.js';
import { randomBytes, seal, unseal } from './seal.js';

/** An identity as on the wire; times are Unix ms. Without refresh_response_key it is one of API v1. */
export interface Identity {
  advertising_token: string;
  refresh_token: string;
  refresh_from: number;
  identity_expires: number;
  refresh_expires: number;
  refresh_response_key?: string;
}

/** What a refresh token says: for whom, until when (Unix ms). */
export interface Refresh { person: Person; expires: number }

/** A refresh token without its outer layer, which carries the key of the answer; API v1 has none. */
export interface Unwrapped { token: string; key?: Uint8Array }

export interface Tokens {
  issue(person: Person, now: number, lifetimes: Lifetimes, version: 1 | 2): Promise<Identity>;
  /** Takes the layer of API v2 off; throws an Error with the operator's message if it should be one and is not. */
  unwrap(token: string): Promise<Unwrapped>;
  readRefresh(token: string): Promise<Refresh | undefined>;
  readAdvertising(token: string): Promise<Person | undefined>;
}

// The first two bytes make tokens begin as production's do: A4 for an e-mail, B4 for a phone.
const ADVERTISING_HEADER = { email: Buffer.from([0x03, 0x80]), phone: Buffer.from([0x07, 0x80]) };
/** So many bytes of content give an advertising token of 219 characters, as the real operator's. */
const ADVERTISING_SIZE = 134;
const REFRESH_HEADER = Buffer.from([0x02]);
/** So many bytes of content give a refresh token of 168 characters, and 388 with the layer of API v2. */
const REFRESH_SIZE = 97;
const WRAPPED_LENGTH = 388;
/** The layer of API v2 begins with the scope (0 is UID2), and the number of the key. */
const KEY_ID = 3;
const WRAP_HEADER = Buffer.from([0, 0, 0, 0, KEY_ID]);

async function write(key: Uint8Array, header: Uint8Array, content: object, size = 0): Promise<Uint8Array> {
  // JSON may end with spaces.
  return Buffer.concat([header, await seal(key, Buffer.from(JSON.stringify(content).padEnd(size)), header)]);
}

async function read(key: Uint8Array, headerSize: number, token: Uint8Array | undefined): Promise<Record<string, unknown> | undefined> {
  if (!token) return undefined;
  const plain = await unseal(key, token.subarray(headerSize), token.subarray(0, headerSize));
  const content = plain && fromJson(plain.toString());
  return isRecord(content) ? content : undefined;
}

async function unwrap(key: Uint8Array, token: string): Promise<Unwrapped> {
  if (token.length !== WRAPPED_LENGTH) return { token };
  const bytes = fromBase64(token);
  if (!bytes) throw new Error('Invalid body: Body is not valid base64.');
  const keyId = Buffer.from(bytes).readInt32BE(1);
  if (keyId !== KEY_ID) throw new Error(`Invalid key: Generator of this token (Key ID: ${keyId}) does not exist.`);
  const content = await read(key, WRAP_HEADER.length, bytes);
  if (!content) throw new Error('Invalid data: Check encryption method and encryption key.');
  // Only this operator can have written it, so its shape is known.
  const { refresh_response_key: answerKey, refresh_token: inner } = content as Record<string, string>;
  return { token: inner, key: fromBase64(answerKey) };
}

/** Issues and reads the tokens of the operator that has these keys; unreadable or foreign tokens read as nothing. */
export function tokens(keys: Pick<Keys, 'advertising' | 'refresh'>): Tokens {
  return {
    async issue(person, now, lifetimes, version) {
      const key = version === 2 ? toBase64(randomBytes(32)) : undefined;
      const expires = now + lifetimes.refreshExpires;
      const [advertising, refresh] = await Promise.all([
        write(keys.advertising, ADVERTISING_HEADER[person.kind], { ...person, now }, ADVERTISING_SIZE),
        write(keys.refresh, REFRESH_HEADER, { ...person, expires: Math.floor(expires) }, REFRESH_SIZE)
      ]);
      const token = toBase64(refresh);
      const wrapped = key && toBase64(await write(keys.refresh, WRAP_HEADER, { refresh_response_key: key, refresh_token: token }));
      return {
        advertising_token: toBase64Url(advertising),
        refresh_token: wrapped ?? token,
        refresh_from: now + lifetimes.refreshFrom,
        identity_expires: now + lifetimes.identityExpires,
        refresh_expires: expires,
        ...(key && { refresh_response_key: key })
      };
    },
    unwrap: (token) => unwrap(keys.refresh, token),
    async readRefresh(token) {
      const content = await read(keys.refresh, REFRESH_HEADER.length, fromBase64(token));
      if (!content) return undefined;
      // Only this operator can have written it, so its shape is known.
      const { kind, hash, expires } = content as unknown as Person & { expires: number };
      return { person: { kind, hash }, expires };
    },
    async readAdvertising(token) {
      const content = await read(keys.advertising, 2, fromBase64Url(token));
      if (!content) return undefined;
      const { kind, hash } = content as unknown as Person;
      return { kind, hash };
    }
  };
}
