// Another vendor's ID module beside ours: a server and a consent platform that answer when they are told, and what bidders get.
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { SSPS } from './ssps.ts';
import type { Age, World } from './support.ts';

/** The ID of the other vendor. */
export const TDID = 'an ID of another vendor';
/** Where its ID is from, in a bid request. */
export const TDID_SOURCE = 'adserver.org';
export const UID2_SOURCE = 'uidapi.com';

/** What has happened, in order. */
export type Log = ('vendor asked' | 'vendor answered' | 'bid')[];

/** The vendor's server; it keeps its answers until it is told to give them. */
export async function startVendor(log: Log) {
  const waiting: (() => void)[] = [];
  let isQuick = false;

  function answer(res: ServerResponse, origin = '*'): void {
    log.push('vendor answered');
    res.setHeader('access-control-allow-origin', origin);
    res.setHeader('access-control-allow-credentials', 'true');
    res.end(JSON.stringify({ TDID }));
  }

  const server = createServer((req, res) => {
    log.push('vendor asked');
    waiting.push(() => answer(res, req.headers.origin));
    if (isQuick) waiting.splice(0).forEach((give) => give());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/id`,
    /** Gives the answers that are due. */
    answer() { waiting.splice(0).forEach((give) => give()); },
    /** Gives those to come at once, or not. */
    setQuick(value: boolean) { isQuick = value; },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    }
  };
}

/** A stub of a consent platform that answers when it is told, that GDPR does not apply; runs in the page. */
function stubConsent(): void {
  const answer = { tcString: '', gdprApplies: false, eventStatus: 'tcloaded', cmpStatus: 'loaded', listenerId: 1 };
  (window as any).__tcfapi = (command: string, _version: number, callback: (data: object, isOk: boolean) => void) => {
    if (command === 'addEventListener') (window as any).consent = () => callback(answer, true);
  };
}

export interface Setup {
  age: Age;
  /** Where the other vendor is. */
  vendor: string;
  /** There is a consent platform, which answers with `consent()`. */
  hasPlatform?: boolean;
  auctionDelay?: number;
}

export type Ids = Record<string, string>;

/** A page with both ID modules; its auctions give the IDs that a bidder was sent, by source. */
export async function openWithVendor(world: World, log: Log, { age, vendor, hasPlatform, auctionDelay = 60_000 }: Setup) {
  const { operator, context, url } = world;
  const uid2Token = await world.login(age);
  if (hasPlatform) await context.addInitScript(stubConsent);
  const bids: Ids[] = [];
  await context.route(/ib\.adnxs/, (route) => {
    log.push('bid');
    const { eids = [] } = JSON.parse(route.request().postData()!);
    bids.push(Object.fromEntries(eids.map(({ source, id }: { source: string; id: string }) => [source, id])));
    return route.fallback();
  });
  const page = await world.page();
  await page.goto(url);
  await page.evaluate((config) => (window as any).pbjs.setConfig(config), {
    ...(hasPlatform && { consentManagement: { gdpr: { cmpApi: 'iab', timeout: 60_000 } } }),
    userSync: {
      auctionDelay,
      syncEnabled: false,
      userIds: [
        { name: 'uid2', params: { uid2ApiBase: operator.url, uid2Token } },
        { name: 'unifiedId', params: { url: vendor } }
      ]
    }
  });

  return {
    page,
    uid2Token,
    bids,
    auction: () => auction(page),
    /** The consent platform answers, once it is asked. */
    async consent(): Promise<void> {
      await page.waitForFunction(() => (window as any).consent);
      await page.evaluate(() => (window as any).consent());
    },
    /** Waits until bidders would get another token than this. */
    async hasNewToken(old: string): Promise<void> {
      await page.waitForFunction((before) => {
        const { id } = (window as any).pbjs.getUserIds().uid2 ?? {};
        return id && id !== before;
      }, old);
    }
  };
}

/** Runs an auction to its end. */
const auction = (page: Page) => page.evaluate(async (bids) => {
  const adUnits = [{ code: 'banner', mediaTypes: { banner: { sizes: [[300, 250]] } }, bids }];
  await (window as any).pbjs.requestBids({ adUnits, timeout: 5000 });
}, [{ bidder: 'appnexus', params: SSPS.appnexus.params }]);
