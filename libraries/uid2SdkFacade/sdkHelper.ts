import { bytesFrom, sha256 } from '../uid2Session/bytes.js';
import { asEmail, asPhone } from '../uid2Session/dii.js';

const hexOf = (byte: number) => (byte + 256).toString(16).slice(1);

/** `window.__uid2Helper`. */
export const helper = {
  normalizeEmail: (email: string) => asEmail(email) || undefined,
  isNormalizedPhone: (phone: string) => !!asPhone(phone),
  /** SHA-256, hexadecimal; normalizes nothing. */
  hashIdentifier: async (text: string) => Array.from(bytesFrom(await sha256(text)), hexOf).join(''),
  /** SHA-256, base64; normalizes nothing. */
  hashAndEncodeIdentifier: sha256,
};
