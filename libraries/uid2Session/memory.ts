import { doesCount, withRemoval, withStored } from './found.js';
import { identityOf, ownerOf, type Identity, type NumberedRecord } from './identity.js';
import { isMadeFor, numberedClaim, NOBODY } from './login.js';
import type { Claim, Memory, Sight } from './types.js';

/** What a page knows before it has looked. */
export const NOTHING: Memory = {
  claim: NOBODY,
  highestLogin: 0,
  note: { since: 0, ended: [], pauses: {} },
  isWanted: false,
};

/**
 * What is known after one more look. `noted` knows of all logouts.
 * 1. A record that is gone without a note is a logout.
 * 2. Take in what storage has.
 * 3. Choose the later record: storage's or this page's. None, if the page names nobody and storage has nobody.
 * 4. Give the claim its login number.
 * 5. The record is the claim's, if the claim is the last login.
 * 6. A login by address makes the login in storage over.
 */
export function observe(noted: Memory, sight: Sight): Memory {
  const memory = withStored(withRemoval(noted, sight), sight);
  const highestLogin = Math.max(memory.highestLogin, memory.found?.record.login ?? 0);
  const record = isNobodyAnywhere(sight) ? undefined : laterRecord(memory, sight);
  const claim = numberedClaim({ ...memory, highestLogin }, sight, record);
  const claimed = { ...memory, claim, highestLogin: Math.max(highestLogin, claim.login) };
  return withStoredLoginOver({ ...claimed, record: recordInUse(claimed, sight, record) });
}

/**
 * A login by address makes the login in storage over: `since` is raised, so that other tabs do not take the removal for
 * the page's logout.
 */
function withStoredLoginOver(memory: Memory): Memory {
  const { record, found, note } = memory;
  const isReplaced = found && record && !record.latestToken && record.login > note.since;
  return isReplaced ? { ...memory, note: { ...note, since: found.record.login + 1 } } : memory;
}

/** Of what storage has and what this page knows, the later: by login, or of one reader by answer. */
function laterRecord(memory: Memory, sight: Sight): NumberedRecord | undefined {
  const { record } = memory;
  const found = memory.found?.record;
  if (!doesCount(memory, sight, record)) return found;
  if (!found) return record;
  if (!isOneReader(record, found, sight)) return found.login < record.login ? record : found;
  // the later login of the same reader counts, whichever answer is newer
  return { ...(isAhead(record, found) ? record : found), login: Math.max(record.login, found.login) };
}

const isOneReader = (one: NumberedRecord, other: NumberedRecord, { claim, hash }: Sight) =>
  ownerOf(one) === ownerOf(other) || (isMadeFor(claim, one, hash) && isMadeFor(claim, other, hash));

/** Whether one record of a reader is newer than the other: an opt-out is, or what came of more answers. */
const isAhead = (one: NumberedRecord, other: NumberedRecord) =>
  other.latestToken !== 'optout' && (one.latestToken === 'optout' || one.answers > other.answers);

/** An identity as the page gives it; due again after `every` ms. */
const due = (identity: Identity, { now, every }: Sight): Identity =>
  ({ ...identity, refresh_from: Math.min(identity.refresh_from, now + every) });

/** The record of a reader whom the page has just named. One of an address has no token before the operator answers. */
function firstRecord(claim: Claim, login: number, sight: Sight): NumberedRecord | undefined {
  if (claim.kind === 'identity') {
    return { originalToken: claim.identity, latestToken: due(claim.identity, sight), login, answers: 0 };
  }
  if (!FEATURES.UID2_CSTG || claim.kind !== 'dii') return undefined;
  return { originalIdentity: { identity: sight.hash(claim.value, sight.now), salt: sight.now }, login, answers: 0 };
}

/** Whether the page's identity replaces the record's. It never replaces an answer of the operator's. */
const isGivenNewer = (given: Identity, record: NumberedRecord) =>
  !record.answers && (identityOf(record)?.identity_expires ?? Infinity) < given.identity_expires;

/** The record in use: the claim's own, or a first one for a new login. Otherwise it stays. */
function recordInUse(memory: Memory, sight: Sight, record?: NumberedRecord): NumberedRecord | undefined {
  const { claim, hash } = sight;
  const { login } = memory.claim;
  if (record && isMadeFor(claim, record, hash)) {
    const isGiven = claim.kind === 'identity' && isGivenNewer(claim.identity, record);
    return isGiven ? { ...record, originalToken: claim.identity, latestToken: due(claim.identity, sight) } : record;
  }
  const isLastLogin = login >= Math.max(memory.note.since, memory.highestLogin);
  const isRecordEarlier = (record?.login ?? 0) < login;
  return isLastLogin && isRecordEarlier ? firstRecord(claim, login, sight) : record;
}

/** The page names nobody, and storage has nobody, or may not be read any more. */
const isNobodyAnywhere = ({ claim: { kind }, record }: Sight) =>
  (kind === 'nobody' || kind === 'left') && (record === 'absent' || record === 'denied');
