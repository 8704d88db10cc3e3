import { lentToken } from './found.js';
import { identityOf } from './identity.js';
import { nextNumber, withEnded } from './note.js';
import type { Hash, Memory } from './types.js';

/** The memory after a logout: whoever the page names (by these tokens), or is stored or lent, has left for good. */
export function loggedOut(before: Memory, now: number, ofPage: string[], hash: Hash): Memory {
  const { record, lent, found, note } = before;
  const tokens = [...ofPage, record?.originalToken?.advertising_token, identityOf(record)?.advertising_token,
    identityOf(found?.record)?.advertising_token, lentToken(lent)].filter((one): one is string => one !== undefined);
  return {
    ...before,
    note: withEnded({ ...note, since: nextNumber(before, now), pauses: {}, isSlow: false }, tokens, hash),
    record: undefined,
    found: undefined,
    lent: undefined,
    doubt: undefined,
  };
}
