// One Chromium for all files, cut off from everything but this machine; the SSPs are on it.
import type { Browser, BrowserContext } from 'playwright-core';
import { launchChromium } from '../harness/chromium.ts';
import type { Sent } from './ssps.ts';
import { startSsps } from './sspServer.ts';
import { waitCheaply } from './waits.ts';

let ssps: ReturnType<typeof startSsps> | undefined;
/** One whose pages are drawn, for tests that look at them and use their buttons, and one for all others. */
const running = new Map<boolean, Promise<Browser>>();

async function launch(isLookedAt: boolean): Promise<Browser> {
  const { rules } = await (ssps ??= startSsps());
  // Nothing but this machine has a name: what is not for an SSP fails, also outside of Playwright's reach.
  return launchChromium([...rules, 'MAP * ~NOTFOUND', 'EXCLUDE 127.0.0.1'], isLookedAt);
}

/** A browser profile of its own, without cookies or storage; profile.ts has one that costs less. Its pages are drawn if they are looked at. */
export async function freshContext(isLookedAt = false): Promise<BrowserContext> {
  const browser = running.get(isLookedAt) ?? launch(isLookedAt);
  running.set(isLookedAt, browser);
  // of the SSPs' certificate nobody has heard
  const context = await (await browser).newContext({ ignoreHTTPSErrors: true });
  waitCheaply(context);
  return context;
}

/** What SSPs are sent from now on, by all pages, is added to this list. */
export async function collectSent(sent: Sent[]): Promise<void> {
  (await (ssps ??= startSsps())).collect(sent);
}

after(async () => {
  for (const browser of running.values()) await (await browser).close();
  await (await ssps)?.close();
});
