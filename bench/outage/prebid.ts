import { stateOf, type Identity } from '../../libraries/uid2Session/identity.ts';
import type { Page, Policy, World } from './world.ts';

/** Prebid's `ajax` gives up after this time, ms. */
const PATIENCE_MS = 3000;

/**
 * What Prebid 11.36.0's own module does, in words:
 * - getId runs once in a page, when it loads. A token past refresh_from is refreshed then, whatever happened on the page before: there
 *   is no back-off, no memory of failures, and no lock, so each tab asks for itself.
 * - A custom header makes the browser ask for leave first: two round trips. The preflight is not counted as a request here.
 * - When the request fails, getId's callback is never called, so every auction of that page waits for the whole auctionDelay.
 * - Nothing happens later in the page: no retry, no refresh of a token that becomes due; and the token goes on being sent when it has expired.
 */
export function createPrebid(world: World): Policy {
  const tokens = new Map<number, Identity>();

  function tokenOf(reader: number): Identity {
    let token = tokens.get(reader);
    if (!token) tokens.set(reader, token = world.identityOf(reader));
    return token;
  }

  function open(reader: number): Page {
    let pending: Promise<unknown> | undefined;
    let sent: Identity | undefined;
    const page: Page = {
      closed: false,
      load() {
        const token = tokenOf(reader);
        if (world.now() < token.identity_expires) sent = token;
        if (world.now() <= token.refresh_from) return;
        pending = new Promise<void>((resolve) => {
          world.ask(page, PATIENCE_MS, 2).then((outcome) => {
            if (!('latest' in outcome)) return;
            tokens.set(reader, sent = outcome.latest as Identity);
            pending = undefined;
            resolve();
          });
        });
      },
      auction: () => pending,
      sends: () => sent,
      hide() {},
      show() {},
      close() {
        page.closed = true;
      },
    };
    return page;
  }

  return { open, stateOf: (reader) => stateOf({ latestToken: tokenOf(reader) }, world.now()) };
}
