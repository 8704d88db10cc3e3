// One Chromium for all files, cut off from everything but this machine; the SSPs are on it.
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { findHeadless } from '../../scripts/browser.ts';
import type { Sent } from './ssps.ts';
import { startSsps } from './sspServer.ts';
import { waitCheaply } from './waits.ts';

const QUIET = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

let running: ReturnType<typeof launch> | undefined;

async function launch() {
  const ssps = await startSsps();
  // Nothing but this machine has a name: what is not for an SSP fails, also outside of Playwright's reach.
  const offline = `--host-resolver-rules=${[...ssps.rules, 'MAP * ~NOTFOUND', 'EXCLUDE 127.0.0.1'].join()}`;
  const args = [offline, ...QUIET, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];
  const browser: Browser = await chromium.launch({ executablePath: await findHeadless(), headless: true, args });
  return { browser, ssps };
}

/** A browser profile of its own, without cookies or storage; profile.ts has one that costs less. */
export async function freshContext(): Promise<BrowserContext> {
  const { browser } = await (running ??= launch());
  // of the SSPs' certificate nobody has heard
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  waitCheaply(context);
  return context;
}

/** What SSPs are sent from now on, by all pages, is added to this list. */
export async function collectSent(sent: Sent[]): Promise<void> {
  (await (running ??= launch())).ssps.collect(sent);
}

after(async () => {
  if (!running) return;
  const { browser, ssps } = await running;
  await browser.close();
  await ssps.close();
});
