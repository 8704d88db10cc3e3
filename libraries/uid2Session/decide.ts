import { identityOf, isValid, ownerOf, stateOf } from './identity.js';
import type { Identity, NumberedRecord, State, StoredRecord } from './identity.js';
import { keepOf, msUntilLeftoverGoes } from './keep.js';
import { waitOf } from './pause.js';
import { wordsOf } from './words.js';
import type { Decision, Failure, Need, Source, View } from './types.js';

/** So many requests a document makes in a minute at most, whatever happens. */
export const MOST_A_MINUTE = 6;
const MINUTE_MS = 60e3;
/** The state table: what bidders get, and what the operator is asked for, if it can be. */
const TABLE: Record<State, { sends?: 'token' | 'optout'; asks?: 'refresh' | 'generate' }> = {
  none: { asks: 'generate' },
  fresh: { sends: 'token' },
  stale: { sends: 'token', asks: 'refresh' },
  expired: { asks: 'refresh' },
  dead: { asks: 'generate' },
  optedOut: { sends: 'optout' },
};

type Reasons = { state: State; why?: string; error?: Failure; isAsking: boolean };
type Whose = { source: Source; record?: StoredRecord; why?: string };

/** Whose token it is: the first line that fits. */
function whose(view: View): Whose {
  const { claim: { kind, login }, note, lent } = view.memory;
  const known = overruling(view) ?? ofRecord(view);
  if (known) return known;
  // only whoever is named has a number, or was named, until they left
  if (kind === 'left' || (login > 0 && login < note.since)) return nobody('loggedOut');
  return lent && lent !== 'ended' ? lent : nobody();
}

/** The record's reader, unless a logout has come of which another tab has told: the next look drops it. */
function ofRecord({ memory: { claim, record, note } }: View): Whose | undefined {
  if (!record || record.login < note.since) return undefined;
  return { source: claim.login === record.login ? claim.source : 'stored', record };
}

/** What counts before any record: the first line that fits. */
function overruling({ memory: { claim, record, lent }, off }: View): Whose | undefined {
  if (off) return nobody(off);
  if (claim.kind === 'optedOut') return { source: claim.source, record: { latestToken: 'optout' } };
  if (claim.kind === 'unusable' && !isOwner(claim.name, record)) return nobody(claim.flaw);
  // an opt-out that was kept after the logout of the reader before
  if (!record && typeof lent === 'object' && lent.record.latestToken === 'optout') return lent;
  // a token that was logged out never lets another reader's through
  return claim.kind === 'ended' ? nobody('loggedOut') : undefined;
}

const nobody = (why?: string): Whose => ({ source: 'none', why });

const isOwner = (token: string | undefined, record?: NumberedRecord) =>
  token !== undefined && token === ownerOf(record);

/** What the operator is to be asked for this reader: a refresh that is due, or the first token. */
function needOf({ memory }: View, state: State, record: NumberedRecord): Need | undefined {
  const { claim } = memory;
  const { asks } = TABLE[state];
  const identity = identityOf(record);
  if (asks === 'refresh' && identity) {
    return { key: `r${identity.identity_expires}`, identity };
  }
  const canGenerate = FEATURES.UID2_CSTG && asks === 'generate' && claim.login === record.login;
  return canGenerate ? claim.firstNeed : undefined;
}

/** How long the quota makes this document wait, ms; 0 or less if it does not. The oldest request comes first. */
const quotaWaitOf = ({ requestAges: ages }: View): number =>
  (ages.length < MOST_A_MINUTE ? 0 : MINUTE_MS - ages[ages.length - MOST_A_MINUTE]);

/** Why bidders get what they get; `why` is known already where nobody's token counts. */
function reasonOf({ memory: { claim } }: View, { state, why, error, isAsking }: Reasons): string {
  if (isValid(state)) return 'ok';
  if (why) return why;
  // the flaw of params that name nobody matters only if there is nothing to go on with; an address goes on with its own
  const needsFirstToken = TABLE[state].asks === 'generate';
  const isReason = claim.kind === 'nobody' ? needsFirstToken : claim.kind !== 'dii';
  if (claim.flaw && isReason) return claim.flaw;
  if (isAsking) return 'refreshing';
  return error ? wordsOf(error) : state;
}

/** When to look again, Unix ms: to remove a leftover, to ask, or to tell the page that its token has expired. */
function wakeAtOf(view: View, isAsking: boolean, nextRefresh = Infinity, expires = Infinity): number {
  // a leftover is removed at this look, or at a later one
  const leftover = msUntilLeftoverGoes(view);
  const goesAt = leftover > 0 ? view.now + leftover : Infinity;
  const expiresAt = expires > view.now ? expires : Infinity;
  return Math.min(goesAt, expiresAt, isAsking ? Infinity : nextRefresh);
}

/** When the operator is asked next, Unix ms: after the wait where there is a need, else when the token is due. */
function nextOf(view: View, wait: number, need: Need | undefined, identity: Identity | undefined): number | undefined {
  if (need) return view.now + wait;
  return identity?.refresh_token && identity.refresh_from > view.now ? identity.refresh_from : undefined;
}

const publishedOf = (state: State, identity?: Identity): Decision['publish'] => {
  const { sends } = TABLE[state];
  if (sends === 'optout') return { optout: true };
  return sends && identity ? { id: identity.advertising_token } : undefined;
};

/** The request, and when it may be made. */
function requestTiming(view: View, need: Need | undefined) {
  const { memory: { note, asking, isWanted }, now, isHidden } = view;
  const pause = need && note.pauses[need.key];
  const wait = Math.max(waitOf(pause, now), quotaWaitOf(view));
  const mayAsk = need !== undefined && (!isHidden || isWanted) && wait === 0;
  return { error: pause, wait, mayAsk, isAsking: asking !== undefined && isSame(asking, need) };
}

/** The whole policy: what follows from what is known. Pure. */
export function decide(view: View): Decision {
  const { memory, now } = view;
  const { source, record, why } = whose(view);
  // a lent token, or an opt-out that the page names, is neither renewed nor kept
  const ours = record === memory.record ? memory.record : undefined;
  const state = stateOf(record, now);
  const identity = identityOf(record);
  const need = ours && needOf(view, state, ours);
  const { error, wait, mayAsk, isAsking } = requestTiming(view, need);
  const nextRefresh = ours && nextOf(view, wait, need, identity);
  const bidsMeanwhile = memory.note.isSlow || (isValid(state) && view.bidWhileRefreshing);
  return {
    state,
    reason: reasonOf(view, { state, why, error, isAsking }),
    source: state === 'none' ? 'none' : source,
    publish: publishedOf(state, identity),
    identity,
    need,
    mayAsk,
    isAsking,
    hold: (isAsking || mayAsk) && !bidsMeanwhile,
    nextRefresh,
    wakeAt: wakeAtOf(view, isAsking, nextRefresh, identity?.identity_expires),
    keep: keepOf(view, ours, state),
    error,
  };
}

/** Whether a request is the one that is needed: an answer counts only while it is. */
const isSame = (one: Need, other?: Need) =>
  one.key === other?.key && one.identity?.refresh_token === other.identity?.refresh_token;
