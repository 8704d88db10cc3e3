/** Base64 text as bytes; throws on anything else. */
export const bytesFrom = (base64: string) => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));

/** Plaintext of base64 `iv[12] | AES-GCM ciphertext | tag[16]` under a base64 key; rejects when either is wrong. */
export async function decrypt(key: string, text: string): Promise<string> {
  const { subtle } = crypto;
  const bytes = bytesFrom(text);
  const imported = await subtle.importKey('raw', bytesFrom(key), 'AES-GCM', false, ['decrypt']);
  return new TextDecoder().decode(await subtle.decrypt({ name: 'AES-GCM', iv: bytes.slice(0, 12) }, imported, bytes.slice(12)));
}
