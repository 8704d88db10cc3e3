// R6, R10: Prebids of one page, and of its frames, are one reader's: one request, one token, one logout.
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { prebidAt } from '../../scripts/build/download.ts';
import { bundleOf } from '../harness/bundles.ts';
import { bundle } from './bundle.ts';
import { bidOf, ORDERS, readersOf, SECOND, type Where, withSecond } from './prebids.ts';
import type { StorageParam } from './several.ts';
import { SSPS } from './ssps.ts';
import { inBrowser } from './support.ts';

const { PREBID } = process.env;
const MODULES = ['uid2IdSystem', 'appnexusBidAdapter'];

const ONE_PAGE = 'on one page';
const FRAME = 'on a page and in its frame';

describe('Several Prebids', () => {
  const world = inBrowser({ prebid: () => bundle() });
  let second: string;

  before(async function () {
    this.timeout(120_000);
    second = await bundleOf({ modules: MODULES, globalName: SECOND, prebid: PREBID && prebidAt(PREBID) });
  });

  const PLACES: Record<string, (page: Page) => Promise<Where[]>> = {
    [ONE_PAGE]: (page) => withSecond(page, second),
    [FRAME]: async (page) => {
      await page.evaluate((url) => new Promise((resolve) => {
        const frame = document.body.appendChild(document.createElement('iframe'));
        frame.addEventListener('load', resolve);
        frame.src = url;
      }), `${world.url}frame`);
      // Prebid has an empty frame of its own
      const frames = page.frames().filter((frame) => frame.url().startsWith(world.url));
      return frames.map((frame) => ({ frame, name: 'pbjs' }));
    }
  };

  async function open(place: string): Promise<Where[]> {
    const page = await world.page();
    await page.goto(world.url);
    const all = await PLACES[place](page);
    expect(all).to.have.length(2);
    return all;
  }

  /** An auction of each, for a reader whom the operator has not heard of. */
  async function askIn(all: Where[], reader: number) {
    for (const where of all) {
      await configure(where, { ...world.operator.cstg, email: `${where.name}${reader}@example.com` });
      await bidOf(where);
    }
  }

  const generations = () => world.operator.admin.requests().filter(({ path }) => path.endsWith('/client-generate'));

  const { configure, expectOneRequest, expectNextReader } = readersOf(world);

  const STORAGES: StorageParam[] = ['localStorage', 'cookie'];

  /** One document logs out, and an auction of the other begins in the same task: it cannot have heard. */
  const logOutThenBid = ({ frame }: Where) => frame.evaluate(async (bids) => {
    const { top, pbjs } = window as any;
    const { pbjs: other } = [top, ...Array.from<any>(top)].find((one) => one !== window && one.pbjs);
    pbjs.uid2.disconnect();
    await other.requestBids({ adUnits: [{ code: 'banner', mediaTypes: { banner: { sizes: [[300, 250]] } }, bids }], timeout: 5000 });
    return other.getEvents().findLast(({ eventType }: any) => eventType === 'bidRequested').args.bids[0].userIdAsEids ?? [];
  }, [{ bidder: 'appnexus', params: SSPS.appnexus.params }]);

  it('on one page ask six times a minute together at most (R11)', async () => {
    world.operator.admin.fault({ endpoint: 'client-generate', kind: 'status', status: 500 });
    const all = await open(ONE_PAGE);
    // both are at work
    for (const where of all) {
      await configure(where, {});
      await bidOf(where);
    }
    for (let reader = 0; reader < 4; reader++) await askIn(all, reader);
    expect(generations()).to.have.length(6);
  });

  it('on one page ask six times a minute together, whenever the second is loaded (R11)', async () => {
    world.operator.admin.fault({ endpoint: 'client-generate', kind: 'status', status: 500 });
    const page = await world.page();
    await page.goto(world.url);
    const first = { frame: page.mainFrame(), name: 'pbjs' };
    for (let reader = 0; reader < 4; reader++) await askIn([first], reader);
    expect(generations()).to.have.length(4);
    const [, later] = await PLACES[ONE_PAGE](page);
    for (let reader = 0; reader < 4; reader++) await askIn([later], reader);
    expect(generations()).to.have.length(6);
  });

  for (const place of [ONE_PAGE, FRAME]) {
    for (const storage of STORAGES) {
      for (const [title, pick] of Object.entries(ORDERS)) {
        it(`${place} make one request, and a logout by the ${title} is one for both (${storage})`,
          async () => expectOneRequest(pick(await open(place)), { storage }));
        it(`${place} have the reader whom the ${title} logs in next (${storage})`,
          async () => expectNextReader(pick(await open(place)), { storage }));
      }
    }
  }

  for (const storage of STORAGES) {
    for (const [title, pick] of Object.entries(ORDERS)) {
      it(`${FRAME} have no reader in an auction that begins in the moment in which the ${title} logs out (${storage})`, async () => {
        const uid2Token = await world.login();
        const [one, other] = pick(await open(FRAME));
        for (const where of [one, other]) await configure(where, { uid2Token, storage });
        expect(await bidOf(other)).to.equal(uid2Token.advertising_token);
        expect(await logOutThenBid(one)).to.deep.equal([]);
        expect(await bidOf(other)).to.equal(undefined);
      });
    }
  }
});
