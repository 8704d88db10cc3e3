import { SDK_READER_LEFT, type Given } from './given.js';
import type { Params } from './params.js';

/** What a look found: the object in which the reader was named, the one named to `window.__uid2`, the last logout. */
export type LastLook = { named?: Params; sdkReader?: Params; since: number };

/**
 * Whether the reader named to `window.__uid2` has logged out since the last look. `login` is the number of whom the
 * page named then, 0 if that was nobody; `since` is that of the last logout.
 */
export function hasSdkReaderLeft({ sdkReader }: Given, last: LastLook, now: { login: number; since: number }): boolean {
  const { login, since } = now;
  const wasNamed = sdkReader !== undefined && sdkReader !== SDK_READER_LEFT && sdkReader === last.sdkReader;
  // whoever is hidden by an entry that names nobody has no number: the last look was after their login
  const isHiddenByEntry = login === 0 && last.named !== last.sdkReader;
  const known = isHiddenByEntry ? last.since : login || since;
  return wasNamed && known < since;
}
