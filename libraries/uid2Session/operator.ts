import { bytesFrom, decrypt } from './bytes.js';
import { attempt, jsonFrom, latestFrom } from './parse.js';
import type { Identity } from './identity.js';
import type { Outcome } from './types.js';

/** How long a request may take, ms. */
const REQUEST_MS = 5000;
/** Bytes of an answer that are read: a longer one is none, and would keep the page busy. */
const MOST_BYTES = 1e5;

const TIMEOUT: Outcome = { failure: { kind: 'timeout' } };

export type Fetch = (url: string, options: RequestInit) => Promise<Response>;

/** Asks the operator, until `flight` is ended; never rejects. */
export type Send = (flight: AbortController) => Promise<Outcome>;

/** One request: what is sent, and how the answer becomes JSON text. */
export type Question = { url: string; options: RequestInit; open: (text: string) => string | Promise<string> };

/** How to reach an operator. `base` is a URL, `client` is for its statistics. */
export type Operator = { fetch: Fetch; base: string; client: string; isV1: boolean };

/** Asks the operator; never rejects. Ends with `flight`, or after 5 s, whatever the browser makes of that. */
export async function exchange(fetch: Fetch, question: Question, flight: AbortController): Promise<Outcome> {
  const { signal } = flight;
  if (signal.aborted) return TIMEOUT;
  const tooLate = new Promise<Outcome>((resolve) => signal.addEventListener('abort', () => resolve(TIMEOUT)));
  const timer = setTimeout(() => flight.abort(), REQUEST_MS);
  return Promise.race([answerTo(fetch, question, signal), tooLate]).finally(() => clearTimeout(timer));
}

async function answerTo(fetch: Fetch, { url, options, open }: Question, signal: AbortSignal): Promise<Outcome> {
  // of a bad URL Prebid's fetch throws, where the browser's rejects
  const response = await attempt(() => fetch(url, { ...options, signal }).catch(() => undefined));
  const text = response && await readText(response).catch(() => undefined);
  if (response && !response.ok) return refusalOf(response.status, text);
  if (text === undefined) return { failure: { kind: 'network' } };
  try {
    const { status, body } = JSON.parse(await open(text));
    // an answer that says it is an error is none, whatever else it holds
    return { latest: latestFrom(status, status === 'success' ? body : undefined) };
  } catch (e) {
    return {};
  }
}

/** A refusal, and what the operator says of it. */
function refusalOf(status: number, text?: string): Outcome {
  const { status: word, message } = jsonFrom(text) ?? {};
  return {
    failure: { kind: 'http', status },
    message: typeof message === 'string' ? message : undefined,
    isFinal: word === 'expired_token',
  };
}

/** The text of an answer. One that is too long is not read to its end, and gives none; without streams it is cut. */
async function readText(response: Response): Promise<string> {
  if (!response.body?.getReader) return (await response.text()).slice(0, MOST_BYTES);
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (let size = 0; ;) {
    const { done, value } = await reader.read();
    if (done) return text;
    size += value.length;
    if (size > MOST_BYTES) {
      reader.cancel().catch(() => {});
      return '';
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** Asks for the identity's successor: text/plain and no headers of our own, so that no preflight is needed. */
export async function refresh(operator: Operator, identity: Identity, flight: AbortController): Promise<Outcome> {
  const { fetch, base, client, isV1 } = operator;
  const { refresh_token: token, refresh_response_key: key } = identity;
  // the answer could not be decrypted
  if (!crypto.subtle && key !== undefined && !isV1) return { failure: { kind: 'insecure' } };
  const url = `${base}/v${isV1 ? 1 : 2}/token/refresh?client=${client}`;
  return exchange(fetch, {
    url: isV1 ? `${url}&refresh_token=${encodeURIComponent(token)}` : url,
    options: isV1 ? {} : { method: 'POST', body: token },
    open: async (text) => (isV1 || key === undefined ? text : decrypt(await importKey(key), text)),
  }, flight);
}

const importKey = (key: string) => crypto.subtle.importKey('raw', bytesFrom(key), 'AES-GCM', false, ['decrypt']);
