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

/** What a refresh token says: for whom, until when (Unix ms), and the key of the answer (API v1 has none). */
export interface Refresh { person: Person; expires: number; key?: Uint8Array }

export interface Tokens {
  issue(person: Person, now: number, lifetimes: Lifetimes, version: 1 | 2): Promise<Identity>;
  readRefresh(token: string): Promise<Refresh | undefined>;
  readAdvertising(token: string): Promise<Person | undefined>;
}

// The first two bytes make tokens begin as production's do: A4 for an e-mail, B4 for a phone.
const ADVERTISING_HEADER = { email: Buffer.from([0x03, 0x80]), phone: Buffer.from([0x07, 0x80]) };
const REFRESH_HEADER = Buffer.from([0x02]);

async function write(key: Uint8Array, header: Uint8Array, content: object): Promise<Uint8Array> {
  return Buffer.concat([header, await seal(key, Buffer.from(JSON.stringify(content)), header)]);
}

async function read(key: Uint8Array, headerSize: number, token: Uint8Array | undefined): Promise<Record<string, unknown> | undefined> {
  if (!token) return undefined;
  const plain = await unseal(key, token.subarray(headerSize), token.subarray(0, headerSize));
  const content = plain && fromJson(plain.toString());
  return isRecord(content) ? content : undefined;
}

/** Issues and reads the tokens of the operator that has these keys; unreadable or foreign tokens read as nothing. */
export function tokens(keys: Pick<Keys, 'advertising' | 'refresh'>): Tokens {
  return {
    async issue(person, now, lifetimes, version) {
      const key = version === 2 ? toBase64(randomBytes(32)) : undefined;
      const expires = now + lifetimes.refreshExpires;
      const [advertising, refresh] = await Promise.all([
        write(keys.advertising, ADVERTISING_HEADER[person.kind], { ...person, now }),
        write(keys.refresh, REFRESH_HEADER, { ...person, expires, key })
      ]);
      return {
        advertising_token: toBase64Url(advertising),
        refresh_token: toBase64(refresh),
        refresh_from: now + lifetimes.refreshFrom,
        identity_expires: now + lifetimes.identityExpires,
        refresh_expires: expires,
        ...(key && { refresh_response_key: key })
      };
    },
    async readRefresh(token) {
      const content = await read(keys.refresh, REFRESH_HEADER.length, fromBase64(token));
      if (!content) return undefined;
      // Only this operator can have written it, so its shape is known.
      const { kind, hash, expires, key } = content as unknown as Person & { expires: number; key?: string };
      return { person: { kind, hash }, expires, key: key === undefined ? undefined : fromBase64(key) };
    },
    async readAdvertising(token) {
      const content = await read(keys.advertising, 2, fromBase64Url(token));
      if (!content) return undefined;
      const { kind, hash } = content as unknown as Person;
      return { kind, hash };
    }
  };
}
