// The local operator beside the browser: real tokens from it, and its admin.
import type { Identity } from '../../../libraries/uid2Session/identity';
import type { Fault, Lifetimes, RequestEntry } from '../../../operator/index';

type Place = { url: string; cstg: { subscriptionId: string; serverPublicKey: string } };

type Karma = { __karma__: { config: { uid2Operator: Place } } };
export const { url: operatorUrl, cstg } = (window as unknown as Karma).__karma__.config.uid2Operator;

export const HOUR = 3600e3;

/** How long ago, in ms, a token was issued that is in this state now. */
export const AGE = { fresh: 0, stale: 2 * HOUR, expired: 5 * HOUR, dead: 31 * 24 * HOUR };

const LIFETIMES: Lifetimes = { refreshFrom: HOUR, identityExpires: 4 * HOUR, refreshExpires: 30 * 24 * HOUR };

// a test may put its own in the place of all of these
const { fetch } = window;
const { subtle } = crypto;
const random = Math.random;

const toBase64 = (bytes: ArrayBuffer | Uint8Array) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
const fromBase64 = (text: string) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));

async function admin(method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${operatorUrl}/admin${path}`, { method, body: body && JSON.stringify(body) });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

/** A fault of refreshes: test tokens go on being made. */
export const fault = (spec: Fault) => admin('POST', '/fault', { endpoint: 'refresh', ...spec });
export const clearFaults = () => admin('DELETE', '/fault');
const setLifetimes = (lifetimes: Partial<Lifetimes>) => admin('POST', '/lifetimes', lifetimes);
/** From here on the reader of this identity has opted out. */
export const optOut = ({ advertising_token: token }: Identity) =>
  admin('POST', '/optout', { advertising_token: token });

/** The operator's clock from now on, in ms from the real one. */
export const setOperatorClock = (offset: number) => admin('POST', '/clock', { offset });

const requests = async () => await admin('GET', '/requests') as RequestEntry[];

/** What the operator has been asked in this test, preflights included, beside the making of test tokens. */
export const asked = async () => (await requests()).filter(({ path }) => !path.endsWith('/client-generate'));

/** The last part of the path of every request, the making of test tokens included. */
export const endpoints = async () =>
  (await requests()).map(({ path, preflight }) => (preflight ? 'preflight' : path.split('/').pop()));

/** From here on the operator has been asked nothing. */
export const forgetRequests = () => admin('DELETE', '/requests');

const ECDH = { name: 'ECDH', namedCurve: 'P-256' };

/** A new identity straight from the operator, as a page of ours would generate it: encrypted both ways. */
export async function generate(email = `user-${random()}@example.com`): Promise<Identity> {
  const serverKey = await subtle.importKey('spki', fromBase64(cstg.serverPublicKey.slice(9)), ECDH, false, []);
  const { privateKey, publicKey } = await subtle.generateKey(ECDH, true, ['deriveKey']) as CryptoKeyPair;
  const shared = { name: 'ECDH', public: serverKey };
  const aes = { name: 'AES-GCM', length: 256 };
  const key = await subtle.deriveKey(shared, privateKey, aes, false, ['encrypt', 'decrypt']);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const timestamp = new Date().getTime();
  const bytes = (text: string) => new TextEncoder().encode(text);
  const hash = toBase64(await subtle.digest('SHA-256', bytes(email)));
  const cipher = { name: 'AES-GCM', iv, additionalData: bytes(JSON.stringify([timestamp])) };
  const payload = await subtle.encrypt(cipher, key, bytes(JSON.stringify({ email_hash: hash })));
  const response = await fetch(`${operatorUrl}/v2/token/client-generate`, {
    method: 'POST',
    body: JSON.stringify({
      payload: toBase64(payload),
      iv: toBase64(iv),
      public_key: toBase64(await subtle.exportKey('spki', publicKey)),
      timestamp,
      subscription_id: cstg.subscriptionId,
    }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  const answer = fromBase64(text);
  const plain = await subtle.decrypt({ name: 'AES-GCM', iv: answer.slice(0, 12) }, key, answer.slice(12));
  return JSON.parse(new TextDecoder().decode(plain)).body;
}

/** An identity as the retired API makes it: without a response key. */
export async function generateV1(): Promise<Identity> {
  const { refresh_token: token } = await generate();
  const response = await fetch(`${operatorUrl}/v1/token/refresh?refresh_token=${encodeURIComponent(token)}`);
  await forgetRequests();
  return (await response.json()).body;
}

// without faults, at the real time, and asked nothing
async function reset() {
  await Promise.all([clearFaults(), setOperatorClock(0), setLifetimes(LIFETIMES), forgetRequests()]);
}

beforeEach(reset);
