import { diiIn, hashOf, type DiiParams } from '../uid2Session/dii.js';
import { nextCall } from '../uid2Session/nextCall.js';
import { closeUnlessKnown, isOpen, reasonOf, remember, type Facade } from './facade.js';
import { readerNow } from './reader.js';

/** How long promises wait for a consent platform, ms: Prebid's own patience. */
const CONSENT_MS = 10e3;

/** Settles when consent is known, or does not come. */
export async function untilConsent(facade: Facade): Promise<void> {
  closeUnlessKnown(facade);
  if (isOpen(facade)) return;
  await Promise.race([nextCall(facade.onOpen), new Promise((resolve) => setTimeout(resolve, CONSENT_MS))]);
}

/** Rejects who waits for the reader named before: who waits for a token gets the next one's. */
export function abortNaming(facade: Facade): void {
  facade.namingWaits.forEach((end) => end());
  remember(facade, { refusal: undefined });
}

/** Rejects whatever the page waits for. */
export function abort(facade: Facade): void {
  abortNaming(facade);
  facade.tokenWaits.forEach((end) => end());
}

/** Settles as the work does; rejects if `abort` ends these waits first, be it in a callback of the work. */
export function unlessAborted<T>(waiting: Set<() => void>, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = () => reject(Error('UID2 SDK aborted.'));
    waiting.add(end);
    work().finally(() => waiting.delete(end)).then(resolve, reject);
  });
}

/** Waits for consent; throws if it does not come. */
async function untilOpen(facade: Facade): Promise<void> {
  await untilConsent(facade);
  if (!isOpen(facade)) throw errorOf(facade);
}

/**
 * Waits for consent and `init`, asks if that is due, and waits for the answer; in a hidden page until it is shown.
 * Throws if consent does not come.
 */
async function untilAsked(facade: Facade): Promise<void> {
  await untilOpen(facade);
  if (!facade.life.isInit) {
    while (!facade.life.isInit) await nextCall(facade.onChange);
    // the page may have named its consent platform since
    await untilOpen(facade);
  }
  const { session } = facade.parts;
  await askAndWait(facade);
  // a hidden page asks nobody
  if (!document.hidden || !session.decision().need || readerNow(facade).identity) return;
  await new Promise((resolve) => document.addEventListener('visibilitychange', resolve, { once: true }));
  await askAndWait(facade);
}

/** Asks, and waits until nobody is asked any more. */
async function askAndWait({ parts: { session }, onChange }: Facade): Promise<void> {
  session.renew();
  while (session.decision().isAsking) await nextCall(onChange);
}

/** Why nothing has come of it: in the operator's words, if it has refused what is needed now. */
function errorOf(facade: Facade): Error {
  const { parts: { session }, life: { refusal } } = facade;
  return Error((session.decision().error && refusal) || `UID2: no token: ${reasonOf(facade)}`);
}

/** The token, once there is one. */
export async function awaitToken(facade: Facade): Promise<string> {
  await untilAsked(facade);
  const { identity } = readerNow(facade);
  if (!identity) throw errorOf(facade);
  return identity.advertising_token;
}

/** Settles when the reader whom the page has named has a token, or has opted out. */
export async function awaitOutcome(facade: Facade, reader: DiiParams): Promise<void> {
  await untilAsked(facade);
  const { standing } = readerNow(facade);
  if (standing !== 'valid' && standing !== 'optedOut') throw errorOf(facade);
  if (!await isCurrent(facade, reader)) throw Error('UID2: another reader has come');
}

/** Whether it is this reader's token, and not one whom Prebid's config or another tab names. */
async function isCurrent({ parts: { page, session } }: Facade, reader: DiiParams): Promise<boolean> {
  const [current, wanted] = [page.params(), reader].map((params) => diiIn(params).dii);
  if (session.decision().source !== 'params' || !current || !wanted) return false;
  return current.value === wanted.value || await hashOf(current) === await hashOf(wanted);
}
