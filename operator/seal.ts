// AES-256-GCM as every UID2 message uses it: iv[12] | ciphertext | tag[16].
import { webcrypto } from 'node:crypto';

const IV = 12;
const TAG = 16;
const { subtle } = webcrypto;

/** `size` random bytes. */
export const randomBytes = (size: number): Uint8Array => webcrypto.getRandomValues(new Uint8Array(size));

const aesKey = (key: Uint8Array, use: 'encrypt' | 'decrypt') =>
  subtle.importKey('raw', key, 'AES-GCM', false, [use]);

// WebCrypto rejects an explicit `additionalData: undefined`.
const gcm = (iv: Uint8Array, additionalData?: Uint8Array) =>
  ({ name: 'AES-GCM', iv, ...(additionalData && { additionalData }) });

/** Encrypts under a 32-byte key and a fresh iv: iv | ciphertext | tag. */
export async function seal(key: Uint8Array, plain: Uint8Array, additionalData?: Uint8Array): Promise<Uint8Array> {
  const iv = randomBytes(IV);
  const sealed = await subtle.encrypt(gcm(iv, additionalData), await aesKey(key, 'encrypt'), plain);
  return Buffer.concat([iv, new Uint8Array(sealed)]);
}

/** Decrypts iv | ciphertext | tag, or gives nothing: wrong key, altered or too short. */
export async function unseal(key: Uint8Array, sealed: Uint8Array, additionalData?: Uint8Array): Promise<Buffer | undefined> {
  if (sealed.length < IV + TAG) return undefined;
  try {
    const algorithm = gcm(sealed.subarray(0, IV), additionalData);
    return Buffer.from(await subtle.decrypt(algorithm, await aesKey(key, 'decrypt'), sealed.subarray(IV)));
  } catch {
    return undefined;
  }
}
