import { base64From, bytesFrom, decrypt, sha256, utf8 } from './bytes.js';
import { ask, type Fetch, type Outcome } from './operator.js';
import type { Dii } from './dii.js';

const ECDH = { name: 'ECDH', namedCurve: 'P-256' };
const FORBIDDEN = 'domain not on the account\'s list: http 403';

/** Asks for the user's first token; never rejects. */
export async function generate(
  fetch: Fetch, base: string, serverKey: string, subscription: string, [field, value, hashed]: Dii, signal: AbortSignal, timestamp: number,
): Promise<Outcome> {
  const { subtle } = crypto;
  try {
    const [server, { privateKey, publicKey }, hash] = await Promise.all([
      // after the prefix, such as UID2-X-P-
      subtle.importKey('spki', bytesFrom(serverKey.slice(9)), ECDH, false, []),
      subtle.generateKey(ECDH, false, ['deriveKey']),
      hashed ? value : sha256(value),
    ]);
    const key = await subtle.deriveKey({ name: 'ECDH', public: server }, privateKey, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const [payload, mine] = await Promise.all([
      subtle.encrypt({ name: 'AES-GCM', iv, additionalData: utf8(`[${timestamp}]`) }, key, utf8(JSON.stringify({ [field]: hash }))),
      subtle.exportKey('spki', publicKey),
    ]);
    const [failure, answer] = await ask(fetch, `${base}/v2/token/client-generate`, {
      signal,
      method: 'POST',
      body: JSON.stringify({ payload: base64From(payload), iv: base64From(iv), public_key: base64From(mine), timestamp, subscription_id: subscription }),
    }, (text) => decrypt(key, text));
    return [failure.replace(/.*403/, FORBIDDEN), answer];
  } catch (e) {
    return [subtle ? 'invalid serverPublicKey' : 'insecure page'];
  }
}
