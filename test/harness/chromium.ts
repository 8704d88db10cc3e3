// Starts Chromium so that it does no work that these tests have no use for.
import { type Browser, chromium } from 'playwright-core';
import { findHeadless } from '../../scripts/browser.ts';

const QUIET = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/**
 * Of two lists of features Chromium takes the last, so this one has what Playwright turns off, as far as it matters
 * here, and: a new frame in the browser for each document of a tab, which costs a third of a page that is loaded; and
 * processes in store for pages that never come.
 */
const WITHOUT = [
  'AvoidUnnecessaryBeforeUnloadCheckSync', 'DestroyProfileOnBrowserClose', 'HttpsUpgrades', 'HttpsFirstBalancedModeAutoEnable',
  'PaintHolding', 'ThirdPartyStoragePartitioning', 'AvoidCorsURLLoaderRestartOnRedirect', 'OptimizationHints',
  'RenderDocument', 'SpareRendererForSitePerProcess'
];

/** Nothing is drawn unless it is asked for, and `requestAnimationFrame` waits for ever; a third of a page's cost again. */
const UNDRAWN = '--enable-begin-frame-control';

/** Chromium's flags, with names being what `rules` say, if any are given; pages are drawn only if they are looked at. */
export const flagsOf = (rules: string[], isLookedAt: boolean): string[] => [
  ...(rules.length > 0 ? [`--host-resolver-rules=${rules.join()}`] : []),
  ...QUIET,
  `--disable-features=${WITHOUT.join()}`,
  ...(isLookedAt ? [] : [UNDRAWN]),
  // it opens only pages of this machine; root has none, nor has what is not where the system expects a browser
  '--no-sandbox'
];

/** A browser without a window for Playwright. */
export const launchChromium = async (rules: string[], isLookedAt: boolean): Promise<Browser> =>
  chromium.launch({ executablePath: await findHeadless(), headless: true, args: flagsOf(rules, isLookedAt) });

/**
 * Starts one that only shows a page, which nobody can ask anything, with `folder` for its profile; `onEnd` is called if it ends by itself.
 * Gives back what ends it, also where the program is a script that has started another.
 */
export async function showIn(folder: string, url: string, onEnd: () => void): Promise<() => Promise<void>> {
  const { launch } = await import('@puppeteer/browsers');
  const profile = [`--user-data-dir=${folder}`, '--no-default-browser-check', '--disable-background-timer-throttling', '--disable-renderer-backgrounding'];
  const args = ['--headless', ...profile, ...flagsOf([], false), url];
  let isOver = false;
  const onExit = async () => { if (!isOver) onEnd(); };
  const program = launch({ executablePath: await findHeadless(), args, onExit });
  return () => {
    isOver = true;
    return program.close();
  };
}
