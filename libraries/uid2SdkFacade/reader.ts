import { identityOf, isValid, stateOf, type Identity, type Latest, type State } from '../uid2Session/identity.js';
import { isBorrowed } from '../uid2Session/lent.js';
import { attempt, latestFrom, type Loose } from '../uid2Session/parse.js';
import { keptIdentity } from './kept.js';
import { mayKeep, isOpen, remember, type Facade } from './facade.js';
import { ANSWERS, STANDING, type Answers, type Standing } from './tables.js';
import type { Params } from '../uid2Session/params.js';

/** How it stands with the reader; `identity` is what a page may have, `latest` also one that has expired. */
export type Reader = { state: State; standing: Standing; identity?: Identity; latest?: Identity };

/** What is given as an identity: that, an opt-out, or nothing that makes sense. */
export const latestIn = (given: unknown): Latest | undefined => latestFrom((given as Loose)?.status, given);

/** The reader as the session takes them; an opt-out as the operator says it. */
export const paramsFor = (latest: Latest): Params =>
  ({ uid2Token: latest === 'optout' ? { status: latest } : latest });

/**
 * How it stands with the reader now: what the session has decided or, until consent is known, whom the page itself has
 * given, as long as nothing forbids it and no logout has ended it. The first call adopts, so it may write the record;
 * before anybody has named us each call takes in what there is.
 */
export function readerNow(facade: Facade): Reader {
  adopt(facade);
  const { parts: { session, page, now } } = facade;
  if (isOpen(facade)) {
    // what other tabs do is told only once somebody has named us
    if (!page.mayStart()) attempt(session.takeIn);
    const { state, identity, isAsking } = session.decision();
    return seen(state, identity, isAsking);
  }
  const record = { latestToken: givenIn(facade) };
  const identity = identityOf(record);
  const isOver = page.denial() !== undefined || session.hasEnded(identity?.advertising_token);
  return isOver ? seen('none') : seen(stateOf(record, now()), identity);
}

/** Whom the page itself has given. */
export const givenIn = ({ parts: { page } }: Facade): Latest | undefined => latestIn(page.given().sdkReader?.uid2Token);

const seen = (state: State, latest?: Identity, isAsking = false): Reader => ({
  state,
  standing: isAsking && !isValid(state) ? 'asking' : STANDING[state],
  // a page may change what it gets
  identity: isValid(state) && latest ? { ...latest } : undefined,
  latest,
});

export const answersOf = (facade: Facade): Answers => ANSWERS[readerNow(facade).standing];

/** Looks once at what UID2's SDK has kept: that becomes the record, if it outlives what is in use. */
export function adopt(facade: Facade): void {
  const { parts: { page, session, store }, life } = facade;
  if (life.isAdopted || !mayKeep(facade) || page.denial('recheck') !== undefined) return;
  remember(facade, { isAdopted: true });
  attempt(session.look);
  const identity = keptIdentity(facade);
  if (!identity || page.given().sdkReader || isOutlived(facade, identity)) return;
  // without numbers, as Prebid's own module writes it: the session gives it some
  store.write({ originalToken: identity, latestToken: identity });
  attempt(session.look);
}

/** What is only lent may be this very identity. Nothing outlives an opt-out. */
function isOutlived({ parts: { session } }: Facade, other: Identity): boolean {
  const { state, identity } = session.decision();
  const isOurs = identity !== undefined && !isBorrowed(identity);
  return state === 'optedOut' || (isOurs && identity.identity_expires >= other.identity_expires);
}
