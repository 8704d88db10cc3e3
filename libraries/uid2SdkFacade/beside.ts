import { disconnect } from '../uid2Session/door.js';
import { attempt } from '../uid2Session/parse.js';
import type { Latest } from '../uid2Session/identity.js';
import type { Parts } from '../uid2Session/parts.js';
import type { Begin } from './sdk.js';
import type { OtherPrebid } from './facade.js';
import type { Globals } from './sdkTypes.js';

/** What was on the page before: UID2's own SDK, or ours of another Prebid. */
type Earlier = NonNullable<Globals['__uid2']> & { join?(earlier: OtherPrebid): void };

/** Leaves `window.__uid2` as it is, and bids with the reader who is named there. */
export function besideAnother(parts: Parts, earlier: Earlier): Begin {
  const start = earlier.join ? () => joinOurs(parts, earlier) : followTheirs(parts, earlier);
  let isStarted = false;
  const once = () => {
    if (isStarted || !parts.isConsentKnown()) return;
    isStarted = true;
    start();
  };
  parts.sdkListener = { changed() {}, consentKnown: once };
  return (consent) => {
    once();
    consent.then(once, () => {});
  };
}

/** Takes whatever the page says to our own, of another Prebid. */
function joinOurs({ page, session }: Parts, { join }: Earlier): void {
  join?.((given) => {
    page.say(given);
    attempt(session.look);
  });
}

/**
 * UID2's own SDK knows who the reader is: we leave when it does, also before consent is known, and, once what this
 * gives back is called, look whenever it says something.
 */
function followTheirs(parts: Parts, theirs: Earlier): () => void {
  const { page, session } = parts;
  const readerNow = () => theirs.getIdentity?.() || (theirs.hasOptedOut?.() && 'optout') || undefined;
  // until we are told otherwise: a callback that is told before us may look at the reader
  let last: Latest | undefined;
  const hear = () => {
    const before = last;
    last = readerNow();
    const hasLeft = before && !last && theirs.isLoginRequired?.();
    // an identity whose time is over is no logout
    const hasRunOut = before && before !== 'optout' && before.refresh_expires <= parts.now();
    if (hasLeft && !hasRunOut) disconnect(parts);
    if (page.mayStart()) attempt(session.look);
  };
  attempt(() => theirs.callbacks?.push(hear));
  const isInCharge = () => {
    last ??= readerNow();
    return last !== undefined;
  };
  return () => {
    page.say({ sdkSettings: {}, isSdkInCharge: isInCharge });
    attempt(session.look);
  };
}
