import { base64From, bytesFrom, decrypt, utf8 } from './bytes.js';
import { exchange, type Operator, type Send } from './operator.js';
import { hashOf, type Dii } from './dii.js';

const ECDH = { name: 'ECDH', namedCurve: 'P-256' };
/** Such as UID2-X-P- */
const PREFIX_LENGTH = 9;

/** Whose token is asked for, and with which key of the publisher's; `now` is Unix ms. */
export type Person = { dii: Dii; serverPublicKey: string; subscriptionId: string; now: number };

/** What asks for the reader's first token. Keys are made and the reader is encrypted at once. */
export function generation({ fetch, base }: Operator, person: Person): Send {
  const sealing = crypto.subtle && seal(person).catch(() => undefined);
  return async (flight) => {
    if (!sealing) return { failure: { kind: 'insecure' } };
    const sealed = await sealing;
    if (!sealed) return { failure: { kind: 'key' } };
    const { body, key } = sealed;
    const url = `${base}/v2/token/client-generate`;
    const question = { url, options: { method: 'POST', body }, open: (text: string) => decrypt(key, text) };
    const outcome = await exchange(fetch, question, flight);
    return outcome.failure?.status === 403 ? { ...outcome, failure: { kind: 'domain', status: 403 } } : outcome;
  };
}

/** The request's body, and the key that opens the answer. */
async function seal({ dii, serverPublicKey, subscriptionId, now }: Person): Promise<{ body: string; key: CryptoKey }> {
  const { subtle } = crypto;
  const [server, mine, hash] = await Promise.all([
    subtle.importKey('spki', bytesFrom(serverPublicKey.slice(PREFIX_LENGTH)), ECDH, false, []),
    subtle.generateKey(ECDH, false, ['deriveKey']),
    hashOf(dii),
  ]);
  const key = await subtle.deriveKey(
    { name: 'ECDH', public: server }, mine.privateKey, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const secret = utf8(JSON.stringify({ [dii.field]: hash }));
  const [payload, publicKey] = await Promise.all([
    subtle.encrypt({ name: 'AES-GCM', iv, additionalData: utf8(`[${now}]`) }, key, secret),
    subtle.exportKey('spki', mine.publicKey),
  ]);
  const body = JSON.stringify({
    payload: base64From(payload),
    iv: base64From(iv),
    public_key: base64From(publicKey),
    timestamp: now,
    subscription_id: subscriptionId,
  });
  return { body, key };
}
