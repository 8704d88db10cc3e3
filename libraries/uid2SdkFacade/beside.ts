import { disconnect } from '../uid2Session/door.js';
import { attempt } from '../uid2Session/parse.js';
import type { Identity } from '../uid2Session/identity.js';
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
  // until we are told otherwise: a callback that is told before us may look at the reader
  let wasKnown = false;
  let last: Identity | null | undefined;
  let isFollowing = false;
  const knowsReader = () => !!(theirs.getIdentity?.() || theirs.hasOptedOut?.());
  const hear = () => {
    const hasLeft = wasKnown && !knowsReader() && theirs.isLoginRequired?.();
    // an identity whose time is over is no logout
    const hasRunOut = last && last.refresh_expires <= parts.now();
    last = theirs.getIdentity?.();
    wasKnown = knowsReader();
    if (hasLeft && !hasRunOut) disconnect(parts);
    if (isFollowing) attempt(session.look);
  };
  attempt(() => theirs.callbacks?.push(hear));
  const isInCharge = () => {
    wasKnown = wasKnown || knowsReader();
    return wasKnown;
  };
  return () => {
    isFollowing = true;
    page.say({ sdkSettings: {}, isSdkInCharge: isInCharge });
    attempt(session.look);
  };
}
