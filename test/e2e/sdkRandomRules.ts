// What must be true after each step of a random life, whatever has happened.
import { personOf } from './sdkRandomBrowser.ts';
import type { View } from './sdkRandomPage.ts';
import type { Tracker } from './sdkRandomReader.ts';

const MOST_REQUESTS = 6;

/** How it stands in all tabs, and what the browser has stored. */
export type Sight = { views: View[]; stored: string };

/** What nobody may see even for a moment: something thrown, an answer that is of nobody, too many requests, an address in storage. */
export function badAtOnce({ views, stored }: Sight, secrets: string[]): string | undefined {
  const at = views.findIndex(({ wrong }) => wrong.length);
  if (at >= 0) return `tab ${at}: ${views[at].wrong.join('; ')}`;
  const eager = views.findIndex(({ requests }) => requests > MOST_REQUESTS);
  if (eager >= 0) return `tab ${eager} has asked ${views[eager].requests} times in a minute`;
  const secret = secrets.find((text) => stored.includes(text));
  return secret && `${secret} is stored: ${stored}`;
}

type Reader = { tracker: Tracker; current?: string; owner?: string; isOptoutKnown: boolean };

/** What is wrong in a tab where consent is not there: whom the page names itself it may be told until that is denied. */
function badInClosed({ closed, token, ids, isLoginRequired, isIdentityAvailable, hasOptedOut }: View, given?: string): string | undefined {
  if (ids) return `Prebid has ${ids}, ${closed}`;
  if (token && (closed === 'denied' || token !== given)) return `a token, ${closed}`;
  const isSomebody = !isLoginRequired || isIdentityAvailable || hasOptedOut;
  return closed === 'denied' && isSomebody ? 'denied, and somebody is said to be there' : undefined;
}

/** What is wrong in one tab. */
function badIn(view: View, tab: number, { tracker, current, owner, isOptoutKnown }: Reader): string | undefined {
  if (view.closed) return badInClosed(view, tracker.given(tab));
  const { token, isInit, hasEntry, hasBegun } = view;
  if (hasEntry && !hasBegun) return 'Prebid has not asked';
  if (hasEntry && view.ids !== token) return `Prebid has ${view.ids}, and __uid2 ${token}`;
  if (!token) {
    if ((isInit || hasBegun) && tracker.isOwed(tab)) return `no token, and the reader is ${current}`;
    const isAnswered = hasEntry && isInit && !view.hasOptedOut && view.reason !== 'refreshing';
    return isAnswered && view.isIdentityAvailable ? `no token, and one is said to be there: ${view.reason}` : undefined;
  }
  if (owner !== current) return `a token of ${owner}, and the reader is ${current}`;
  if (isOptoutKnown) return 'a token, and another tab knows of an opt-out';
  return view.isLoginRequired || !view.isIdentityAvailable ? 'a token, and nobody is said to be there' : undefined;
}

/** What is wrong, unless it is mended soon: news of other tabs, and answers, take their time. */
export async function badAfterAll({ views, stored }: Sight, tracker: Tracker): Promise<string | undefined> {
  const owners = await Promise.all(views.map(({ token }) => token && personOf(token)));
  const current = tracker.current(owners);
  const isOptoutKnown = views.some(({ hasOptedOut }, tab) => hasOptedOut && !tracker.saysOptout(tab));
  for (const [tab, view] of views.entries()) {
    const bad = badIn(view, tab, { tracker, current, owner: owners[tab], isOptoutKnown });
    if (bad) return `tab ${tab}: ${bad}`;
  }
  return !current && /"advertising_token"/.test(stored) ? `nobody is logged in, and a token is stored: ${stored}` : undefined;
}
