// A page of such a site, in Chromium: does UID2 work there, and is there one Prebid?
import { expect } from 'chai';
import type { Page, Request } from 'playwright-core';
import { freshContext } from '../e2e/browser.ts';

const PUBLISHER = 'https://publisher.example/';
const OPERATOR = 'prod.uidapi.com';
const HOUR = 3600_000;

const sentTo = (page: Page, host: string): Promise<Request> => page.waitForRequest((request) => new URL(request.url()).hostname === host);

/** A token that is due for a refresh. */
export const due = () => ({
  advertising_token: 'the-token', refresh_token: 'r',
  refresh_from: Date.now() - HOUR / 2, identity_expires: Date.now() + HOUR / 2, refresh_expires: Date.now() + HOUR / 2
});
const refreshed = () => ({ ...due(), advertising_token: 'the-refreshed-token', refresh_from: Date.now() + HOUR, identity_expires: Date.now() + 2 * HOUR, refresh_expires: Date.now() + 3 * HOUR });

// runs in the page
function auction(params?: object): void {
  const { pbjs } = window as any;
  pbjs.que.push(() => {
    pbjs.setConfig({ userSync: { auctionDelay: 2000, userIds: [{ name: 'uid2', params }] } });
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

/** Opens the site's page, with `answer` for what it asks the operator. */
async function open(modules: string[], { html, script, url }: Site, answer: { status: number; body: string }, look: (page: Page) => Promise<void>): Promise<void> {
  const context = await freshContext();
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  const cors = { 'access-control-allow-origin': '*' };
  await context.route((asked) => !url || !asked.href.startsWith(url), (route) => {
    const { hostname, origin, pathname } = new URL(route.request().url());
    if (hostname === OPERATOR) return route.fulfill({ headers: cors, ...answer });
    if (`${origin}/` !== PUBLISHER) return route.fulfill({ status: 500, headers: cors, body: '{}' });
    return pathname === '/main.js'
      ? route.fulfill({ contentType: 'text/javascript', body: script })
      : route.fulfill({ contentType: 'text/html', body: html ?? '<!doctype html><title>Publisher</title><script src="/main.js"></script>' });
  });
  try {
    await page.goto(url ?? PUBLISHER);
    await page.waitForFunction((name) => (window as any).pbjs?.installedModules?.includes(name), modules[0]);
    // each copy of Prebid's core adds its name
    expect(await page.evaluate(() => (window as any)._pbjsGlobals)).to.eql(['pbjs']);
    expect((await page.evaluate(() => (window as any).pbjs.installedModules)).sort()).to.eql(['appnexusBidAdapter', ...modules, 'userId'].sort());
    await look(page);
    expect(errors).to.eql([]);
  } finally {
    await context.close();
  }
}

const statusOf = (page: Page) => page.evaluate(() => (window as any).pbjs.uid2.status());

/** What a bidder gets from an auction. */
async function bid(page: Page, params?: object): Promise<string[]> {
  const sent = sentTo(page, 'ib.adnxs.com');
  await page.evaluate(auction, params);
  const eids = (await sent).postDataJSON().eids as { source: string; id: string }[] | undefined;
  return (eids ?? []).filter(({ source }) => source === 'uidapi.com').map(({ id }) => id);
}

/** Has an auction on the site's page, and looks at what happens; `more` are other modules that it has. */
export const expectUid2 = (version: string, site: Site, ...more: string[]) => open(['uid2IdSystem', ...more], site, { status: 500, body: '{}' }, async (page) => {
  const refresh = sentTo(page, OPERATOR);
  expect(await bid(page, { uid2Token: { ...due(), refresh_response_key: btoa('0123456789abcdef0123456789abcdef') } })).to.eql(['the-token']);
  expect(new URL((await refresh).url()).searchParams.get('client')).to.equal(`PrebidJS-${version}-UID2Module-2.0`);
  expect((await statusOf(page)).state).to.equal('stale');
  expect(await page.evaluate(() => Object.keys(localStorage))).to.include('__uid2_advertising_token');
});

const answered = () => ({ status: 200, body: JSON.stringify({ status: 'success', body: refreshed() }) });

/** Sees that the site's own script has named a reader, of whom bidders get the token. */
export const expectLogin = (site: Site) => open(['uid2IdSystem', 'uid2Sdk'], site, answered(), async (page) => {
  await page.waitForFunction(() => (window as any).pbjs.getUserIdsAsEids()[0]?.uids[0].id === 'the-refreshed-token');
  expect(await page.evaluate(() => (window as any).__uid2.getAdvertisingToken())).to.equal('the-refreshed-token');
});

/** Logs somebody in by window.__uid2, and sees that it is Prebid's session that they are in. */
export const expectSdk = (site: Site) => open(['uid2IdSystem', 'uid2Sdk'], site, answered(), async (page) => {
  let asked = 0;
  page.on('request', (request) => { asked += Number(new URL(request.url()).hostname === OPERATOR); });
  const token = () => page.evaluate(() => (window as any).__uid2.getAdvertisingToken());
  await page.waitForFunction(() => (window as any).__uid2?.init);
  await page.evaluate((identity) => (window as any).__uid2.init({ identity }), due());
  // Prebid has not been told of uid2 yet
  expect(await statusOf(page)).to.include({ reason: 'notConfigured', source: 'params' });
  await page.waitForFunction(() => (window as any).__uid2.getAdvertisingToken() === 'the-refreshed-token');
  expect(await bid(page)).to.eql(['the-refreshed-token']);
  expect(await token()).to.equal('the-refreshed-token');
  expect(asked).to.equal(1);
  await page.evaluate(() => (window as any).pbjs.uid2.disconnect());
  expect(await token()).to.equal(undefined);
});
