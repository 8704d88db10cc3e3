// A publisher with a name of its own, by https: what cookies for parent domains, __Host- and Partitioned need.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { bundle } from './bundle.ts';
import { certificateFor } from './certificate.ts';
import { launchChromium } from '../harness/chromium.ts';

/** A host name of three levels below a public suffix. */
export const HOST = 'www.news.pub.example';

const HTML = '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script src="/prebid.js"></script>';
const RULES = ['MAP *.pub.example 127.0.0.1', 'MAP * ~NOTFOUND', 'EXCLUDE 127.0.0.1'];

async function serve(): Promise<{ url: string; close(): void }> {
  const script = readFileSync(await bundle());
  const server = createServer(await certificateFor(HOST), (request, response) => {
    const isScript = request.url === '/prebid.js';
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html').end(isScript ? script : HTML);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `https://${HOST}:${(server.address() as AddressInfo).port}/`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

export interface SecureSite {
  context: BrowserContext;
  url: string;
  /** A new tab on the site. */
  open(): Promise<Page>;
}

/** Starts it, with a browser of its own, before the tests of the suite; each has a profile of its own. */
export function secureSite(): SecureSite {
  const site = {} as SecureSite;
  let server: Awaited<ReturnType<typeof serve>>;
  let browser: Browser;

  before(async function () {
    this.timeout(120_000);
    server = await serve();
    browser = await launchChromium(RULES, false);
    site.url = server.url;
  });
  beforeEach(async () => {
    site.context = await browser.newContext({ ignoreHTTPSErrors: true });
    site.open = async () => {
      const page = await site.context.newPage();
      await page.goto(site.url);
      return page;
    };
  });
  afterEach(() => site.context.close());
  after(async () => {
    await browser.close();
    server.close();
  });
  return site;
}
