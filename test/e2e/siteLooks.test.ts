// The site looks right on wide and narrow screens, light and dark, by keyboard, and to axe.
import { expect } from 'chai';
import { axeFindings, MODES, onSite } from './site.ts';

describe('The example site, its looks', () => {
  const world = onSite();

  const findings = () => axeFindings(world.page);

  /** Waits until both ads are there, with the frames that Prebid makes. */
  const adsDrawn = () => world.page.waitForFunction(() => ['#ad-server', '#ad-client'].every((slot) => {
    const frame = document.querySelector<HTMLIFrameElement>(`${slot} iframe`);
    return [...frame?.contentDocument?.querySelectorAll('iframe') ?? []].some(({ title }) => title) || frame?.contentDocument?.body.textContent?.includes('Sold by');
  }));
  const width = () => world.page.evaluate(() => document.documentElement.scrollWidth);
  const openAll = () => world.page.evaluate(() => { for (const one of document.querySelectorAll('details')) one.open = true; });

  const expectFit = async () => {
    for (const pixels of [390, 1280]) {
      await world.page.setViewportSize({ width: pixels, height: 800 });
      expect(await width()).to.equal(pixels);
    }
  };

  for (const [mode, colorScheme] of [...MODES.map((one) => [one, 'light'] as const), ['cookie', 'dark'] as const]) {
    it(`fits into 1280 and 390 pixels in ${mode} mode, ${colorScheme}, has nothing for axe to find, and no complaints in the console`, async () => {
      // a page of another size is not used again, nor are its media
      await world.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await world.open(mode);
      await adsDrawn();
      await expectFit();
      if (mode === 'cookie') expect(await findings()).to.deep.equal([]);
      await world.logIn(mode);
      await openAll();
      await adsDrawn();
      await world.page.locator('#status pre').waitFor();
      expect(await findings()).to.deep.equal([]);
      expect(world.complaints).to.deep.equal([]);
      if (mode === 'cookie') {
        await world.button('Open ten tabs').click();
        await world.page.locator('.frames').waitFor();
      }
      await expectFit();
    });
  }

  it('can be used by keyboard, and shows where the focus is', async () => {
    await world.open('cookie');
    const focused = () => world.page.evaluate(() => {
      const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement!);
      return { text: document.activeElement!.textContent!.trim(), outline: outlineStyle !== 'none' && outlineWidth !== '0px' };
    });
    await world.page.getByLabel('E-mail', { exact: true }).focus();
    await Promise.all([world.page.waitForEvent('load'), world.page.keyboard.press('Enter')]);
    await world.button('Log out').waitFor();
    world.anew();
    await world.sold();
    await world.button('Log out').focus();
    await world.page.keyboard.press('Tab');
    expect(await focused()).to.deep.equal({ text: 'Run auction', outline: true });
    await world.page.keyboard.press('Enter');
    expect(await world.sold()).to.be.a('string');
  });

  it('keeps the focus on a switch that loads the page again', async () => {
    await world.open('cookie');
    await world.page.getByRole('switch', { name: /^COPPA/ }).focus();
    await Promise.all([world.page.waitForEvent('load'), world.page.keyboard.press('Space')]);
    await world.page.locator('#with-coppa[aria-checked="true"]:focus').waitFor();
  });

  it('has documentation that axe finds nothing in, and that fits', async () => {
    for (const name of ['uid2IdSystem', 'uid2Sdk']) {
      await world.page.goto(`${world.url}/docs/${name}`);
      expect(await findings(), name).to.deep.equal([]);
      for (const pixels of [1280, 390]) {
        await world.page.setViewportSize({ width: pixels, height: 800 });
        expect(await width(), name).to.equal(pixels);
      }
    }
  });
});
