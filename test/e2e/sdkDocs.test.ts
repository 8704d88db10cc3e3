// The snippets of modules/uid2Sdk.md, each run as a publisher would.
import { expect } from 'chai';
import { bundleOf } from '../harness/bundles.ts';
import { bid } from './bid.ts';
import { expectTokenOf } from './several.ts';
import { filledIn, snippetsOf } from './snippets.ts';
import { EMAIL, inBrowser } from './support.ts';
import { PARKED } from './pageServer.ts';

const FILE = 'modules/uid2Sdk.md';
const [COMMAND] = snippetsOf(FILE, 'sh');
const PAGES = snippetsOf(FILE, 'html');

describe('The snippets of uid2Sdk.md', () => {
  const [, modules] = /^npm run build -- --modules=(\S+)\n$/.exec(COMMAND)!;
  const world = inBrowser({ prebid: () => bundleOf({ modules: modules.split(','), uid2: 'ours' }) });

  /** Each by what only it has. Without an entry in Prebid's config, which the page then has elsewhere, nobody bids. */
  const runs: Record<string, { where: string; config: object }> = {
    'callbacks.push': { where: 'on a page that loads Prebid at any time', config: {} },
    '<script src="/prebid.js"></script>': { where: 'in a script below Prebid', config: { userSync: { userIds: [{ name: 'uid2' }] } } },
  };

  it('are all here', () => {
    expect(snippetsOf(FILE, 'sh')).to.have.length(1);
    expect(PAGES.map((code) => Object.keys(runs).filter((mark) => code.includes(mark)))).to.deep.equal(Object.keys(runs).map((mark) => [mark]));
    // test/package/bundlers.test.ts runs it, in a site that bundles Prebid
    expect(snippetsOf(FILE)).to.have.length(1);
    expect(snippetsOf(FILE, '\\S+')).to.have.length(4);
  });

  for (const [at, { where, config }] of Object.values(runs).entries()) {
    it(`work ${where}, with the bundle that is built as it says`, async () => {
      const errors: string[] = [];
      await world.context.route('https://prod.uidapi.com/**', async (route) => {
        const { pathname, search } = new URL(route.request().url());
        await route.fulfill({ response: await route.fetch({ url: world.operator.url + pathname + search }) });
      });
      const page = await world.page();
      page.on('pageerror', ({ message }) => errors.push(message));
      await page.goto(`${world.url}${PARKED}`);
      // the token must be asked for, from where UID2 is by default
      await page.setContent(`<!doctype html><link rel="icon" href="data:,">${filledIn(PAGES[at], world, await world.login('expired'))}`);
      await page.waitForFunction(() => (window as any).__uid2?.getAdvertisingToken?.());
      const token = await page.evaluate(() => (window as any).__uid2.getAdvertisingToken());
      await expectTokenOf(EMAIL, { sent: [], uid2: { page: token } });
      await page.evaluate((given) => (window as any).pbjs.setConfig(given), config);
      expect(await bid(page)).to.equal(token);
      await page.evaluate(() => (window as any).__uid2.disconnect());
      expect([await bid(page), await page.evaluate(() => (window as any).__uid2.getAdvertisingToken())]).to.deep.equal([undefined, undefined]);
      expect(errors).to.deep.equal([]);
    });
  }
});
