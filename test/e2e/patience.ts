// Pages to copy let an auction wait for half a second or one; on a busy machine an answer may take longer.
import type { BrowserContext } from 'playwright-core';

/** Longer than any test may take, ms: an auction that is not released is a test that fails. */
export const PATIENT = 60_000;

// as text, since what compiles these files leaves names in functions that a page does not have
const PATIENCE = `(window.pbjs ??= {}).que = [() => {
  const { setConfig } = pbjs;
  const patient = (userSync) => (userSync?.auctionDelay ? { ...userSync, auctionDelay: ${PATIENT} } : userSync);
  pbjs.setConfig = (given) => setConfig({ ...given, ...(given.userSync && { userSync: patient(given.userSync) }) });
}, ...(pbjs.que ?? [])];`;

/** In pages loaded from here on, auctions that wait for IDs at all wait until they are there. */
export const waitPatiently = (context: BrowserContext) => context.addInitScript({ content: PATIENCE });
