// A page of such a site, in Chromium: does UID2 work there, and is there one Prebid?
import { expect } from 'chai';
import type { Page, Request } from 'playwright-core';
import { freshContext } from '../e2e/browser.ts';

const PUBLISHER = 'https://publisher.example/';
const HOUR = 3600_000;

const sentTo = (page: Page, host: string): Promise<Request> => page.waitForRequest((request) => new URL(request.url()).hostname === host);

// runs in the page: a token that is due, and an auction
function auction(now: number): void {
  const { pbjs } = window as any;
  pbjs.que.push(() => {
    pbjs.setConfig({
      userSync: {
        auctionDelay: 2000,
        userIds: [{
          name: 'uid2',
          params: {
            uid2Token: {
              advertising_token: 'the-token', refresh_token: 'r', refresh_response_key: btoa('0123456789abcdef0123456789abcdef'),
              refresh_from: now - 1, identity_expires: now + 3600_000, refresh_expires: now + 3600_000
            }
          }
        }]
      }
    });
    pbjs.requestBids({ adUnits: [{ code: 'top', mediaTypes: { banner: { sizes: [[300, 250]] } }, bids: [{ bidder: 'appnexus', params: { placementId: 1 } }] }] });
  });
}

export interface Site {
  /** The page's HTML, or the script that it loads. */
  html?: string;
  script?: string;
  /** A server that has the page, for which none is made here. */
  url?: string;
}

/** Opens the site's page, has an auction there, and looks at what happens. */
export async function expectUid2(version: string, { html, script, url }: Site): Promise<void> {
  const context = await freshContext();
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  const cors = { 'access-control-allow-origin': '*' };
  await context.route((asked) => !url || !asked.href.startsWith(url), (route) => {
    const { origin, pathname } = new URL(route.request().url());
    if (`${origin}/` !== PUBLISHER) return route.fulfill({ status: 500, headers: cors, body: '{}' });
    return pathname === '/main.js'
      ? route.fulfill({ contentType: 'text/javascript', body: script })
      : route.fulfill({ contentType: 'text/html', body: html ?? '<!doctype html><title>Publisher</title><script src="/main.js"></script>' });
  });
  try {
    await page.goto(url ?? PUBLISHER);
    await page.waitForFunction(() => (window as any).pbjs?.installedModules?.includes('uid2IdSystem'));
    // each copy of Prebid's core adds its name
    expect(await page.evaluate(() => (window as any)._pbjsGlobals)).to.eql(['pbjs']);
    expect((await page.evaluate(() => (window as any).pbjs.installedModules)).sort()).to.eql(['appnexusBidAdapter', 'uid2IdSystem', 'userId']);
    const [refresh, bid] = [sentTo(page, 'prod.uidapi.com'), sentTo(page, 'ib.adnxs.com')];
    await page.evaluate(auction, Date.now() - HOUR / 2);
    expect(new URL((await refresh).url()).searchParams.get('client')).to.equal(`PrebidJS-${version}-UID2Module-2.0`);
    const eids = (await bid).postDataJSON().eids as { source: string; id: string }[];
    expect(eids.filter(({ source }) => source === 'uidapi.com').map(({ id }) => id)).to.eql(['the-token']);
    expect(await page.evaluate(() => (window as any).pbjs.uid2.status().state)).to.equal('stale');
    expect(errors).to.eql([]);
  } finally {
    await context.close();
  }
}
