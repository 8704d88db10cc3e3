// The stations of the site's start page: sleep, many tabs, outage, logout, opt-out.
import { expect } from 'chai';
import { FAST, onSite } from './site.ts';

describe('The example site, "Try it"', () => {
  const world = onSite();
  const { button, sold, refreshes } = world;
  let issued: string | undefined;

  const place = (name: string) => world.page.locator('.station', { has: world.page.getByRole('heading', { name, exact: true }) });
  const press = (name: string, station: string) => place(station).getByRole('button', { name, exact: true }).click();
  const chip = () => world.page.locator('.state .chip');
  const fact = (name: string) => world.page.locator(`.state dt:text-is("${name}") + dd`);
  const lastAuction = () => world.page.locator('#last-auction');

  async function auctionAt(station: string): Promise<string | undefined> {
    await press('Run auction', station);
    return sold();
  }

  async function sleep(name: string, station: string): Promise<void> {
    await press(name, station);
    await world.page.getByText(`It is ${name.includes('minute') ? 60 : 20} seconds later`).waitFor();
  }

  /** Waits until each of the ten frames shows this. */
  const tabsShow = (text: string) => Promise.all(Array.from({ length: 10 }, (_, i) =>
    world.page.frameLocator(`iframe[title="Tab ${i + 1}"]`).locator('#token', { hasText: text }).waitFor()));

  const otherTab = async () => {
    const other = await world.profile.page();
    await other.goto(`${world.url}/?mode=cookie`);
    await other.waitForFunction(() => (window as any).pbjs.getUserIds?.().uid2?.id);
    return other;
  };

  beforeEach(async () => {
    world.operator.admin.setLifetimes(FAST);
    issued = await world.arrive('cookie');
  });

  it('shows an expired token after a sleep, and bids with a new one', async () => {
    await sleep('Sleep for a minute', 'Sleep');
    await chip().getByText('Expired').waitFor();
    expect(await world.token()).to.equal(undefined);
    const next = await auctionAt('Sleep');
    expect(next).to.be.a('string').and.not.equal(issued);
    await lastAuction().getByText(/^Auction 2: held \d+ ms, UID2 at 2 of 2 SSPs$/).waitFor();
    await world.page.locator('#refreshes').getByText('1 refresh request so far').waitFor();
  });

  it('sleeps in all tabs', async () => {
    const other = await otherTab();
    const asleep = await other.evaluate(() => Date.now());
    await sleep('Sleep for a minute', 'Sleep');
    // more than really passes before it gives up
    await other.waitForFunction((before) => Date.now() >= before + 60_000, asleep);
  });

  it('goes on at the same time after it is loaded again, and says how far ahead that is, until it is reset', async () => {
    const right = await world.page.evaluate(() => Date.now());
    await sleep('Sleep for a minute', 'Sleep');
    await world.page.reload();
    expect(await world.page.evaluate(() => Date.now())).to.be.at.least(right + 60_000);
    await world.page.getByText('The clock is 1:00 ahead').waitFor();
    await button('Reset').click();
    await world.page.getByRole('status').getByText('The clock is right again').waitFor();
    expect(await world.page.getByText('ahead', { exact: false }).locator('visible=true').filter({ hasText: 'The clock is' }).count()).to.equal(0);
    expect(await world.page.evaluate(() => Date.now())).to.be.below(right + 60_000);
  });

  it('makes one request from ten tabs, which all get its token', async () => {
    await press('Open ten tabs', 'Many tabs');
    await world.page.waitForFunction((before) => ![undefined, before].includes((window as any).pbjs.getUserIds().uid2?.id), issued);
    await tabsShow((await world.token())!.slice(-8));
    expect(refreshes()).to.have.length(1);
    await press('Close them', 'Many tabs');
    await world.page.locator('.frames').waitFor({ state: 'detached' });
  });

  it('keeps a valid token through an outage, asks once, and says when it asks next', async () => {
    await press('Break the operator', 'Outage');
    await world.page.getByText('Broken on purpose: it answers 500').waitFor();
    await sleep('Sleep for 20 seconds', 'Outage');
    expect(await auctionAt('Outage')).to.equal(issued);
    expect(await auctionAt('Outage')).to.equal(issued);
    expect(refreshes()).to.have.length(1);
    await fact('Next refresh').getByText(/^in 0:0/).waitFor();
  });

  it('has a new token once the operator is mended', async () => {
    await press('Break the operator', 'Outage');
    await place('Outage').getByRole('button', { name: 'Mend the operator', disabled: false }).waitFor();
    await sleep('Sleep for a minute', 'Sleep');
    expect(await auctionAt('Outage')).to.equal(undefined);
    await press('Mend the operator', 'Outage');
    await world.page.getByRole('status').getByText('The operator works again').waitFor();
    await sleep('Sleep for 20 seconds', 'Outage');
    expect(await auctionAt('Outage')).to.be.a('string').and.not.equal(issued);
  });

  it('logs out in all tabs, and in again', async () => {
    const other = await otherTab();
    await press('Log out here', 'Logout');
    await other.waitForFunction(() => !(window as any).pbjs.getUserIds().uid2);
    await button('Log in').waitFor();
    expect(await auctionAt('Logout')).to.equal(undefined);
    const next = await world.logIn('cookie');
    await other.waitForFunction((id) => (window as any).pbjs.getUserIds().uid2?.id === id, next);
    expect(next).not.to.equal(issued);
  });

  it('bids without a token after an opt-out, and asks no more', async () => {
    await press('Opt out at the operator', 'Opt-out');
    await place('Opt-out').getByRole('button', { name: 'Opt in again', disabled: false }).waitFor();
    await sleep('Sleep for 20 seconds', 'Opt-out');
    expect(await auctionAt('Opt-out')).to.equal(undefined);
    await chip().getByText('Opted out').waitFor();
    await sleep('Sleep for a minute', 'Sleep');
    expect(await auctionAt('Sleep')).to.equal(undefined);
    expect(refreshes()).to.have.length(1);
    expect(await place('Many tabs').getByRole('button', { name: 'Open ten tabs' }).isDisabled()).to.equal(true);
  });
});
