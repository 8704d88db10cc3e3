// The publisher's server as a client of an operator: generates and refreshes tokens.
import { fromBase64, fromJson, isRecord, toBase64 } from './bytes.js';
import { newNonce, readAnswer, writeRequest } from './envelope.js';
import type { Dii } from './normalize.js';
import { unseal } from './seal.js';
import type { Identity } from './tokens.js';

export type { Dii } from './normalize.js';
export type { Identity } from './tokens.js';

/** An account at an operator; apiSecret is b64 of 32 bytes, timeout in ms (default 5000). */
export interface Account { url: string; apiKey: string; apiSecret: string; now?: () => number; timeout?: number }

/** `status` is the HTTP status of a refusal. */
export type OperatorError = Error & { status?: number };

const TIMEOUT = 5000;

/** What an operator has answered with 200: bytes as they came, or text. */
type Answered = { bytes: Uint8Array } | { text: string };

async function post(url: string, body: string, headers: Record<string, string>, timeout = TIMEOUT): Promise<Answered> {
  const signal = AbortSignal.timeout(timeout);
  try {
    const response = await fetch(url, { method: 'POST', body, headers, signal });
    if (response.ok && /^application\/octet-stream\b/i.test(response.headers.get('content-type') ?? '')) {
      return { bytes: new Uint8Array(await response.arrayBuffer()) };
    }
    const text = await response.text();
    if (response.ok) return { text };
    const said = fromJson(text);
    const detail = isRecord(said) ? ` ${[said.status, said.message].filter((part) => typeof part === 'string').join(': ')}` : '';
    throw Object.assign(new Error(`it answered ${response.status}${detail.slice(0, 300)}`), { status: response.status });
  } catch (error) {
    if (signal.aborted) throw new Error(`no answer within ${timeout} ms`);
    if (!(error instanceof TypeError)) throw error;
    const code = (error.cause as { code?: string } | undefined)?.code;
    throw new Error(`it cannot be reached${code ? ` (${code})` : ''}`);
  }
}

const NUMBERS = ['refresh_from', 'identity_expires', 'refresh_expires'];
const STRINGS = ['advertising_token', 'refresh_token'];

function isIdentity(value: unknown): value is Identity {
  return isRecord(value) &&
    NUMBERS.every((name) => Number.isFinite(value[name])) &&
    STRINGS.every((name) => typeof value[name] === 'string' && value[name] !== '') &&
    ['undefined', 'string'].includes(typeof value.refresh_response_key);
}

function identityIn(text: string): Identity | 'optout' {
  const content = fromJson(text);
  if (isRecord(content) && content.status === 'optout') return 'optout';
  if (isRecord(content) && content.status === 'success' && isIdentity(content.body)) return content.body;
  throw new Error('its answer holds no identity');
}

// The one place where these errors get a subject.
async function saying<T>(what: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    const { message, status } = error as OperatorError;
    throw Object.assign(new Error(`UID2 operator: ${what} failed: ${message}`), { status });
  }
}

/** Asks for a token of the user that `dii` means; 'optout' if they opted out; rejects with an OperatorError of one line. */
export function generateToken(account: Account, dii: Dii): Promise<{ identity: Identity } | 'optout'> {
  return saying('generating a token', async () => {
    const { url, apiKey, now = Date.now } = account;
    const key = fromBase64(account.apiSecret);
    if (key?.length !== 32) throw new Error('the API secret must be base64 of 32 bytes');
    const nonce = newNonce();
    const sent = now();
    const body = toBase64(await writeRequest(key, sent, nonce, JSON.stringify(dii)));
    const headers = { Authorization: `Bearer ${apiKey}`, 'Content-Type': 'text/plain' };
    const answer = await post(`${url}/v2/token/generate`, body, headers, account.timeout);
    const identity = identityIn(await readAnswer(key, { sent, arrived: now() }, nonce, sealedIn(answer)));
    return identity === 'optout' ? identity : { identity };
  });
}

const sealedIn = (answer: Answered): Uint8Array | undefined =>
  'bytes' in answer ? answer.bytes : fromBase64(answer.text);

async function opened(answer: Answered, key: string | undefined): Promise<string> {
  if (key === undefined && 'text' in answer) return answer.text;
  const keyBytes = fromBase64(key ?? '');
  const sealed = sealedIn(answer);
  const plain = keyBytes?.length === 32 && sealed ? await unseal(keyBytes, sealed) : undefined;
  if (!plain) throw new Error('its answer cannot be decrypted');
  return plain.toString();
}

/** The successor of an identity, or 'optout'; `timeout` in ms (default 5000); rejects with an OperatorError of one line. */
export function refreshToken(
  url: string,
  identity: Pick<Identity, 'refresh_token' | 'refresh_response_key'>,
  timeout?: number
): Promise<Identity | 'optout'> {
  return saying('refreshing a token', async () => {
    const answer = await post(`${url}/v2/token/refresh`, identity.refresh_token, { 'Content-Type': 'text/plain' }, timeout);
    return identityIn(await opened(answer, identity.refresh_response_key));
  });
}
