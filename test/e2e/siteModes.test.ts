// The site where its server gets the token: cookie, config, server-only, and UID2's SDK.
import { expect } from 'chai';
import { PREBID_9 } from './bundle.ts';
import { EMAIL, onSite } from './site.ts';

const HOUR = 3600_000;
const MODES = ['cookie', 'config', 'server-only', 'sdk'] as const;

describe('The example site', () => {
  const world = onSite();
  const { button, sold, auction, refreshes } = world;

  async function expire(mode: typeof MODES[number]): Promise<void> {
    await button('Expire now').click();
    await world.page.getByText(mode === 'server-only' ? 'session is expired now' : 'already expired').waitFor();
  }

  for (const mode of MODES) {
    describe(`in ${mode} mode`, () => {
      const arrive = (who = EMAIL) => world.arrive(mode, who);

      it('sends the token from login to both SSPs, unmodified', async () => {
        await world.open(mode);
        const issued = await world.logIn(mode);
        expect(issued).to.be.a('string');
        expect(await world.token()).to.equal(issued);
        expect(await auction()).to.equal(issued);
        if (mode !== 'server-only') {
          expect(await world.page.evaluate((name) => localStorage.getItem(name), '__uid2_advertising_token')).to.include(`"advertising_token":"${issued}"`);
        }
      });

      it('shows an ad from each SSP', async () => {
        await arrive();
        for (const [slot, seller] of [['#ad-server', 'Prebid Server'], ['#ad-client', 'theAdx']]) {
          // from 10 on Prebid renders into a frame of its own
          const frame = world.page.frameLocator(`${slot} iframe`);
          await (PREBID_9 ? frame : frame.frameLocator('iframe')).getByText(`Sold by ${seller}`).waitFor();
        }
      });

      it('bids with a refreshed token after the old one has expired', async () => {
        const issued = await arrive();
        await expire(mode);
        const next = await auction();
        expect(next).to.be.a('string').and.not.equal(issued);
        expect(refreshes()).to.have.length(1);
      });

      it('offers a reader who has opted out nothing that needs a token', async () => {
        await arrive('optout@example.com');
        expect(await button('Expire now').isDisabled()).to.equal(true);
        expect(await button('Opt out at the operator').isDisabled()).to.equal(true);
        expect(await button('Run auction').isDisabled()).to.equal(false);
      });

      it('bids without a token while the operator is broken', async () => {
        await arrive();
        await world.page.getByLabel('How the operator fails').selectOption('answers 500');
        await button('Break the operator').click();
        await button('Mend the operator').waitFor();
        await expire(mode);
        expect(await auction()).to.equal(undefined);
      });

      it('bids without a token after an opt-out', async () => {
        expect(await arrive()).to.be.a('string');
        await button('Opt out at the operator').click();
        await button('Opt in again').waitFor();
        await world.later(2 * HOUR);
        expect(await auction()).to.equal(undefined);
        expect(refreshes()).to.have.length(1);
      });

      it('bids without a token after logout, and asks the operator nothing', async () => {
        await world.open(mode);
        await world.logIn(mode);
        const before = world.operator.admin.requests().length;
        if (mode === 'server-only') {
          await Promise.all([world.page.waitForEvent('load'), button('Log out').click()]);
          world.anew();
          expect(await sold()).to.equal(undefined);
        } else {
          await button('Log out').click();
        }
        await button('Log in').waitFor();
        expect(await auction()).to.equal(undefined);
        await world.page.reload();
        world.anew();
        expect(await sold()).to.equal(undefined);
        expect(world.operator.admin.requests().slice(before).filter(({ path }) => path.startsWith('/v'))).to.deep.equal([]);
        const stored = [await world.context.cookies(), await world.page.evaluate(() => ({ ...localStorage, ...sessionStorage }))];
        expect(JSON.stringify(stored)).not.to.include('advertising_token":"').and.not.to.include('advertising_token%22');
      });
    });
  }

  it('has the token for an SSP that is not in Prebid, refreshed as Prebid\'s, and none after logout', async () => {
    const own = (text: string) => world.page.locator('#own').getByText(text).waitFor();
    await own((await world.arrive('sdk'))!);
    await expire('sdk');
    await own((await auction())!);
    await button('Log out').click();
    await own('None.');
  });

  it('says of a server-only token whose time is over that the server gives it out no more', async () => {
    await world.arrive('server-only');
    await expire('server-only');
    await world.page.getByText('The token that this page was given, used up').waitFor();
    expect(await world.page.locator('.chip', { hasText: 'Expired' }).count()).to.equal(0);
  });

  it('takes the reader along from tab to tab', async () => {
    await world.arrive('cookie');
    for (const [name, mode] of [['Config', 'config'], ['Client-side', 'client-side'], ['Server-only', 'server-only'], ['Cookie', 'cookie']]) {
      await world.page.getByRole('link', { name, exact: true }).click();
      await world.page.waitForURL(`**/?mode=${mode}`);
      world.anew();
      await world.page.getByText('Logged in as').waitFor();
      expect(await sold(), mode).to.be.a('string');
    }
  });

  it('leads from each old address to the page that has it now', async () => {
    for (const [old, address] of [['cookie', '/?mode=cookie'], ['sdk', '/?mode=sdk'], ['deferred', '/?mode=deferred'], ['try', '/?mode=cookie#try'], ['index', '/?']]) {
      await world.page.goto(`${world.url}/${old}.html`);
      expect(world.page.url()).to.equal(world.url + address);
      await world.page.getByRole('heading', { name: 'Watch a UID2 token work' }).waitFor();
    }
  });
});
