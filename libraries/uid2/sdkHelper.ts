import { base64From, bytesFrom } from './bytes.js';
import { asEmail, asPhone } from './dii.js';

const hashed = async (text: string) => base64From(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));

/** `window.__uid2Helper`. */
export const helper = {
  normalizeEmail: (email: string) => asEmail(email) || undefined,
  isNormalizedPhone: (phone: string) => !!asPhone(phone),
  /** SHA-256, hexadecimal; normalizes nothing. */
  hashIdentifier: async (text: string) => bytesFrom(await hashed(text)).reduce((hex, byte) => hex + (byte + 256).toString(16).slice(1), ''),
  /** SHA-256, base64; normalizes nothing. */
  hashAndEncodeIdentifier: hashed,
};
