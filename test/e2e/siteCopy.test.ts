// What the site's buttons copy works as it is: the config in an empty page, the whole script in one with ad slots.
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { MODES, onSite, type SiteMode } from './site.ts';

const HTML = '<!doctype html><title>Empty</title><div id="ad-server"></div><div id="ad-client"></div>';

describe('The example site, copied', () => {
  const world = onSite();

  async function copied(name: string, said = 'Copied'): Promise<string> {
    await world.page.bringToFront();
    await world.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await world.button(name).click();
    await world.page.getByRole('status').getByText(said).waitFor();
    return world.page.evaluate(() => navigator.clipboard.readText());
  }

  /** An empty page of the same site with this script, and Prebid. */
  async function paste(script: string): Promise<{ page: Page; errors: string[] }> {
    const page = await world.profile.page();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await world.context.route('**/empty.html', (route) => route.fulfill({ contentType: 'text/html', body: HTML }));
    await page.goto(`${world.url}/empty.html`);
    await page.addScriptTag({ content: script });
    await page.addScriptTag({ url: `${world.url}/prebid.js` });
    return { page, errors };
  }

  const tokenOn = (page: Page) => page.waitForFunction(() => (window as any).pbjs.getUserIds?.().uid2?.id).then((id) => id.jsonValue() as Promise<string>);

  /** The token of a reader who has just logged in: the auction at once need not have waited for it. */
  async function arrive(mode: SiteMode): Promise<string> {
    await world.arrive(mode);
    return tokenOn(world.page);
  }

  for (const mode of MODES) {
    it(`has a config of the mode ${mode} that gives an empty page the token, and a script of 60 lines at most that sells ads with it`, async () => {
      const token = await arrive(mode);
      const config = await paste(await copied('Copy this config'));
      expect(await tokenOn(config.page)).to.equal(token);
      expect(config.errors).to.deep.equal([]);

      const script = await copied('Copy the page’s whole script', 'Copied: the whole script');
      expect(script.trim().split('\n').length).to.be.at.most(60);
      expect(await world.page.evaluate(() => document.getElementById('page')!.textContent!.trim())).to.equal(script.trim());
      const whole = await paste(script);
      expect(await tokenOn(whole.page)).to.equal(token);
      await whole.page.locator('#ad-client iframe').waitFor({ state: 'attached' });
      expect(whole.errors).to.deep.equal([]);
    });
  }

  for (const mode of MODES) {
    it(`has a logout for a page whose Prebid has not loaded, or lacks the module: the site's own happens (${mode})`, async () => {
      await arrive(mode);
      const script = await copied('Copy this config');
      const page = await world.profile.page();
      await page.goto(`${world.url}/docs/uid2Sdk`);
      const errors: string[] = [];
      page.on('pageerror', (error) => errors.push(error.message));
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

  it('has the logout of each mode', async () => {
    for (const mode of MODES.filter((name) => name !== 'server-only')) {
      await arrive(mode);
      const { page } = await paste(await copied('Copy this config'));
      await tokenOn(page);
      await page.evaluate(() => (window as any).onLogout());
      expect(await world.token(page), mode).to.equal(undefined);
      await page.close();
      await world.button('Log in').waitFor();
    }
  });

  it('has the server\'s part of this mode', async () => {
    await world.open('cookie');
    const part = await copied('Copy the server’s part');
    expect(part).to.include('res.cookie(\'uid2_pub_cookie\'').and.include('/v2/token/generate');
  });
});
