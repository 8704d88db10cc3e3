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

/** A browser without a window, in which names are what `rules` say; pages are drawn only if they are looked at. */
export async function launchChromium(rules: string[], isLookedAt: boolean): Promise<Browser> {
  const args = [`--host-resolver-rules=${rules.join()}`, ...QUIET, `--disable-features=${WITHOUT.join()}`, ...(isLookedAt ? [] : [UNDRAWN]),
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];
  return chromium.launch({ executablePath: await findHeadless(), headless: true, args });
}
