// R14: the Back button shows a logged-in page from the HTTP cache; it does not log in anybody.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import type { Identity } from '../../operator/index.ts';
import { bid, configOf } from './bid.ts';
import { bundle } from './bundle.ts';
import { type Age, inBrowser } from './support.ts';
import type { Params } from './visitor.ts';

const OTHER = 'other@example.com';

describe('Back to a logged-in page, after a logout on the next', () => {
  // the browser, as it is started, has a cache of responses, and none of whole pages
  const world = inBrowser();
  let server: Server;
  let site: string;
  let pages: Record<string, string>;
  let served: string[];

  /** A page that the browser may keep, with what the publisher's server knows of the reader in it. */
  const html = (params: Params) => `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">
    <script src="/prebid.js"></script><script>pbjs.setConfig(${JSON.stringify(configOf(world, params))})</script>`;

  beforeEach(async () => {
    served = [];
    const prebid = await readFile(await bundle());
    server = createServer(({ url = '' }, res) => {
      served.push(url);
      const isScript = url === '/prebid.js';
      res.setHeader('cache-control', 'max-age=3600');
      res.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
      res.end(isScript ? prebid : pages[url]);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  });

  const idOf = (page: Page): Promise<string | undefined> =>
    page.evaluate(() => (window as any).pbjs.getUserIds().uid2?.id);
  const disconnect = (page: Page) => page.evaluate(() => (window as any).pbjs.uid2.disconnect());

  /** A reader who has seen the logged-in page, and then the next one. */
  async function begin(age: Age, params: Params = {}): Promise<{ page: Page; uid2Token: Identity; bidden: string }> {
    const uid2Token = await world.login(age);
    pages = { '/account': html({ uid2Token, ...params }), '/next': html(params) };
    const page = await world.page();
    await page.goto(`${site}/account`);
    const bidden = await bid(page);
    await page.evaluate(() => { (window as any).isFirstLoad = true; });
    await page.goto(`${site}/next`);
    expect(await idOf(page)).to.equal(bidden);
    return { page, uid2Token, bidden: bidden! };
  }

  /** Goes back; fails unless the page was loaded anew, and came from the HTTP cache. */
  async function back(page: Page): Promise<void> {
    await page.goBack();
    const seen = await page.evaluate(() => [location.pathname, (window as any).isFirstLoad]);
    expect(seen).to.deep.equal(['/account', undefined]);
    expect(served.filter((url) => url === '/account')).to.have.length(1);
  }

  for (const storage of ['localStorage', 'cookie'] as const) {
    for (const age of ['fresh', 'expired'] as const) {
      it(`does not bid the ${age} token again that is in the page (${storage})`, async () => {
        const { page } = await begin(age, { storage });
        await disconnect(page);
        const asked = world.refreshes().length;
        await back(page);
        expect(await bid(page)).to.equal(undefined);
        expect(await idOf(page)).to.equal(undefined);
        expect(await page.evaluate(() => (window as any).pbjs.uid2.status().reason)).to.equal('loggedOut');
        expect(world.refreshes()).to.have.length(asked);
      });
    }
  }

  it('bids neither that token nor that of the reader who has logged in since, who stays logged in', async () => {
    const { page } = await begin('fresh');
    await disconnect(page);
    const other = await world.login('fresh', OTHER);
    const token = other.advertising_token;
    pages['/welcome'] = html({ uid2Token: other });
    await page.goto(`${site}/welcome`);
    expect(await bid(page)).to.equal(token);
    await page.goBack();
    await back(page);
    expect(await bid(page)).to.equal(undefined);
    expect(await idOf(page)).to.equal(undefined);
    await page.goForward();
    expect(await bid(page)).to.equal(token);
  });

  it('bids none of the last five readers\' tokens again, in whichever page it is', async () => {
    const page = await world.page();
    const tokens = await Promise.all([1, 2, 3, 4, 5].map((at) => world.login('fresh', `${at}@example.com`)));
    pages = Object.fromEntries(tokens.map((uid2Token, at) => [`/${at}`, html({ uid2Token })]));
    for (const at of tokens.keys()) {
      await page.goto(`${site}/${at}`);
      expect(await bid(page)).to.equal(tokens[at].advertising_token);
      await disconnect(page);
    }
    for (const at of [...tokens.keys()].reverse()) {
      await page.goto(`${site}/${at}`);
      expect(await bid(page)).to.equal(undefined);
    }
  });
});
