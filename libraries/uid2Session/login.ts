import { isEnded, nextNumber } from './note.js';
import type { NumberedRecord } from './identity.js';
import type { Claim, Hash, Memory, NumberedClaim, Sight } from './types.js';

/** A claim that names a reader. */
type Naming = Extract<Claim, { name: string }>;

/** A claim that names nobody. */
export const NOBODY: NumberedClaim = { kind: 'nobody', source: 'none', login: 0 };

/** Whether a record was made for the reader whom the page names. */
export function isMadeFor(claim: Claim, record: NumberedRecord | undefined, hash: Hash): boolean {
  if (claim.kind === 'identity') return claim.name === record?.originalToken?.advertising_token;
  if (!FEATURES.UID2_CSTG || claim.kind !== 'dii' || !record?.originalIdentity) return false;
  const { identity, salt } = record.originalIdentity;
  return hash(claim.value, salt) === identity;
}

/** The claim as it is remembered: with a login number, if it names a reader. `record` is whose token is in use. */
export function numberedClaim(memory: Memory, sight: Sight, record?: NumberedRecord): NumberedClaim {
  const { claim } = sight;
  const { name, login } = memory.claim;
  // keep name and number, so that the same reader is recognised if named again
  if (claim.kind === 'left') return { ...NOBODY, ...claim, name, login };
  if (claim.kind !== 'identity' && claim.kind !== 'dii') return { ...NOBODY, ...claim };
  const number = loginOf(claim, memory, sight, record);
  if (number === 'ended') return { ...NOBODY, kind: number };
  const { kind, source, flaw, firstNeed } = claim;
  return { kind, source, name: claim.name, flaw, login: number, firstNeed };
}

/**
 * The login number of the reader whom the page names.
 * 1. The record is theirs: its number.
 * 2. A token that has ended: the number that it had, if that is over; else `ended`, as this page has not used it.
 * 3. New, or logged in again in a new object: a new number.
 * 4. Otherwise the number that they had.
 */
function loginOf(claim: Naming, memory: Memory, sight: Sight, record?: NumberedRecord): number | 'ended' {
  const { hash, isNewObject } = sight;
  if (record && isMadeFor(claim, record, hash)) return record.login;
  const loginBefore = numberBefore(claim, memory);
  // a token that has ended is no login: its reader keeps the number, if that is over
  if (claim.kind === 'identity' && isEnded(memory, claim.name, hash)) {
    return loginBefore !== undefined && loginBefore < memory.note.since ? loginBefore : 'ended';
  }
  const isLogin = loginBefore === undefined || (isNewObject && isLoginAgain(claim, memory));
  return isLogin ? newNumber(memory, sight) : justBelow(loginBefore, record);
}

/** The number that the reader had at the last look, if the page named them then. */
const numberBefore = ({ name }: Naming, { claim: lastClaim }: Memory) =>
  (name === lastClaim.name && lastClaim.login > 0 ? lastClaim.login : undefined);

/** The number of a login beside another reader's record: of two logins with one number the stored one counts. */
const justBelow = (login: number, record?: NumberedRecord) => (login === record?.login ? login - 1 : login);

const newNumber = (memory: Memory, sight: Sight) => earlyNumber(memory, sight) ?? nextNumber(memory, sight.now);

/**
 * The number of a reader whom the page named before it might look at anything: just below the logout that has come
 * since, or the login of another reader whom another tab has stored. Numbers of the future tell nothing: a clock was
 * wrong.
 */
function earlyNumber({ note: { since }, record }: Memory, sight: Sight): number | undefined {
  const { early, now, record: stored } = sight;
  if (!early) return undefined;
  if (early.isOver) return since - 1;
  const loginElsewhere = record === undefined && typeof stored === 'object' ? stored.login ?? 0 : 0;
  const last = Math.max(since, loginElsewhere);
  return early.at < last && last <= now ? last - 1 : undefined;
}

/** Whether the reader logs in once more, whom the page named before, and names in a new object now. */
function isLoginAgain({ kind }: Naming, memory: Memory): boolean {
  const { claim: lastClaim, note, highestLogin, removedSince } = memory;
  const isLoggedOut = lastClaim.login < note.since;
  // an address: after a logout, or after another reader's login
  if (kind === 'dii') return isLoggedOut || lastClaim.login < highestLogin;
  // a token: only after the page itself has removed the record, as a logout elsewhere has ended the token; and before
  // anybody else logs in, as a page that renders again is no login
  const isRemovedHere = removedSince === note.since;
  const isNobodySince = highestLogin < note.since;
  return isLoggedOut && isRemovedHere && isNobodySince;
}
