import { disconnect } from '../uid2Session/door.js';
import { attempt } from '../uid2Session/parse.js';
import type { Identity } from '../uid2Session/identity.js';
import type { Parts } from '../uid2Session/parts.js';
import type { Loaded } from './sdk.js';
import type { Say } from './facade.js';
import type { Page } from './sdkTypes.js';

/** What was on the page before: UID2's own SDK, or ours of another Prebid. */
type Other = NonNullable<Page['__uid2']> & { join?(other: Say): void };

/** Leaves `window.__uid2` as it is, and bids with the reader who is named there. */
export function besideAnother(door: Parts, other: Other): Loaded {
  const start = other.join ? () => joinOurs(door, other) : followTheirs(door, other);
  let isStarted = false;
  const once = () => {
    if (isStarted || !door.isConsentKnown()) return;
    isStarted = true;
    start();
  };
  door.sdkListener = { changed() {}, consentKnown: once };
  return (isKnown, consent) => {
    if (isKnown) once();
    else consent.then(once, () => {});
  };
}

/** Takes whatever the page says to our own, of another Prebid. */
function joinOurs({ page, session }: Parts, { join }: Other): void {
  join?.((given) => {
    page.say(given);
    attempt(session.look);
  });
}

/**
 * UID2's own SDK knows who the reader is: we leave when it does, also before consent is known, and, once what this
 * gives back is called, look whenever it says something.
 */
function followTheirs(door: Parts, theirs: Other): () => void {
  const { page, session } = door;
  // until we are told otherwise: a callback that is told before us may look at the reader
  let wasKnown = false;
  let last: Identity | null | undefined;
  const isKnown = () => !!(theirs.getIdentity?.() || theirs.hasOptedOut?.());
  const hear = () => {
    const hasLeft = wasKnown && !isKnown() && theirs.isLoginRequired?.();
    // an identity whose time is over is no logout
    const hasRunOut = last && last.refresh_expires <= door.now();
    last = theirs.getIdentity?.();
    wasKnown = isKnown();
    if (hasLeft && !hasRunOut) disconnect(door);
    if (page.given().isSdkInCharge) attempt(session.look);
  };
  attempt(() => theirs.callbacks?.push(hear));
  return () => {
    page.say({ sdkSettings: {}, isSdkInCharge: () => (wasKnown ||= isKnown()) });
    attempt(session.look);
  };
}
