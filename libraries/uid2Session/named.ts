import { isEnded, nextNumber } from './note.js';
import type { NumberedRecord } from './identity.js';
import type { Ask, Claim, Hash, Memory, Named, Sight } from './types.js';

/** A claim that names a reader. */
type Naming = Extract<Claim, { name: string }>;

type Person = Extract<Claim, { kind: 'dii' }>;

/** A claim that names nobody. */
export const NOBODY: Named = { kind: 'nobody', source: 'none', login: 0 };

/**
 * The login number of a token that was logged out before this page had it in use: then nobody else's record counts. A
 * claim that names nobody has 0 too.
 */
export const LOGGED_OUT = 0;

/** Whether a record was made for the reader whom the page names. */
export function isOf(claim: Claim, record: NumberedRecord | undefined, hash: Hash): boolean {
  if (claim.kind === 'identity') return claim.name === record?.originalToken?.advertising_token;
  if (!FEATURES.UID2_CSTG || claim.kind !== 'dii' || !record?.originalIdentity) return false;
  const { identity, salt } = record.originalIdentity;
  return hash(claim.value, salt) === identity;
}

/** The first token of a reader. Its key is salted, as it is stored. */
const askFor = ({ account, value, name }: Person, salted: (text: string) => string): Ask =>
  ({ what: account + name, key: `g${salted(account + value).slice(-8)}` });

/** The claim with its login number, if it names a reader. */
export function named(memory: Memory, sight: Sight, record?: NumberedRecord): Named {
  const { claim, hash } = sight;
  if (claim.kind === 'unusable') return { ...NOBODY, kind: claim.kind, flaw: claim.flaw, name: claim.token };
  if (claim.kind !== 'identity' && claim.kind !== 'dii') return { ...NOBODY, ...claim };
  const { kind, source, name, flaw } = claim;
  const salted = (text: string) => hash(text, memory.note.salt);
  const needs = FEATURES.UID2_CSTG && kind === 'dii' ? askFor(claim, salted) : undefined;
  const login = record && isOf(claim, record, hash) ? record.login : loginOf(memory, claim, sight);
  return { kind, source, name, flaw, needs, login };
}

/** The login number of a reader who is not the record's: the one that the claim has had, or a new one for a login. */
function loginOf(memory: Memory, { kind, name }: Naming, { isAnew, now, hash }: Sight): number {
  const { claim: before } = memory;
  const isFirstSeen = name !== before.name;
  if (kind === 'identity' && isEnded(memory, name, hash)) return isFirstSeen ? LOGGED_OUT : before.login;
  const isLogin = isFirstSeen || (isAnew && isLoginAgain(memory, kind));
  return isLogin ? nextNumber(memory, now) : before.login;
}

/** Whether a reader whom the page names again, in a new object, logs in once more. */
function isLoginAgain({ claim: before, note, highestLogin, removal }: Memory, kind: Naming['kind']): boolean {
  const isLoggedOut = before.login < note.since;
  // an address: after a logout, or after another reader's login
  if (kind === 'dii') return isLoggedOut || before.login < highestLogin;
  // a token: only after the page itself has removed the record, as a logout elsewhere has ended the token; and before
  // anybody else logs in, as a page that renders again is no login
  const isRemovedHere = removal === note.since;
  const isNobodySince = highestLogin < note.since;
  return isLoggedOut && isRemovedHere && isNobodySince;
}
