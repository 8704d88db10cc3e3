// The envelope of /v2/token/generate: a time and a nonce sealed together with the JSON.
import { fromBase64, toBase64 } from './bytes.js';
import { randomBytes, seal, unseal } from './seal.js';

const VERSION = 0x01;
const TIME = 8;
const NONCE = 8;
/** How far the time in an envelope may be from the reader's, in ms. */
export const MAX_AGE = 60_000;

export interface Letter { time: number; nonce: Buffer; text: string }

/** A fresh nonce of 8 bytes. */
export const newNonce = (): Uint8Array => randomBytes(NONCE);

async function sealLetter(key: Uint8Array, { time, nonce, text }: { time: number; nonce: Uint8Array; text: string }) {
  const stamp = Buffer.alloc(TIME);
  stamp.writeBigUInt64BE(BigInt(time));
  return seal(key, Buffer.concat([stamp, nonce, Buffer.from(text)]));
}

async function unsealLetter(key: Uint8Array, sealed: Uint8Array): Promise<Letter | undefined> {
  const plain = await unseal(key, sealed);
  if (!plain || plain.length < TIME + NONCE) return undefined;
  return {
    time: Number(plain.readBigUInt64BE()),
    nonce: plain.subarray(TIME, TIME + NONCE),
    text: plain.subarray(TIME + NONCE).toString()
  };
}

/** The request body: b64( 0x01 | iv | sealed(time | nonce | text) ); `time` is Unix ms. */
export const writeRequest = async (key: Uint8Array, time: number, nonce: Uint8Array, text: string): Promise<string> =>
  toBase64(Buffer.concat([Buffer.from([VERSION]), await sealLetter(key, { time, nonce, text })]));

/** The answer body: b64( iv | sealed(time | nonce | text) ); `time` is Unix ms. */
export const writeAnswer = async (key: Uint8Array, time: number, nonce: Uint8Array, text: string): Promise<string> =>
  toBase64(await sealLetter(key, { time, nonce, text }));

/** Opens a request body; throws an Error whose message is the operator's for what is wrong with it. */
export async function readRequest(key: Uint8Array, now: number, body: string): Promise<Letter> {
  if (!body) throw new Error('Invalid body: Body is missing.');
  const bytes = fromBase64(body);
  if (!bytes) throw new Error('Invalid body: Body is not valid base64.');
  if (bytes.length < 1 + 12 + TIME + NONCE + 16) throw new Error('Invalid body: Body too short. Check encryption method.');
  if (bytes[0] !== VERSION) throw new Error('Invalid body: Version mismatch.');
  const letter = await unsealLetter(key, bytes.subarray(1));
  if (!letter) throw new Error('Invalid body: Check encryption key (ClientSecret)');
  if (Math.abs(now - letter.time) > MAX_AGE) throw new Error('Invalid timestamp: Request too old or client time drift.');
  return letter;
}

/** The text of the answer to the request with this nonce; throws an Error of one line. */
export async function readAnswer(key: Uint8Array, now: number, nonce: Uint8Array, body: string): Promise<string> {
  const bytes = fromBase64(body);
  const letter = bytes && await unsealLetter(key, bytes);
  if (!letter) throw new Error('its answer cannot be decrypted: check the API secret');
  if (!letter.nonce.equals(nonce)) throw new Error('its answer belongs to another request: the nonce differs');
  if (Math.abs(now - letter.time) > MAX_AGE) throw new Error('its answer is too old, or a clock is wrong');
  return letter.text;
}
