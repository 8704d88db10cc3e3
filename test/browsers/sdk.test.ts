import { expect } from 'chai';
import { until } from './until.ts';
import { inEngine } from './world.ts';

describe('window.__uid2', () => {
  const world = inEngine();
  const sdk = { sdk: true };
  const LISTEN = 'window.heard = []; __uid2.callbacks.push((event) => heard.push(event));';
  const init = (identity: object) =>
    `${LISTEN} __uid2.init({ identity: ${JSON.stringify(identity)}, baseUrl: '${world.operator.url}' })`;

  it('refreshes an expired identity, tells the page, and Prebid bids with it', async () => {
    const page = await world.open({}, sdk);
    await page.tab.run(init(await world.login('expired')));
    const token = await until('the token', () => page.tab.run('return __uid2.getAdvertisingToken() ?? null'));
    expect(await page.tab.run('return heard')).to.include.members(['SdkLoaded', 'InitCompleted', 'IdentityUpdated']);
    expect(await page.auction()).to.equal(token);
    expect(world.requests()).to.have.length(1);
  });

  it('ends the bids of another tab at its logout', async () => {
    const identity = await world.login();
    const page = await world.open({}, sdk);
    await page.tab.run(init(identity));
    const other = await world.open({}, sdk);
    expect(await other.auction()).to.equal(identity.advertising_token);
    await page.tab.run('__uid2.disconnect()');
    await until('the logout', async () => await other.id() === null);
    expect(await other.auction()).to.equal(undefined);
  });
});

describe('Errors in pages', () => {
  const world = inEngine();
  const FAIL = `
    setTimeout(() => { throw new Error('thrown'); });
    Promise.reject('rejected');
    console.error('said');`;

  it('are seen, also in one that was left', async () => {
    const page = await world.open();
    await page.tab.run(FAIL);
    await until('three errors', async () => (await world.errors()).length === 3);
    await page.load();
    await until('its farewell', () => world.publisher.errors.length > 0);
    expect(world.publisher.errors.join()).to.include('said').and.include('rejected').and.include('thrown');
    world.publisher.errors.length = 0;
  });
});
