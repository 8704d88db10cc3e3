// Client-side token generation: a page asks for itself, with a public key instead of a secret.
import { webcrypto } from 'node:crypto';
import { Answer, Ask, clientError, UNAUTHORIZED, UNEXPECTED_ORIGIN } from './answers.js';
import { fromBase64, fromJson, isRecord, toBase64 } from './bytes.js';
import { personOf } from './normalize.js';
import { seal, unseal } from './seal.js';
import { generateFor, World } from './world.js';

const { subtle } = webcrypto;
const CURVE = { name: 'ECDH', namedCurve: 'P-256' };
const FIELDS = ['email_hash', 'phone_hash'];

/** A subscription whose key is disabled, to see the 401. */
export const DISABLED_SUBSCRIPTION = 'disabled';

function allowed(origin: string | undefined, domains: string[]): boolean {
  if (!origin || !URL.canParse(origin)) return false;
  const { hostname } = new URL(origin);
  return domains.some((domain) => hostname === domain || hostname.endsWith(`.${domain}`));
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

const bytesOf = (value: unknown) => (typeof value === 'string' ? fromBase64(value) : undefined);

/** Answers POST /v2/token/client-generate. */
export async function clientGenerate(world: World, ask: Ask): Promise<Answer> {
  const request = fromJson(ask.body);
  if (!isRecord(request)) return clientError('json payload is not valid');
  if (request.subscription_id === DISABLED_SUBSCRIPTION) return UNAUTHORIZED;
  if (request.subscription_id !== world.keys.subscriptionId) return clientError('bad subscription_id');
  if (!allowed(ask.origin, world.domains)) return UNEXPECTED_ORIGIN;

  const key = await sharedSecret(world.keys.serverPrivateKey, bytesOf(request.public_key));
  if (!key) return clientError('bad public key');
  const iv = bytesOf(request.iv);
  if (iv?.length !== 12) return clientError('bad iv');
  const payload = bytesOf(request.payload);
  const additionalData = Buffer.from(JSON.stringify([request.timestamp]));
  const plain = payload && await unseal(key, Buffer.concat([iv, payload]), additionalData);
  if (!plain) return clientError('payload decryption failed');
  const input = fromJson(plain.toString());
  if (!isRecord(input)) return clientError('encrypted payload contains invalid json');
  const hashes = Object.fromEntries(FIELDS.map((field) => [field, input[field]]));
  if (personOf(hashes, FIELDS) === 'missing') return clientError('please provide exactly one of: email_hash, phone_hash');

  const answer = await generateFor(world, hashes, 2);
  return answer.status === 200
    ? { ...answer, wrap: async (text) => toBase64(await seal(key, Buffer.from(text))) }
    : answer;
}
