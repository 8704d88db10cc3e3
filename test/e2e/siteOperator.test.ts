// What the site says when the operator is a real one, when a reader has opted out, and what it shows on demand.
import { expect } from 'chai';
import { EMAIL, MODES, onSite, isOnClient } from './site.ts';

const HOUR = 3600_000;

describe('The example site, after an opt-out', () => {
  const world = onSite();
  const chip = () => world.page.locator('.state .chip');
  const reader = () => world.page.locator('.reader .who');

  for (const mode of MODES) {
    it(`says in each part of the ${mode} page that the reader has opted out, before and after a reload`, async () => {
      await world.arrive(mode);
      await world.button('Opt out at the operator').click();
      await reader().getByText('has opted out at the operator').waitFor();
      await reader().getByText('Until then the token goes out').waitFor();
      await world.later(2 * HOUR);
      expect(await world.auction()).to.equal(undefined);
      for (const again of [false, true]) {
        if (again) {
          world.anew();
          await world.page.reload();
        }
        await chip().getByText('Opted out').waitFor();
        await reader().getByText('This reader has opted out of UID2').waitFor();
        await world.page.locator('.band.optedOut.future').waitFor();
        expect(await world.page.getByText('Until then the token goes out').count()).to.equal(0);
        expect(await world.button('Expire now').or(world.button('Sleep for a minute')).first().isEnabled()).to.equal(isOnClient(mode));
      }
    });

    it(`says the same of one who logs in to the ${mode} page after it`, async () => {
      await world.open(mode);
      expect(await world.logIn(mode, 'optout@example.com')).to.equal(undefined);
      await chip().getByText('Opted out').waitFor();
      await reader().getByText('This reader has opted out of UID2. No token is sent').waitFor();
      await world.page.locator('#why').getByText(/optedOut|opted out on the server/).waitFor();
      await world.page.locator('.band.optedOut.future').waitFor();
    });
  }
});

describe('The example site, on demand', () => {
  const world = onSite();

  for (const mode of MODES) {
    it(`shows status() and the record of the ${mode} page as JSON, and never the address`, async () => {
      const token = await world.arrive(mode);
      const json = async (id: string) => {
        await world.page.locator(`#${id} summary`).click();
        return JSON.parse((await world.page.locator(`#${id} pre`).textContent())!);
      };
      expect(await json('status')).to.have.property('state');
      const stored = await json('stored');
      expect(JSON.stringify(stored)).not.to.include(EMAIL);
      if (mode === 'server-only') expect(stored).not.to.have.property('__uid2_advertising_token');
      else expect(stored.__uid2_advertising_token.latestToken.advertising_token).to.equal(token);
    });
  }
});

describe('The example site, with an operator that has no /admin', () => {
  const world = onSite({ admin: false, v1: false });

  it('says so, and still logs in, sells, expires and refreshes', async () => {
    await world.open('cookie');
    await world.page.getByText('This operator has no /admin, as a real one').waitFor();
    const issued = await world.logIn('cookie');
    expect(issued).to.be.a('string');
    await world.button('Expire now').click();
    await world.page.getByText('already expired').waitFor();
    expect(await world.auction()).to.be.a('string').and.not.equal(issued);
    await world.page.locator('.log td', { hasText: '/v2/token/refresh' }).waitFor();
    await world.page.locator('svg [data-kind="request"]').waitFor();
    expect(await world.button('Opt out at the operator').isDisabled()).to.equal(true);
    expect(await world.button('Break the operator').isDisabled()).to.equal(true);
    expect(await world.button('Sleep for a minute').isDisabled()).to.equal(true);
    expect(world.complaints).to.deep.equal([]);
  });

  for (const mode of MODES) {
    it(`says so, logs in and sells in the mode ${mode}`, async () => {
      await world.open(mode);
      expect(await world.logIn(mode)).to.be.a('string');
      await world.page.getByText('This operator has no /admin, as a real one').waitFor();
      expect(await world.auction()).to.be.a('string');
      expect(world.complaints).to.deep.equal([]);
    });
  }
});
