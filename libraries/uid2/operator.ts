import { decrypt } from './bytes.js';
import { latestFrom } from './parse.js';
import type { Identity, Latest } from './tokens.js';

export type Fetch = (url: string, options: RequestInit) => Promise<Response>;

export type Operator = {
  fetch: Fetch;
  /** Base URL, no slash at the end. */
  base: string;
  /** `PrebidJS-<version>-UID2Module-<revision>` */
  client: string;
  /** 1 asks the retired v1 endpoint. */
  version?: number;
};

/** The identity's successor, or 'optout'; rejects with an Error: `network`, `http <status>` or `unreadable`. */
export async function refresh({ fetch, base, client, version }: Operator, identity: Identity, signal: AbortSignal): Promise<Latest> {
  const { refresh_token: token, refresh_response_key: key } = identity;
  const v1 = version === 1;
  let failure = 'network';
  try {
    // text/plain and no headers of our own: nothing for which the browser asks the operator first
    const response = await fetch(
      `${base}/v${v1 ? 1 : 2}/token/refresh?client=${client}${v1 ? `&refresh_token=${encodeURIComponent(token)}` : ''}`,
      v1 ? { signal } : { signal, method: 'POST', body: token },
    );
    const text = await response.text();
    failure = `http ${response.status}`;
    if (response.status === 200) {
      failure = 'unreadable';
      const latest = latestFrom(JSON.parse(key && !v1 ? await decrypt(key, text) : text));
      if (latest) return latest;
    }
  } catch (e) {}
  throw new Error(failure);
}
