import { base64From, bytesFrom, decrypt } from './bytes.js';
import { ask, type Fetch, type Outcome } from './operator.js';
import type { Dii } from './dii.js';

const ECDH = { name: 'ECDH', namedCurve: 'P-256' };
const FORBIDDEN = 'domain not on the account\'s list: http 403';

const utf8 = (text: string) => new TextEncoder().encode(text);

/** What takes a while and needs nobody's answer: the operator's key, one of our own, and the hash. */
const keysFor = async (serverKey: string, [, value, hashed]: Dii) => {
  const { subtle } = crypto;
  return Promise.all([
    // after the prefix, such as UID2-X-P-
    subtle.importKey('spki', bytesFrom(serverKey.slice(9)), ECDH, false, []),
    subtle.generateKey(ECDH, false, ['deriveKey']),
    hashed ? value : subtle.digest('SHA-256', utf8(value)).then(base64From),
  ]);
};

/** Begins at once with what takes a while; the function that comes of it asks for the user's first token, and never rejects. */
export function createGenerate(fetch: Fetch, base: string, serverKey: string, subscription: string, dii: Dii) {
  const keys = keysFor(serverKey, dii);
  keys.catch(() => {});
  return async (signal: AbortSignal, timestamp: number): Promise<Outcome> => {
    try {
      const { subtle } = crypto;
      const [server, { privateKey, publicKey }, hash] = await keys;
      const key = await subtle.deriveKey({ name: 'ECDH', public: server }, privateKey, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const [payload, mine] = await Promise.all([
        subtle.encrypt({ name: 'AES-GCM', iv, additionalData: utf8(`[${timestamp}]`) }, key, utf8(JSON.stringify({ [dii[0]]: hash }))),
        subtle.exportKey('spki', publicKey),
      ]);
      const [failure, answer] = await ask(fetch, `${base}/v2/token/client-generate`, {
        signal,
        method: 'POST',
        body: JSON.stringify({ payload: base64From(payload), iv: base64From(iv), public_key: base64From(mine), timestamp, subscription_id: subscription }),
      }, (text) => decrypt(key, text));
      return [failure.replace(/.*403/, FORBIDDEN), answer];
    } catch (e) {
      return [crypto.subtle ? 'invalid serverPublicKey' : 'insecure page'];
    }
  };
}
