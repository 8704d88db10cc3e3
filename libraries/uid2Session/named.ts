import { isEnded, nextNumber } from './note.js';
import type { NumberedRecord } from './identity.js';
import type { Claim, Hash, Memory, Named, Need, Sight } from './types.js';

/** A claim that names a reader. */
type Naming = Extract<Claim, { name: string }>;

type Person = Extract<Claim, { kind: 'dii' }>;

/** A claim that names nobody. */
export const NOBODY: Named = { kind: 'nobody', source: 'none', login: 0 };

/** Whether a record was made for the reader whom the page names. */
export function isOf(claim: Claim, record: NumberedRecord | undefined, hash: Hash): boolean {
  if (claim.kind === 'identity') return claim.name === record?.originalToken?.advertising_token;
  if (!FEATURES.UID2_CSTG || claim.kind !== 'dii' || !record?.originalIdentity) return false;
  const { identity, salt } = record.originalIdentity;
  return hash(claim.value, salt) === identity;
}

/** The first token of a reader. */
const needOf = ({ account, value }: Person, hash: Hash): Need => ({ key: `g${hash(account + value)}` });

/** The claim with its login number, if it names a reader. */
export function named(memory: Memory, sight: Sight, record?: NumberedRecord): Named {
  const { claim } = sight;
  const { name, login } = memory.claim;
  if (claim.kind === 'unusable') return { ...NOBODY, kind: claim.kind, flaw: claim.flaw, name: claim.token };
  if (claim.kind === 'identity' || claim.kind === 'dii') return reader(memory, claim, sight, record);
  // whoever has left is known again when the page names them once more
  return claim.kind === 'left' && login > 0 ? { ...NOBODY, ...claim, name, login } : { ...NOBODY, ...claim };
}

function reader(memory: Memory, claim: Naming, sight: Sight, record?: NumberedRecord): Named {
  const { kind, source, name, flaw } = claim;
  const { hash } = sight;
  const needs = FEATURES.UID2_CSTG && kind === 'dii' ? needOf(claim, hash) : undefined;
  const withLogin = (login: number): Named => ({ kind, source, name, flaw, needs, login });
  if (record && isOf(claim, record, hash)) return withLogin(record.login);
  const hasEnded = kind === 'identity' && isEnded(memory, name, hash);
  if (!hasEnded) return withLogin(loginOf(memory, claim, sight));
  // an ended token is no login: who was named by it before keeps that number, which is over
  return wasNamed(memory, name) ? withLogin(memory.claim.login) : { ...NOBODY, kind: 'ended', name };
}

/** Whether the page named the same reader when it last looked; a token that had ended by then named nobody. */
const wasNamed = ({ claim: before }: Memory, name: string) => name === before.name && before.kind !== 'ended';

/** The login number of a reader who is not the record's: the one that the claim has had, or a new one for a login. */
function loginOf(memory: Memory, { kind, name }: Naming, { isAnew, now }: Sight): number {
  const isLogin = !wasNamed(memory, name) || (isAnew && isLoginAgain(memory, kind));
  return isLogin ? nextNumber(memory, now) : memory.claim.login;
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
