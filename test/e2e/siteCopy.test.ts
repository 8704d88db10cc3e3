// What the site's buttons copy works as it is: config and server's part together, and the whole script in a page with ad slots.
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { generateToken } from '../../operator/client.ts';
import { startCopied } from '../site/copiedServer.ts';
import { EMAIL, MODES, onSite, siteBundle, type SiteMode } from './site.ts';

const HTML = '<!doctype html><title>Empty</title><div id="ad-server"></div><div id="ad-client"></div>';
const OTHER = 'other@example.com';
/** Where the server's part says that the script goes. */
const DOTS = '/* … */';
/** For the modes whose page is any page. */
const PAGE = `app.get('/', (req, res) => res.send(\`<script>${DOTS}</script><script src="/prebid.js" async></script>\`));`;
const CONFIG = 'Copy this config';
const WHOLE = 'Copy the page’s whole script';

describe('The example site, copied', () => {
  const world = onSite();

  async function copied(name: string, said = 'Copied'): Promise<string> {
    await world.page.bringToFront();
    await world.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await world.button(name).click();
    await world.page.getByRole('status').getByText(said).waitFor();
    return world.page.evaluate(() => navigator.clipboard.readText());
  }

  /** The script with what only a publisher can put in. */
  function filledIn(script: string): string {
    const { serverPublicKey, subscriptionId } = world.operator.cstg;
    return script.replace('UID2-X-P-…', serverPublicKey).replace('subscriptionId: \'…\'', `subscriptionId: '${subscriptionId}'`);
  }

  /** What the server's part writes into a page of this reader. */
  async function written(mode: SiteMode): Promise<string> {
    if (mode === 'client-side') return `const email = '${EMAIL}';`;
    const answer = await generateToken({ ...world.operator, timeout: 5000 }, { email: EMAIL });
    if (answer === 'optout') throw new Error('this reader has not opted out');
    return `const identity = ${JSON.stringify(answer.identity)}, token = identity.advertising_token;`;
  }

  async function pageOf(): Promise<{ page: Page; errors: string[] }> {
    const page = await world.profile.page();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    return { page, errors };
  }

  /** An empty page of the same site with this script, and Prebid. */
  async function paste(script: string, mode: SiteMode): Promise<{ page: Page; errors: string[] }> {
    const { page, errors } = await pageOf();
    await world.context.route('**/empty.html', (route) => route.fulfill({ contentType: 'text/html', body: HTML }));
    await page.goto(`${world.url}/empty.html`);
    await page.addScriptTag({ content: `${await written(mode)}\n${filledIn(script)}` });
    await page.addScriptTag({ url: `${world.url}/prebid.js` });
    return { page, errors };
  }

  const tokenOn = (page: Page) => page.waitForFunction(() => (window as any).pbjs.getUserIds?.().uid2?.id).then((id) => id.jsonValue() as Promise<string>);

  /** The token of a reader who has just logged in: the auction at once need not have waited for it. */
  async function arrive(mode: SiteMode): Promise<string> {
    await world.arrive(mode);
    return tokenOn(world.page);
  }

  beforeEach(async () => {
    await world.context.route('https://prod.uidapi.com/**', async (route) => {
      const { pathname, search } = new URL(route.request().url());
      await route.fulfill({ response: await route.fetch({ url: world.operator.url + pathname + search }) });
    });
  });

  for (const mode of MODES) {
    it(`has a config and a server that give each reader their own token together, and nothing of this machine or its reader (${mode})`, async () => {
      const mine = await arrive(mode);
      const [config, part] = [await copied(CONFIG), await copied('Copy the server’s part', 'Save it as server.mjs')];
      for (const secret of [mine, EMAIL, 'advertising_token"', world.operator.url, world.operator.cstg.serverPublicKey]) expect(config).not.to.include(secret);
      const server = await startCopied((part.includes(DOTS) ? part : part + PAGE).replace(DOTS, () => filledIn(config)), world.operator);
      try {
        const { page, errors } = await pageOf();
        const prebid = await siteBundle();
        await page.route('**/prebid.js', (route) => route.fulfill({ path: prebid }));
        const logIn = (email: string) => page.evaluate((body) => fetch('/login', {
          method: 'POST', headers: { 'content-type': 'application/json' }, body
        }).then(({ status }) => status), JSON.stringify({ email }));
        const tokens = [mine];
        await page.goto(server.url);
        for (const email of [EMAIL, OTHER]) {
          expect(await logIn(email)).to.equal(204);
          await page.reload();
          tokens.push(await tokenOn(page));
          const left = page.waitForResponse('**/logout');
          await Promise.all([mode === 'server-only' && page.waitForEvent('load'), page.evaluate(() => { (window as any).onLogout(); })]);
          expect((await left).status()).to.equal(204);
          await page.waitForFunction(() => !(window as any).pbjs.getUserIds?.().uid2);
          await page.goto(server.url);
        }
        expect(new Set(tokens).size).to.equal(tokens.length);
        const stays = page.waitForFunction(() => (window as any).pbjs.getUserIdsAsync?.().then((ids: any) => !ids.uid2));
        expect(await (await stays).jsonValue(), 'nobody is logged in').to.equal(true);
        expect(errors).to.deep.equal([]);
      } finally {
        await server.close();
      }
    });

    it(`has a script of 60 lines at most that sells ads (${mode})`, async () => {
      await arrive(mode);
      const script = await copied(WHOLE, 'Copied: the whole script');
      expect(script.trim().split('\n').length).to.be.at.most(60);
      expect(await world.page.locator('#code-page').textContent()).to.equal(script);
      const { page, errors } = await paste(script, mode);
      await tokenOn(page);
      await page.locator('#ad-client iframe').waitFor({ state: 'attached' });
      expect(errors).to.deep.equal([]);
    });

    it(`has a logout for a page whose Prebid has not loaded, or lacks the module: the site's own happens (${mode})`, async () => {
      await arrive(mode);
      const script = await copied(CONFIG);
      const { page, errors } = await pageOf();
      await page.goto(`${world.url}/docs/uid2Sdk`);
      await page.addScriptTag({ content: script });
      const asked = page.waitForRequest('**/logout');
      await page.evaluate((hasModule) => {
        const { pbjs, onLogout } = window as any;
        pbjs.setConfig = () => {};
        const before = pbjs.que.length;
        onLogout();
        if (!hasModule) for (const task of pbjs.que.slice(before)) task();
      }, mode === 'sdk');
      expect((await (await asked).response())!.status()).to.equal(204);
      expect(errors).to.deep.equal([]);
    });
  }
});
