// R7, R11: an operator that does not answer is paid for once, by whichever page is the first.
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { bid, configOf } from './bid.ts';
import { NO_HURRY, type StorageParam } from './several.ts';
import { EMAIL, inBrowser } from './support.ts';
import { until } from './tabs.ts';
import type { Params } from './visitor.ts';

const HOUR = 3600_000;
const AUCTION_DELAY = 500;

describe('A reader who clicks through pages while the operator hangs', () => {
  const world = inBrowser();

  const asked = () => world.operator.admin.requests().filter(({ path }) => /refresh|client-generate/.test(path)).length;
  const isAsked = (times: number) => until(world, () => asked() === times);

  /** Who the reader is, by what is known of them. */
  const READERS: Record<string, () => Promise<Params>> = {
    'a stale token': async () => ({ uid2Token: await world.login('stale') }),
    'an expired token': async () => ({ uid2Token: await world.login('expired') }),
    'an address': async () => ({ ...world.operator.cstg, email: EMAIL })
  };

  /** What an auction has instead of a new token. */
  const left = (reader: string, { uid2Token }: Params) =>
    (reader === 'a stale token' ? uid2Token!.advertising_token : undefined);

  /** Names the reader; a timer of auctionDelay tells whether the auction that follows is held for as long. */
  const begin = (page: Page, params: Params) => page.evaluate(([text, ms]) => {
    const { pbjs } = window as any;
    const state = { isOver: false, isHeld: false };
    setTimeout(() => { state.isOver = true; }, ms);
    pbjs.onEvent('bidRequested', () => { state.isHeld = state.isOver; });
    Object.assign(window, { state });
    pbjs.setConfig(JSON.parse(text));
  }, [JSON.stringify(configOf(world, params, AUCTION_DELAY)), AUCTION_DELAY] as const);

  const isHeld = (page: Page): Promise<boolean> => page.evaluate(() => (window as any).state.isHeld);

  /** Loads a page whose auctions are held until the operator has answered, if at all. */
  async function load(page: Page, params: Params): Promise<void> {
    await page.goto(world.url);
    await page.evaluate((config) => (window as any).pbjs.setConfig(config), configOf(world, params));
  }

  const getsToken = (page: Page, old?: string) => page.waitForFunction((before) => {
    const { id } = (window as any).pbjs.getUserIds().uid2 ?? {};
    return id && id !== before;
  }, old);

  for (const storage of ['localStorage', 'cookie'] as StorageParam[]) {
    for (const [reader, params] of Object.entries(READERS)) {
      it(`is held on the first only, until the operator has answered: ${reader} (${storage})`, async function () {
        this.timeout(30_000);
        const named = { ...await params(), storage };
        const old = left(reader, named);
        // requests do not end by themselves, and so do not release an auction
        await world.context.addInitScript({ content: NO_HURRY });
        world.operator.admin.fault({ kind: 'hang' });
        const page = await world.page();
        await page.goto(world.url);
        await begin(page, named);
        expect([await bid(page), await isHeld(page)]).to.deep.equal([old, true]);
        expect(asked()).to.equal(1);
        // the request began a little later than the auction: so long it has to be in flight
        await page.waitForFunction(() => `${JSON.stringify(localStorage)}${decodeURIComponent(document.cookie)}`.replaceAll('\\', '').includes('"isSlow":true'));

        for (const count of [2, 3]) {
          await load(page, named);
          expect(await bid(page)).to.equal(old);
          await isAsked(count);
        }

        world.operator.admin.clearFaults();
        await load(page, named);
        await getsToken(page, named.uid2Token?.advertising_token);
        expect(asked()).to.equal(4);

        await world.later(5 * HOUR);
        world.operator.admin.fault({ latency: 300 });
        expect(await bid(page)).to.be.a('string');
        expect(asked()).to.equal(5);
      });
    }
  }
});
