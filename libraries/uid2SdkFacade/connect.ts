import { attempt } from '../uid2Session/parse.js';
import { cookieOf, isInCookies, type Hearer, type Parts } from '../uid2Session/parts.js';
import type { Given } from '../uid2Session/pageSide.js';
import type { Identity } from '../uid2Session/identity.js';
import type { Params } from '../uid2Session/params.js';

/** What the page says to `window.__uid2`; nothing of it is a login by itself. */
export type Said = Params & { isAside?: Given['isAside'] };

/** The session, for `window.__uid2`: `hearer` is told of changes. */
export function connect(door: Parts, hearer: Hearer) {
  const { page, session, store } = door;
  door.hearer = hearer;
  return {
    /** Takes what the page says now in the place of what it has said before. */
    say({ isAside, ...said }: Said) {
      page.say({ said, isAside });
      if (!page.given().entry) store.prefer(isInCookies(page));
      attempt(session.look);
    },
    disconnect: () => session.disconnect(cookieOf(page.params())),
    look: session.look,
    /** Asks the operator if that is due; settles with the outcome. */
    renew() {
      session.renew();
      return session.settled();
    },
    identity: (): Partial<Identity> => session.decision().identity ?? {},
    decision: session.decision,
    isConfigured: () => page.given().entry !== undefined,
    denial: () => page.denial(),
    places: store.places,
  };
}

export type Connection = ReturnType<typeof connect>;
