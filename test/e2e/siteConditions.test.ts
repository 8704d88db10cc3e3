// The switches of the site change what status() says, what bidders get, and the cure.
import { expect } from 'chai';
import { onSite } from './site.ts';

type Switch = { label: string; reason: string; sold: boolean; why: RegExp; mode?: 'cookie' | 'config' };

const SWITCHES: Switch[] = [
  { label: 'GDPR', reason: 'gdprApplies', sold: false, why: /GDPR applies/ },
  { label: 'COPPA', reason: 'coppa', sold: false, why: /COPPA/ },
  { label: 'GPP opt-out', reason: 'enrichEids denied', sold: false, why: /does not let this module add IDs/ },
  { label: 'Storage blocked', reason: 'storage denied', sold: false, why: /all storage/ },
  { label: 'Storage blocked', reason: 'ok', sold: true, why: /all is well/, mode: 'config' }
];

describe('The example site, its switches', () => {
  const world = onSite();
  const toggle = (label: string) => world.page.getByRole('switch', { name: new RegExp(`^${label}`) });
  const isOn = (label: string) => toggle(label).getAttribute('aria-checked');

  async function press(label: string): Promise<void> {
    await Promise.all([world.page.waitForEvent('load'), toggle(label).click()]);
    world.anew();
  }

  for (const { label, reason, sold, why, mode = 'cookie' } of SWITCHES) {
    it(`${label}, in ${mode} mode: ${reason}, and the cure of the docs`, async () => {
      await world.arrive(mode);
      await press(label);
      expect(await isOn(label)).to.equal('true');
      expect(typeof await world.sold()).to.equal(sold ? 'string' : 'undefined');
      expect(await world.status()).to.include({ reason });
      await world.page.locator('#why').getByText(why).waitFor();
      if (reason !== 'ok') {
        const link = world.page.locator('#cure').getByRole('link', { name: 'In the documentation' });
        await link.click();
        await world.page.locator('code:target').getByText(reason, { exact: true }).waitFor();
        await world.page.goBack();
      }
      await press(label);
      expect(await isOn(label)).to.equal('false');
      world.anew();
      expect(await world.sold()).to.be.a('string');
      await world.page.locator('#why').getByText('all is well').waitFor();
    });
  }

  it('Bidder denied: one SSP of two has the UID2, and the page says from whom it is withheld', async () => {
    await world.arrive('cookie');
    await press('Bidder denied');
    await world.page.locator('#last-auction').getByText(/UID2 at 1 of 2 SSPs/).waitFor();
    expect(await world.status()).to.deep.include({ reason: 'ok', withheldFrom: ['theadx'] });
    await world.page.getByText('No UID2: a rule denies it to this bidder.').waitFor();
    await world.page.locator('dt:text-is("Withheld from") + dd').getByText('theadx').waitFor();
  });

  it('Slow network: the operator takes two seconds, without a page load', async () => {
    await world.open('cookie');
    await toggle('Slow network').click();
    await world.page.getByText('Broken on purpose: it takes two seconds').waitFor();
    expect(await isOn('Slow network')).to.equal('true');
    await toggle('Slow network').click();
    await world.page.getByText('It works.').waitFor();
  });

  it('are kept over a change of the tab, and two at a time', async () => {
    await world.open('cookie', '&with=coppa&with=bidder');
    expect([await isOn('COPPA'), await isOn('Bidder denied'), await isOn('GDPR')]).to.deep.equal(['true', 'true', 'false']);
    await world.page.getByRole('link', { name: 'Config', exact: true }).click();
    await world.page.waitForURL('**/?mode=config&with=coppa&with=bidder');
    expect(await isOn('COPPA')).to.equal('true');
    world.anew();
    await world.sold();
    // with a reader, who is taken along
    await world.logIn('config');
    await world.page.getByRole('link', { name: 'Cookie', exact: true }).click();
    await world.page.waitForURL('**/?mode=cookie&with=coppa&with=bidder');
    expect(await isOn('Bidder denied')).to.equal('true');
  });
});
