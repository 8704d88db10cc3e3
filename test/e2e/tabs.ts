// Any number of tabs of one visitor at once, in a time that the test sets.
import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import type { BrowserContext, Page } from 'playwright-core';
import { PATIENT } from './patience.ts';
import { NO_HURRY } from './several.ts';
import { SSPS } from './ssps.ts';
import type { World } from './support.ts';
import type { Params } from './visitor.ts';

/** A tab on the publisher's page; unlike a visitor's, it leaves the clock alone and may run auctions beside others'. */
export interface Tab {
  page: Page;
  /** Loads the page again. */
  load(): Promise<void>;
  /** As a publisher does on login. */
  login(uid2Token: Params['uid2Token']): Promise<void>;
  /** Runs an auction to its end; the UID2 that its bidder was given. */
  bid(): Promise<string | undefined>;
  /** The UID2 that a bidder would be given now. */
  id(): Promise<string | undefined>;
}

/** Opens so many tabs, whose pages are loaded before any of them is told of the user: they ask in the same moment. */
export async function openTabs(world: World, count: number, params: Params = {}): Promise<Tab[]> {
  const pages = await Promise.all(Array.from({ length: count }, async () => {
    const page = await world.page();
    await page.goto(world.url);
    return page;
  }));
  return Promise.all(pages.map((page) => tabOn(world, page, params)));
}

/** Opens a tab; it asks the operator as soon as it is there. */
export const openTab = async (world: World, params?: Params): Promise<Tab> => (await openTabs(world, 1, params))[0];

async function tabOn({ url, operator }: World, page: Page, params: Params): Promise<Tab> {
  const userSync = (uid2Token = params.uid2Token) => ({
    auctionDelay: PATIENT,
    syncEnabled: false,
    userIds: [{ name: 'uid2', params: { uid2ApiBase: operator.url, ...params, uid2Token } }]
  });

  const configure = () => page.evaluate((given) => (window as any).pbjs.setConfig(given), { userSync: userSync() });

  await configure();
  return {
    page,
    async load() {
      await page.goto(url);
      await configure();
    },
    async login(uid2Token) {
      await page.evaluate(async (given) => {
        const { pbjs } = window as any;
        pbjs.setConfig({ userSync: given });
        await pbjs.refreshUserIds({ submoduleNames: ['uid2'] });
      }, userSync(uid2Token));
    },
    bid: () => page.evaluate(async (bids) => {
      const { pbjs } = window as any;
      await pbjs.requestBids({ adUnits: [{ code: 'banner', mediaTypes: { banner: { sizes: [[300, 250]] } }, bids }], timeout: 5000 });
      const requested = pbjs.getEvents().filter(({ eventType }: any) => eventType === 'bidRequested');
      return requested.at(-1).args.bids[0].userIdAsEids?.[0]?.uids[0].id;
    }, [{ bidder: 'appnexus', params: SSPS.appnexus.params }]),
    id: () => page.evaluate(() => (window as any).pbjs.getUserIds().uid2?.id)
  };
}

/** Waits for a condition outside of the browser; in vain, until the test is given up. */
export async function until({ over }: World, condition: () => boolean): Promise<void> {
  while (!condition() && !over.aborted) await setTimeout(10);
}

/** Waits until so many tabs stand in line for the lock; as this page sees it, which may be any. */
export async function inLine(page: Page, count: () => number): Promise<void> {
  const line = () => page.evaluate(async () => (await navigator.locks.query()).pending!.length);
  while (await line() !== count()) await setTimeout(10);
}

/** Keeps answers about refreshes back until it is opened; nobody's patience ends in pages that are loaded from here on. */
export async function gate(world: World) {
  let open = () => {};
  let waiting = 0;
  const opened = new Promise<void>((resolve) => { open = resolve; });
  await world.context.addInitScript({ content: NO_HURRY });
  world.hold = (path) => {
    if (!path.endsWith('/token/refresh')) return;
    waiting += 1;
    return opened;
  };
  return {
    /** Lets all answers go, and those to come. */
    open,
    /** How many answers have been kept back. */
    waiting: () => waiting
  };
}

/** Fails if anything was thrown in any tab. */
export function watchErrors(context: BrowserContext): { expectNone(): void } {
  const errors: string[] = [];
  context.on('weberror', (error) => errors.push(error.error().message));
  return { expectNone() { expect(errors).to.deep.equal([]); } };
}
