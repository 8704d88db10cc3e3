/** Base64 text as bytes; throws on anything else. */
export const bytesFrom = (base64: string) => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));

/** Bytes as base64 text. */
export const base64From = (bytes: ArrayBuffer | Uint8Array) => btoa(String.fromCharCode(...new Uint8Array(bytes)));

export const utf8 = (text: string) => new TextEncoder().encode(text);

/** SHA-256 of text, base64. */
export const sha256 = async (text: string) => base64From(await crypto.subtle.digest('SHA-256', utf8(text)));

/** Plaintext of base64 `iv[12] | AES-GCM ciphertext | tag[16]`; rejects when key or text is wrong. */
export async function decrypt(key: CryptoKey, text: string): Promise<string> {
  const bytes = bytesFrom(text);
  const plain = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: bytes.slice(0, 12) }, key, bytes.slice(12));
  return new TextDecoder().decode(plain);
}
