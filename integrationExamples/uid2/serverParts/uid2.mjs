// Asks UID2's operator for tokens. Key and secret are from the UID2 portal: keep them on the server.
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const { UID2_URL = 'https://prod.uidapi.com', UID2_API_KEY, UID2_API_SECRET } = process.env;
const secret = Buffer.from(UID2_API_SECRET, 'base64');

function encrypt(text) {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', secret, iv);
  return Buffer.concat([iv, cipher.update(text), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(answer, key) {
  const bytes = Buffer.from(answer, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
}

async function ask(path, body, headers) {
  // a login waits so long at most
  const response = await fetch(UID2_URL + path, { method: 'POST', headers, body, signal: AbortSignal.timeout(2000) });
  if (response.ok) return response.text();
  // 400: the address is none, or the secret or the clock is wrong
  throw new Error(`UID2 answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
}

// What the page is told: the identity, or for 30 days that the reader has opted out.
function answerIn(json) {
  const { status, body } = JSON.parse(json);
  return status === 'optout' ? { status, refresh_expires: Date.now() + 30 * 24 * 3600_000 } : body;
}

// The reader's identity, { status: 'optout', … }, or null if UID2 refuses or fails. `dii` is { email } or { phone }.
async function generateToken(dii) {
  try {
    const time = Buffer.alloc(8);
    time.writeBigUInt64BE(BigInt(Date.now()));
    const nonce = randomBytes(8);
    const request = Buffer.concat([Buffer.of(1), encrypt(Buffer.concat([time, nonce, Buffer.from(JSON.stringify(dii))]))]);
    const text = await ask('/v2/token/generate', request.toString('base64'), { Authorization: `Bearer ${UID2_API_KEY}` });
    const answer = decrypt(text, secret);
    if (!answer.subarray(8, 16).equals(nonce)) throw new Error('UID2 answered another request');
    return answerIn(answer.subarray(16));
  } catch (error) {
    console.error(`No UID2 for a reader: ${error.message}`);
    return null;
  }
}
