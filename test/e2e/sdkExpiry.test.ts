// A token that runs out while nobody may be asked for another one: pages of window.__uid2 hear of it at that moment.
import { expect } from 'chai';
import { bundle } from './bundle.ts';
import { MINUTE, SECOND, timed } from './clock.ts';
import { ANSWERS, answers, heard, hears, listening, row } from './sdkPage.ts';
import { inBrowser } from './support.ts';

describe('window.__uid2, a token that expires', () => {
  const world = inBrowser({ timers: true, prebid: () => bundle('ours', 'uid2Sdk') });

  it('while a refusal is waited out: the page is told then, and nobody is asked', async () => {
    const identity = { ...await world.login('stale'), identity_expires: Date.now() + MINUTE };
    world.operator.admin.fault({ endpoint: 'refresh', kind: 'status', status: 403 });
    const visitor = await timed(world, { params: {} });
    const page = await listening(visitor);
    await page.evaluate((options) => (window as any).begin(options), { baseUrl: world.operator.url, identity });
    // the failure is told too
    await hears(page, 3);
    const before = await heard(page);
    await visitor.pass(30 * SECOND);
    expect(await heard(page)).to.deep.equal(before);
    await visitor.pass(40 * SECOND);
    expect((await heard(page)).slice(before.length)).to.deep.equal([[100, null], ['IdentityUpdated', null]]);
    expect(await answers(page)).to.deep.equal(row(ANSWERS.expired));
    expect(world.refreshes()).to.have.length(1);
  });
});
