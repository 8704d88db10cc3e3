import { bytesFrom, sha256 } from '../uid2Session/bytes.js';
import { asEmail, asPhone } from '../uid2Session/dii.js';

/** `window.__uid2Helper`. */
export const helper = {
  normalizeEmail: (email: string) => asEmail(email) || undefined,
  isNormalizedPhone: (phone: string) => !!asPhone(phone),
  /** SHA-256, hexadecimal; normalizes nothing. */
  hashIdentifier: async (text: string) => bytesFrom(await sha256(text)).reduce((hex, byte) => hex + (byte + 256).toString(16).slice(1), ''),
  /** SHA-256, base64; normalizes nothing. */
  hashAndEncodeIdentifier: sha256,
};
