// Client-side token generation: a page asks for itself, with a public key instead of a secret.
import { webcrypto } from 'node:crypto';
import {
  Answer, Ask, clientError, DISABLED_KEY, FAILED_GENERATING, UNEXPECTED_APP, UNEXPECTED_ORIGIN
} from './answers.js';
import { fromBase64, fromJson, isRecord } from './bytes.js';
import { personOf } from './normalize.js';
import { isOnList } from './origins.js';
import { seal, unseal } from './seal.js';
import { generateFor, World } from './world.js';

const { subtle } = webcrypto;
const CURVE = { name: 'ECDH', namedCurve: 'P-256' };
const HASHES = ['email_hash', 'phone_hash'];

/** A subscription whose key is disabled, to see the 401. */
export const DISABLED_SUBSCRIPTION = 'disabled';

const TEXTS = ['payload', 'iv', 'public_key', 'subscription_id', 'app_name'] as const;
const LONG = 2 ** 63;

type Texts = Partial<Record<typeof TEXTS[number], string>>;
interface Request extends Texts { timestamp: number }

// As the real operator's JSON mapper reads a field of text: a number or a flag becomes text.
function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'object') throw new TypeError('no text');
  return String(value);
}

// Whole ms: what comes after the point is cut off.
function timestampOf(value: unknown): number {
  if (value === undefined || value === null) return 0;
  if (typeof value !== 'number' || Math.abs(value) >= LONG) throw new TypeError('no timestamp');
  return Math.trunc(value);
}

/** The request's fields; throws where the real operator's JSON mapper does. */
function requestIn(value: unknown): Request {
  if (!isRecord(value)) throw new TypeError('no object');
  const { timestamp, ...others } = value;
  const stranger = Object.keys(others).find((name) => !TEXTS.includes(name as typeof TEXTS[number]));
  if (stranger !== undefined) throw new TypeError('a field too many');
  const texts: Texts = Object.fromEntries(TEXTS.map((name) => [name, textOf(others[name])]));
  return { ...texts, timestamp: timestampOf(timestamp) };
}

// An app has a name instead of an origin.
function strangerIn(world: World, { app_name: app }: Request, origin: string | undefined): Answer | undefined {
  if (app === undefined) return isOnList(world, origin) ? undefined : UNEXPECTED_ORIGIN;
  const isKnown = world.apps.some((name) => name.toLowerCase() === app.toLowerCase());
  return isKnown ? undefined : UNEXPECTED_APP;
}

async function sharedSecret(privateKey: webcrypto.CryptoKey, spki: Uint8Array | undefined): Promise<Uint8Array | undefined> {
  if (!spki) return undefined;
  try {
    const theirs = await subtle.importKey('spki', spki, CURVE, false, []);
    return new Uint8Array(await subtle.deriveBits({ name: 'ECDH', public: theirs }, privateKey, 256));
  } catch {
    return undefined;
  }
}

async function answerTo(world: World, key: Uint8Array, plain: Uint8Array): Promise<Answer> {
  const input = fromJson(Buffer.from(plain).toString());
  if (!isRecord(input)) return clientError('encrypted payload contains invalid json');
  const hashes = Object.fromEntries(HASHES.map((field) => [field, input[field]]));
  if (personOf(hashes, HASHES) === 'missing') return clientError('please provide exactly one of: email_hash, phone_hash');
  const answer = await generateFor(world, hashes, 2);
  if (answer.status !== 200) return answer;
  return { ...answer, form: 'untyped', encrypt: (text) => seal(key, Buffer.from(text)) };
}

async function generated(world: World, { payload, iv, public_key: publicKey, timestamp, app_name: app }: Request): Promise<Answer> {
  if (payload === undefined || iv === undefined || publicKey === undefined) {
    return clientError('required parameters: payload, iv, public_key');
  }
  const key = await sharedSecret(world.keys.serverPrivateKey, fromBase64(publicKey));
  if (!key) return clientError('bad public key');
  const ivBytes = fromBase64(iv);
  if (ivBytes?.length !== 12) return clientError('bad iv');
  const sealed = fromBase64(payload);
  const additionalData = Buffer.from(JSON.stringify(app === undefined ? [timestamp] : [timestamp, app]));
  const plain = sealed && await unseal(key, Buffer.concat([ivBytes, sealed]), additionalData);
  return plain ? answerTo(world, key, plain) : clientError('payload decryption failed');
}

function read(text: string): Request | Answer {
  const value = text === '' ? null : fromJson(text);
  if (value === undefined) return clientError('json payload is not valid');
  if (value === null) return clientError('json payload expected but not found');
  try {
    return requestIn(value);
  } catch {
    return FAILED_GENERATING;
  }
}

/** Answers POST /v2/token/client-generate. */
export async function clientGenerate(world: World, ask: Ask): Promise<Answer> {
  const request = read(ask.body.toString());
  if ('content' in request) return request;
  if (request.subscription_id === DISABLED_SUBSCRIPTION) return DISABLED_KEY;
  if (request.subscription_id !== world.keys.subscriptionId) return clientError('bad subscription_id');
  return strangerIn(world, request, ask.origin) ?? generated(world, request);
}
