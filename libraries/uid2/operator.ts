import { bytesFrom, decrypt } from './bytes.js';
import { latestFrom } from './parse.js';
import type { Identity, Latest } from './tokens.js';

/** Characters of an answer that are read: a longer one is none, and would keep the page busy. */
const MOST = 1e5;

export type Fetch = (url: string, options: RequestInit) => Promise<Response>;

/** What came of a request: how it failed (a `reason` of modules/uid2IdSystem.md), or the answer. */
export type Outcome = [failure: string, answer?: Latest];

/** Asks the operator, and reads the answer once `open` has made JSON of it; never rejects. */
export async function ask(fetch: Fetch, url: string, options: RequestInit, open: (text: string) => string | Promise<string>): Promise<Outcome> {
  let failure = 'network';
  try {
    const response = await fetch(url, options);
    const text = await response.text();
    failure = `http ${response.status}`;
    if (response.ok) {
      failure = 'unreadable';
      const { status, body } = JSON.parse(await open(text.slice(0, MOST)));
      return [failure, latestFrom(status, body)];
    }
  } catch (e) {}
  return [failure];
}

/** Asks for the identity's successor. `base` is a URL without a slash at its end, `v1` asks the retired API. */
export function refresh(fetch: Fetch, base: string, client: string, v1: boolean, { refresh_token: token, refresh_response_key: key }: Identity, signal: AbortSignal): Promise<Outcome> {
  // text/plain and no headers of our own: nothing for which the browser asks the operator first
  return v1
    ? ask(fetch, `${base}/v1/token/refresh?client=${client}&refresh_token=${encodeURIComponent(token)}`, { signal }, (text) => text)
    : ask(fetch, `${base}/v2/token/refresh?client=${client}`, { signal, method: 'POST', body: token }, async (text) =>
      (key ? decrypt(await crypto.subtle.importKey('raw', bytesFrom(key), 'AES-GCM', false, ['decrypt']), text) : text));
}
