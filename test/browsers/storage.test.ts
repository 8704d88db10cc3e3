import { expect } from 'chai';
import { inEngine } from './world.ts';

const KEY = '__uid2_advertising_token';
const DAY = 86400;

describe('A refreshed token', () => {
  const world = inEngine();

  it('is kept in localStorage, and is in the bids of the next page without a request', async () => {
    const page = await world.open({ uid2Token: await world.login('expired') });
    const bid = await page.auction();
    expect(await page.tab.run(`return localStorage['${KEY}']`)).to.include(bid);
    expect(await world.browsing.cookies()).to.deep.equal([]);
    await page.load();
    expect(await page.auction()).to.equal(bid);
    expect(world.requests()).to.have.length(1);
  });

  it('is kept in a cookie of the whole site for 30 days, and is in the bids of the next page', async () => {
    const page = await world.open({ uid2Token: await world.login('expired'), storage: 'cookie' });
    const bid = await page.auction();
    const { value, path, sameSite, expires = 0 } = (await world.browsing.cookies()).find(({ name }) => name === KEY)!;
    expect(decodeURIComponent(value)).to.include(bid);
    expect({ path, sameSite }).to.deep.equal({ path: '/', sameSite: 'Lax' });
    expect((expires - Date.now() / 1000) / DAY).to.be.within(29, 30);
    expect(await page.tab.run(`return localStorage['${KEY}'] ?? null`)).to.equal(null);
    await page.load({ storage: 'cookie' });
    expect(await page.auction()).to.equal(bid);
    expect(world.requests()).to.have.length(1);
  });
});

describe('In a private window', () => {
  const world = inEngine('private');

  it('a token is refreshed, and kept for the next page', async () => {
    const page = await world.open({ uid2Token: await world.login('expired') });
    const bid = await page.auction();
    expect(bid).to.be.a('string');
    await page.load();
    expect(await page.auction()).to.equal(bid);
    expect(world.requests()).to.have.length(1);
  });
});

describe('Where storage is blocked', () => {
  const world = inEngine('blocked');

  const IS_BLOCKED = `
    document.cookie = 'a=1';
    try { localStorage.setItem('a', '1'); } catch { return !document.cookie; }
    return false;`;

  it('a token is refreshed, and is in the bids of this page', async () => {
    const uid2Token = await world.login('expired');
    const page = await world.open({ uid2Token });
    expect(await page.tab.run(IS_BLOCKED), 'storage is blocked').to.equal(true);
    const bid = await page.auction();
    expect(bid).to.be.a('string').and.not.equal(uid2Token.advertising_token);
    expect(await page.auction()).to.equal(bid);
    expect(world.requests()).to.have.length(1);
  });

  it('a logout ends it', async () => {
    const page = await world.open({ uid2Token: await world.login() });
    expect(await page.auction()).to.be.a('string');
    await page.tab.run('pbjs.uid2.disconnect()');
    expect(await page.auction()).to.equal(undefined);
  });
});
