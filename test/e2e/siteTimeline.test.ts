// The picture of the token's life shows what has happened, and moves.
import { expect } from 'chai';
import { FAST, onSite } from './site.ts';

describe('The example site, the token\'s life', () => {
  const world = onSite();
  const bands = () => world.page.locator('.band:not(.future)').evaluateAll((all) => all.map((band) => (band as HTMLElement).dataset.state));
  const future = () => world.page.locator('.band.future').evaluateAll((all) => all.map((band) => (band as HTMLElement).dataset.state));
  const mark = (kind: string) => world.page.locator(`svg [data-kind="${kind}"]`);
  const told = (kind: string) => world.page.locator(`#happened [data-kind="${kind}"]`);

  beforeEach(async () => {
    world.operator.admin.setLifetimes(FAST);
    await world.open('cookie');
  });

  it('has no token before the login, a fresh one after it, and what will become of it', async () => {
    await world.page.locator('.band.none:not(.future)').waitFor();
    expect(await bands()).to.deep.equal(['none']);
    await world.logIn('cookie');
    await world.page.locator('.band.fresh:not(.future)').waitFor();
    expect(await bands()).to.deep.equal(['none', 'fresh']);
    expect(await future()).to.deep.equal(['fresh', 'stale', 'expired']);
    await world.page.locator('svg .next').waitFor();
    await mark('login').waitFor();
  });

  it('moves while you watch', async () => {
    // a login is what comes after nobody was logged in
    await world.page.locator('.band.none:not(.future)').waitFor();
    await world.logIn('cookie');
    const at = async () => Number(await mark('login').locator('line').getAttribute('x1'));
    const before = await at();
    await world.page.waitForFunction((x) => Number(document.querySelector('svg [data-kind="login"] line')!.getAttribute('x1')) < x - 2, before);
  });

  it('shows each auction with its hold, and each request', async () => {
    await world.logIn('cookie');
    // what comes next is a change only after a look at the reader who is logged in
    await world.page.locator('.band.fresh:not(.future)').waitFor();
    await world.button('Sleep for a minute').click();
    await world.page.locator('.chip', { hasText: 'Expired' }).waitFor();
    expect(await world.auction()).to.be.a('string');
    await world.page.locator('.band.fresh.future').waitFor();
    await world.page.getByText('What happened, as a list').click();
    await told('auction').filter({ hasText: /Auction 2: held \d+ ms, UID2 at 2 of 2 SSPs/ }).waitFor();
    await told('request').filter({ hasText: /token\/refresh: 200 after/ }).waitFor();
    await told('clock').filter({ hasText: 'Slept 60 s' }).waitFor();
    expect(await mark('auction').count()).to.be.at.least(1);
    expect(await mark('request').count()).to.be.at.least(1);
    expect(await bands()).to.include('expired');
  });

  it('shows an opt-out, and the logout', async () => {
    await world.logIn('cookie');
    await world.button('Opt out at the operator').click();
    await mark('optOut').waitFor();
    await world.button('Sleep for 20 seconds').click();
    await world.page.getByText('in a simulation').waitFor();
    expect(await world.auction()).to.equal(undefined);
    await world.page.locator('.band.optedOut').first().waitFor();
    await world.button('Log out').click();
    await mark('logout').waitFor();
    await world.page.locator('.band.none.future').waitFor();
  });

  it('shows an opt-out that comes before the panel has seen the login', async () => {
    await world.page.locator('.band.none:not(.future)').waitFor();
    let look = () => {};
    const mayLook = new Promise<void>((resolve) => { look = resolve; });
    await world.page.route('**/lab/state', async (route) => {
      await mayLook;
      await route.continue();
    });
    await world.logIn('cookie');
    await Promise.all([world.page.waitForResponse('**/lab/optout'), world.button('Opt out at the operator').click()]);
    look();
    await mark('optOut').waitFor();
    expect(await mark('login').count()).to.equal(1);
  });

  it('shows an opt-out that comes before the panel has seen anything', async () => {
    await world.logIn('cookie');
    let look = () => {};
    const mayLook = new Promise<void>((resolve) => { look = resolve; });
    await world.page.route('**/lab/state', async (route) => {
      await mayLook;
      await route.continue();
    });
    // as in a new tab
    await world.page.evaluate(() => addEventListener('pagehide', () => sessionStorage.clear()));
    await world.page.reload();
    await world.button('Opt out at the operator').click();
    look();
    await mark('optOut').waitFor();
    expect(await mark('login').count()).to.equal(0);
  });

  it('says beside the button what came of the last auction', async () => {
    const line = world.page.locator('#last-auction');
    await line.getByText(/^Auction 1: held \d+ ms, UID2 at 0 of 2 SSPs$/).waitFor();
    await world.logIn('cookie');
    await line.getByText(/^Auction 1: held \d+ ms, UID2 at 2 of 2 SSPs$/).waitFor();
    await world.auction();
    await line.getByText(/^Auction 2: held \d+ ms, UID2 at 2 of 2 SSPs$/).waitFor();
  });
});
