// A visitor's browser on a publisher's page: what it is configured with, the auctions it runs, and what leaves it.
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import type { Identity } from '../../operator/index.ts';
import { PATIENT } from './patience.ts';
import { type Bidder, PREBID_SERVER, type Sent, SSPS } from './ssps.ts';

export type Params = {
  uid2Token?: Partial<Identity>;
  uid2Cookie?: string;
  uid2ServerCookie?: string;
  uid2ApiBase?: string;
  uid2ApiVersion?: 1 | 2;
  storage?: 'cookie' | 'localStorage';
  bidWhileRefreshing?: boolean;
  serverPublicKey?: string;
  subscriptionId?: string;
  email?: string;
};

export interface Setup {
  params?: Params;
  /** More of Prebid's config. */
  config?: object;
  /** Default: one that reads eids and one that reads bid.userId. */
  bidders?: Bidder[];
  /** Who may have the UID2; by default everybody. */
  only?: Bidder[];
  /** Makes Prebid store the ID itself. */
  storage?: { type: 'cookie' | 'html5'; name: string; expires: number; refreshInSeconds?: number };
  /** The page has the same ad units in all its auctions. */
  keepsUnits?: boolean;
  /** ms that Prebid may hold an auction for IDs. */
  auctionDelay?: number;
}

/** What an auction sent to the SSPs, and the UID2 in it by bidder. */
export interface Auction { sent: Sent[]; uid2: Record<string, unknown> }

const S2S = { accountId: '1', enabled: true, adapter: 'prebidServer', bidders: ['serverside'], timeout: 3000, endpoint: PREBID_SERVER };

/** Where the module keeps its record. */
export const KEY = '__uid2_advertising_token';

/** Fails if anything that left the page could be, or tell of, a UID2. */
export function expectNoUid2({ sent, uid2 }: Auction, ...secrets: (string | undefined)[]): void {
  expect(uid2).to.deep.equal(Object.fromEntries(sent.map(({ bidder }) => [bidder, undefined])));
  for (const { bidder, url, body } of sent) {
    const text = decodeURIComponent(url) + body;
    expect(text, bidder).not.to.include('uidapi');
    for (const secret of secrets) expect(text, bidder).not.to.include(secret ?? 'nothing');
  }
}

/** A tab, on the publisher's page. */
export async function visit(page: Page, url: string, setup: Setup, sent: Sent[], operator: string) {
  const { params = {}, config = {}, bidders = ['appnexus', 'theadx'], only, storage, keepsUnits = false, auctionDelay = PATIENT } = setup;
  const context = page.context();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  let current = params;

  const userSync = () => ({
    auctionDelay,
    syncEnabled: false,
    userIds: [{ name: 'uid2', params: { uid2ApiBase: operator, ...current }, ...(only && { bidders: only }), ...(storage && { storage }) }]
  });

  async function load(changed = current): Promise<void> {
    current = changed;
    await page.goto(url);
    await page.evaluate((given) => (window as any).pbjs.setConfig(given),
      { ...config, s2sConfig: S2S, userSync: userSync() });
  }

  /** Everything in localStorage and in this page's cookies. */
  async function stored(): Promise<{ localStorage: Record<string, string>; cookies: Record<string, string> }> {
    // the page's task of this moment has ended then
    const inPage = await page.evaluate(() => ({ ...localStorage }));
    const cookies = await context.cookies(url);
    return {
      localStorage: inPage,
      cookies: Object.fromEntries(cookies.map(({ name, value }) => [name, decodeURIComponent(value)]))
    };
  }

  await load();
  return {
    page,

    /** Loads the page again, with the params as they are now, or others. */
    load,

    /** As a publisher does on login: other params, and Prebid asked to look at them. */
    async configure(changed: Params): Promise<void> {
      current = changed;
      await page.evaluate(async (given) => {
        const { pbjs } = window as any;
        pbjs.setConfig({ userSync: given });
        await pbjs.refreshUserIds({ submoduleNames: ['uid2'] });
      }, userSync());
    },

    /** Runs an auction to its end; every bidder must have been asked. */
    async auction(): Promise<Auction> {
      const before = sent.length;
      const bids = bidders.map((bidder) => ({ bidder, params: SSPS[bidder].params }));
      // a promise of its own, whose value is what the handler would get
      await page.evaluate(async ([given, keeps]) => {
        const { pbjs, kept } = window as any;
        const adUnits = (keeps && kept) || [{ code: 'banner', mediaTypes: { banner: { sizes: [[300, 250]] } }, bids: given }];
        (window as any).kept = adUnits;
        await pbjs.requestBids({ adUnits, timeout: 5000 });
      }, [bids, keepsUnits] as const);
      const requests = sent.slice(before);
      expect(requests.map(({ bidder }) => bidder)).to.have.members(bidders);
      return { sent: requests, uid2: Object.fromEntries(requests.map((request) => [request.bidder, SSPS[request.bidder as Bidder].uid2(request)])) };
    },

    /** Waits until bidders would get this token. */
    async token(id: string): Promise<void> {
      await page.waitForFunction((wanted) => (window as any).pbjs.getUserIds().uid2?.id === wanted, id);
    },

    /** What a page reads with pbjs.getUserIds(). */
    userIds: () => page.evaluate(() => (window as any).pbjs.getUserIds()),
    /** What the module keeps, parsed. */
    record: async (place: 'localStorage' | 'cookies' = 'localStorage') => JSON.parse((await stored())[place][KEY] ?? 'null'),

    status: () => page.evaluate(() => (window as any).pbjs.uid2.status()),
    disconnect: () => page.evaluate(() => (window as any).pbjs.uid2.disconnect()),

    stored,

    /** Fails if something was thrown, or rejected without anybody to hear of it. */
    expectNoErrors() { expect(errors).to.deep.equal([]); }
  };
}

export type Visitor = Awaited<ReturnType<typeof visit>>;
