// The envelope of /v2/token/generate: a time and a nonce sealed together with the JSON.
import { fromBase64, fromJson } from './bytes.js';
import { randomBytes, seal, unseal } from './seal.js';

const VERSION = 0x01;
const TIME = 8;
const NONCE = 8;
const SHORTEST = 1 + 12 + TIME + NONCE + 16;
/** The time in an envelope must be less than this from the reader's, in ms: the operator counts whole minutes. */
export const MAX_DRIFT = 120_000;

const GUIDE = 'https://unifiedid.com/docs/getting-started/gs-encryption-decryption#encryption-and-decryption-code-examples';
const HINT = ` See ${GUIDE} for encryption and decryption code examples.`;

export interface Letter { time: number; nonce: Buffer; text: string }

/** A request body that was opened; `binary` says that it came as bytes. */
export interface Opened extends Letter { binary: boolean }

/** A fresh nonce of 8 bytes. */
export const newNonce = (): Uint8Array => randomBytes(NONCE);

async function sealLetter(key: Uint8Array, { time, nonce, text }: { time: number; nonce: Uint8Array; text: string }) {
  const stamp = Buffer.alloc(TIME);
  stamp.writeBigInt64BE(BigInt(time));
  return seal(key, Buffer.concat([stamp, nonce, Buffer.from(text)]));
}

async function unsealLetter(key: Uint8Array, sealed: Uint8Array): Promise<Letter | undefined> {
  const plain = await unseal(key, sealed);
  if (!plain || plain.length < TIME + NONCE) return undefined;
  return {
    time: Number(plain.readBigInt64BE()),
    nonce: plain.subarray(TIME, TIME + NONCE),
    text: plain.subarray(TIME + NONCE).toString()
  };
}

/** The bytes of a request body: 0x01 | iv | sealed(time | nonce | text); `time` is Unix ms. */
export const writeRequest = async (key: Uint8Array, time: number, nonce: Uint8Array, text: string): Promise<Uint8Array> =>
  Buffer.concat([Buffer.from([VERSION]), await sealLetter(key, { time, nonce, text })]);

/** The bytes of an answer: iv | sealed(time | nonce | text); `time` is Unix ms. */
export const writeAnswer = (key: Uint8Array, time: number, nonce: Uint8Array, text: string): Promise<Uint8Array> =>
  sealLetter(key, { time, nonce, text });

const drifts = (now: number, { time }: Letter): boolean => Math.abs(now - time) >= MAX_DRIFT;

function isUnencrypted(bytes: Uint8Array): boolean {
  const value = fromJson(Buffer.from(bytes).toString());
  return typeof value === 'object' && value !== null;
}

const flaw = (what: string): Error => new Error(`Invalid body: ${what}${HINT}`);
const UNENCRYPTED = 'The request body is unencrypted JSON. It must be an encrypted request envelope.';

async function openRequest(key: Uint8Array, now: number, bytes: Uint8Array): Promise<Letter> {
  if (isUnencrypted(bytes)) throw flaw(UNENCRYPTED);
  if (bytes.length < SHORTEST) throw flaw('Body too short. Check encryption method.');
  if (bytes[0] !== VERSION) {
    // Java's bytes have a sign.
    const received = Buffer.from(bytes).readInt8();
    throw flaw(`Invalid request envelope format version: received ${received}, must be ${VERSION}.`);
  }
  const letter = await unsealLetter(key, bytes.subarray(1));
  if (!letter) throw flaw('Check encryption key (ClientSecret).');
  if (drifts(now, letter)) throw new Error('Invalid timestamp: Request too old or client time drift.');
  return letter;
}

/** Opens a request body; throws an Error whose message is the operator's for what is wrong with it. */
export async function readRequest(key: Uint8Array, now: number, body: Buffer, isBinary: boolean): Promise<Opened> {
  if (!body.length) throw new Error('Invalid body: Body is missing.');
  // Base64 is read as such, whatever its content type says.
  const decoded = fromBase64(body.toString());
  if (decoded) return { ...await openRequest(key, now, decoded), binary: false };
  if (!isBinary) throw flaw(isUnencrypted(body) ? UNENCRYPTED : 'Body is not valid base64.');
  return { ...await openRequest(key, now, body), binary: true };
}

/** When a request was sent and its answer arrived, by the client's clock, in Unix ms. */
export interface Trip { sent: number; arrived: number }

// An operator that took the request may be up to MAX_DRIFT off, and it answered at any time of the trip.
const isOfTrip = ({ sent, arrived }: Trip, { time }: Letter): boolean => time > sent - MAX_DRIFT && time < arrived + MAX_DRIFT;

/** The text of the answer to the request with this nonce; throws an Error of one line. */
export async function readAnswer(key: Uint8Array, trip: Trip, nonce: Uint8Array, answer: Uint8Array | undefined): Promise<string> {
  const letter = answer && await unsealLetter(key, answer);
  if (!letter) throw new Error('its answer cannot be decrypted: check the API secret');
  if (!letter.nonce.equals(nonce)) throw new Error('its answer belongs to another request: the nonce differs');
  if (!isOfTrip(trip, letter)) throw new Error('its answer is too old, or a clock is wrong');
  return letter.text;
}
