import { decrypt } from './bytes.js';
import { latestFrom } from './parse.js';
import type { Identity, Latest } from './tokens.js';

export type Fetch = (url: string, options: RequestInit) => Promise<Response>;

/** What came of a request: how it failed (`network`, `http <status>` or `unreadable`), or the answer. */
export type Outcome = [failure: string, answer?: Latest];

/** Asks for the identity's successor; never rejects. `base` is a URL without a slash at its end, `v1` asks the retired API. */
export async function refresh(fetch: Fetch, base: string, client: string, v1: boolean, identity: Identity, signal: AbortSignal): Promise<Outcome> {
  const { refresh_token: token, refresh_response_key: key } = identity;
  let failure = 'network';
  try {
    // text/plain and no headers of our own: nothing for which the browser asks the operator first
    const response = v1
      ? await fetch(`${base}/v1/token/refresh?client=${client}&refresh_token=${encodeURIComponent(token)}`, { signal })
      : await fetch(`${base}/v2/token/refresh?client=${client}`, { signal, method: 'POST', body: token });
    const text = await response.text();
    failure = `http ${response.status}`;
    if (response.ok) {
      failure = 'unreadable';
      const { status, body } = JSON.parse(key && !v1 ? await decrypt(key, text) : text);
      return [failure, latestFrom(status, body)];
    }
  } catch (e) {}
  return [failure];
}
