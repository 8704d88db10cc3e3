import { KEY, type Page, type Request } from './kinds.ts';
import type { Browser } from '../browser.ts';
import type { Past, World } from './past.ts';

// What fails as a page is left is no failure of the operator (R11, R21).

/** How long after it was announced a page may take to go, ms. */
const LEAVING = 10e3;
/** A request that failed so shortly before a page is left without a word may have failed for that, ms. */
const DOUBT = 3000;

/** The ends of all pauses in the note, by key. */
function pausesIn({ local, cookie }: Browser): Record<string, { until: number }> {
  const note = `${KEY}_note`;
  try {
    return JSON.parse(local.get(note) ?? cookie(note) ?? '').pauses ?? {};
  } catch (e) {
    return {};
  }
}

export function createLeaving(past: Past, { browser }: World) {
  return {
    /** These pages are about to be left; what is given back is called when they are. */
    leaving(pages: Page[], notice: 'announced' | 'sudden', requests: Request[]): () => void {
      const before = pausesIn(browser);
      // of two that fail at once without locks, the second takes the first one for a failure
      const areMany = requests.filter(({ page }) => pages.includes(page)).length > 1;
      for (const page of pages) {
        if (notice === 'announced') page.leavingSince = browser.elapsed();
        // then the failure before that is doubted too
        else if (page.failedAt !== undefined && browser.elapsed() - page.failedAt <= DOUBT) past.pause = undefined;
      }
      return () => {
        const longer = Object.entries(pausesIn(browser)).some(([key, { until }]) => until > (before[key]?.until ?? 0));
        if (longer && !areMany && !past.isTampered) past.broken('takes it for a failure of the operator that the page was left');
      };
    },

    /** Whether the page's failures are taken for its leaving. */
    isLeaving: ({ leavingSince }: Page) =>
      leavingSince !== undefined && browser.elapsed() - leavingSince < LEAVING,
  };
}

export type Leaving = ReturnType<typeof createLeaving>;
