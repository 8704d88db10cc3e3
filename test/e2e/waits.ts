// Waiting for a page. Playwright's waitForFunction brings each page that is loaded 370 kB of script first, which costs as much as a small page does.
import { setTimeout } from 'node:timers/promises';
import type { BrowserContext, Page } from 'playwright-core';

const EVERY_MS = 10;
const LONGEST_MS = 30_000;

type Condition = (arg: unknown) => unknown;

/** The condition as a page is asked: a function that it finds there is not sent, but it is there. */
// eslint-disable-next-line no-new-func
const asked = (condition: unknown) => new Function('arg', `
  return Promise.resolve((${condition})(arg)).then((value) => typeof value === 'function' || value);
`) as Condition;

// of a page that is just being left; the next one is asked
const isLeft = (error: Error) => /context was destroyed|frame was detached/i.test(error.message);

async function waitIn(page: Page, condition: unknown, arg: unknown): Promise<{ jsonValue(): Promise<unknown> }> {
  const question = asked(condition);
  const end = performance.now() + LONGEST_MS;
  for (;;) {
    const value = await page.evaluate(question, arg).catch((error: Error) => {
      if (!isLeft(error)) throw error;
    });
    if (value) return { jsonValue: async () => value };
    if (performance.now() > end) throw new Error(`waited ${LONGEST_MS / 1000} s in vain for ${condition}`);
    await setTimeout(EVERY_MS);
  }
}

/** Lets all pages of the context wait in the cheaper way, which takes no options and gives back what is JSON only. */
export function waitCheaply(context: BrowserContext): void {
  context.on('page', (page) => {
    page.waitForFunction = ((condition: unknown, arg: unknown) => waitIn(page, condition, arg)) as Page['waitForFunction'];
  });
}
