// Where activity rules forbid it, `window.__uid2` reads, keeps, asks and says nothing.
import { expect } from 'chai';
import { answers, GONE, heard, setFrom, setIdentity, token, withSdk } from './sdkPage.ts';

describe('window.__uid2 and activity rules', () => {
  const world = withSdk('allowActivities');
  const { load, init, asked } = world;

  it('keeps and asks nothing where a rule denies enrichEids, and does once it is allowed', async () => {
    const page = await load();
    await page.evaluate(() => (window as any).pbjs.setConfig({ allowActivities: { enrichEids: { default: false } } }));
    const identity = await world.login('stale');
    const before = await page.evaluate(() => JSON.stringify(localStorage));
    await init(page, identity);
    expect(await heard(page)).to.deep.equal([['IdentityUpdated', null], [-1, null], ['InitCompleted', null]]);
    expect(await answers(page)).to.deep.equal(GONE);
    expect(await setFrom(page, 'setIdentityFromEmail', 'user@example.com', world.operator.cstg)).to.match(/enrichEids/);
    expect(await setIdentity(page, identity)).to.equal('done');
    expect(await answers(page)).to.deep.equal(GONE);
    expect(await page.evaluate(() => JSON.stringify(localStorage))).to.equal(before);
    expect([asked().includes('refresh'), asked().includes('client-generate')]).to.deep.equal([false, false]);
    await page.evaluate(() => (window as any).pbjs.setConfig({ allowActivities: { enrichEids: { default: true } } }));
    await init(page);
    expect(await token(page)).to.be.a('string');
  });
});
