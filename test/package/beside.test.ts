// R6, R10: a site that bundles Prebid with the package, and another company's Prebid on its pages: one reader, one request.
import fs from 'node:fs';
import path from 'node:path';
import { scratch } from '../build/support.ts';
import { ORDERS, readersOf, SECOND, withSecond } from '../e2e/prebids.ts';
import { inBrowser } from '../e2e/support.ts';
import { bundleOf } from '../harness/bundles.ts';
import { bundled, siteIn } from './sites.ts';

describe('A Prebid with the package, and a Prebid of our build beside it', () => {
  const work = scratch();
  after(() => work.remove());

  let script: Promise<string> | undefined;
  async function bundle(): Promise<string> {
    const file = path.join(work.directory, 'site.js');
    fs.writeFileSync(file, (await bundled(siteIn(work.directory, 'esbuild'))).script);
    return file;
  }

  const world = inBrowser({ prebid: () => (script ??= bundle()) });
  const { expectOneRequest, expectNextReader } = readersOf(world);
  let second: string;

  before(async function () {
    this.timeout(120_000);
    second = await bundleOf({ modules: ['uid2IdSystem', 'appnexusBidAdapter'], globalName: SECOND });
  });

  async function open() {
    const page = await world.page();
    await page.goto(world.url);
    return withSecond(page, second);
  }

  for (const [title, pick] of Object.entries(ORDERS)) {
    it(`make one request, and a logout by the ${title} is one for both`, async () => expectOneRequest(pick(await open())));
    it(`have the reader whom the ${title} logs in next`, async () => expectNextReader(pick(await open())));
  }
});
