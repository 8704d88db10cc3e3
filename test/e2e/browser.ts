// One Chromium for all files, cut off from everything but this machine.
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { findBrowser } from '../../scripts/browser.ts';

// Nothing but this machine has a name: what is not intercepted fails, also outside of Playwright's reach.
const OFFLINE = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1';
const QUIET = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

let browser: Promise<Browser> | undefined;

async function launch(): Promise<Browser> {
  const args = [OFFLINE, ...QUIET, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];
  return chromium.launch({ executablePath: await findBrowser(), headless: true, args });
}

/** A browser profile of its own, without cookies or storage; profile.ts has one that costs less. */
export async function freshContext(): Promise<BrowserContext> {
  browser ??= launch();
  return (await browser).newContext();
}

after(async () => {
  await (await browser)?.close();
});
