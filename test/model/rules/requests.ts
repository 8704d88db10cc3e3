import { rootOf, userOf } from '../operator.ts';
import { PATIENCE, REMEMBERED, type Page, type Reply, type Request } from './kinds.ts';
import type { Leaving } from './leaving.ts';
import type { Past, World } from './past.ts';

// When the operator is asked, and what comes of it (R9, R10, R11, R15, R16).

const FIRST = 5e3;
const LONGEST = 300e3;
const REFUSED = 600e3;
const MINUTE = 60e3;
const MOST = 6;

export function createRequests(past: Past, { isLeaving }: Leaving, { browser, settings: { locks } }: World) {
  /** First tokens by account, and readers, of which a request has failed. */
  const hasFailed = new Set<string>();

  const lately = ({ tab }: Page) => tab.requested.filter((at) => at > browser.elapsed() - MINUTE);

  /** R11: all Prebids of a document together ask six times a minute at most. */
  const isFull = (page: Page) => lately(page).length >= MOST;

  /** A failure of this page's, which others hear of. */
  function failed(key: string, answer: Reply | undefined) {
    const { pause } = past;
    const failures = pause?.key === key && browser.now() < pause.until + REMEMBERED - REFUSED ? pause.failures + 1 : 1;
    const wait = answer?.status === 400 ? REFUSED : Math.min(FIRST * 2 ** (failures - 1), LONGEST);
    past.pause = { key, failures, until: browser.now() + wait };
  }

  return {
    /** A page begins a request, while the others go on. */
    requests(request: Request, others: Request[]) {
      const { page, what, key } = request;
      const left = past.pause?.key === key ? past.pause.until - browser.now() : 0;
      if (page.denied) past.broken('asks although it is denied');
      if (!page.permitted) past.broken('asks in a hidden page that has run no auction');
      if (isFull(page)) past.broken('asks more than six times a minute');
      page.tab.requested = [...lately(page), browser.elapsed()];
      if (!page.blind && left > 0) past.broken(`asks ${left / 1000} s before the end of the back-off`);
      const { optOut } = past;
      const isOptedOut = optOut?.root === rootOf(what) && browser.now() < optOut.until;
      // a logout whose note was damaged may come back, and lift the opt-out
      const isLifted = past.isTampered && past.lastLogout > 0;
      if (!page.blind && isOptedOut && !isLifted) past.broken('asks for a user who has opted out');
      if (past.isOver(page, userOf(what))) past.broken('asks for a user who has left');
      request.lockless = !locks || page.stopped || browser.elapsed() >= page.queued + PATIENCE;
      const other = others.find((each) => each.what === what && !each.lockless);
      if (other && !request.lockless) past.broken(`asks while tab ${other.page.tab.name} asks for the same token`);
    },

    /** The page has just named a reader by an address: where nothing has failed of them by this account, nothing is waited out. */
    begins(page: Page, name: string, account: string) {
      if (page.denied || page.tab.hidden || isFull(page) || hasFailed.has(name) || hasFailed.has(account + name)) return;
      const { reason } = page.decided();
      if (!['ok', 'refreshing', 'optedOut'].includes(reason)) past.broken(`does not ask for ${name} by ${account} (${reason})`);
    },

    /** A request has failed as its page is left. */
    lost({ key }: Request) {
      past.trouble();
      hasFailed.add(key);
    },

    /** The outcome of a request has come to its page. */
    answered({ page, what, key, start, troubles: before }: Request, answer?: Reply) {
      // where the clock is wrong a token may not be due any more, when a request has taken so long
      const isDue = past.isClockRight() || browser.elapsed() < start + PATIENCE;
      const isCounted = answer !== undefined || !isLeaving(page);
      if (!answer) page.failedAt = browser.elapsed();
      const isTimely = isDue && isCounted && before === past.troubles && !page.denied && !page.blind && !past.faulty;
      past.troubles++;
      // a token that has expired on its way is of no use
      const isLate = browser.elapsed() > start + PATIENCE;
      if (answer?.gives !== 'token' || isLate) [key, rootOf(what)].forEach((one) => hasFailed.add(one));
      if (answer?.gives === 'optout') {
        past.everOptedOut = true;
        past.pause = undefined;
        if (isTimely) past.optOut = { root: rootOf(what), at: ++past.count, until: browser.now() + REMEMBERED };
      } else if (answer?.gives === 'token') {
        past.pause = undefined;
      } else if (isTimely) {
        failed(key, answer);
      } else if (past.pause?.key !== key) {
        // its note may have taken the place of the other's
        past.pause = undefined;
      }
    },
  };
}
