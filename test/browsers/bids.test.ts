import { expect } from 'chai';
import { inEngine } from './world.ts';

describe('A token from the publisher\'s server', () => {
  const world = inEngine();

  it('that is fresh is in the bid request, and nothing is asked', async () => {
    const uid2Token = await world.login('fresh');
    const page = await world.open({ uid2Token });
    expect(await page.auction()).to.equal(uid2Token.advertising_token);
    expect(world.requests()).to.have.length(0);
  });

  for (const age of ['stale', 'expired'] as const) {
    it(`that is ${age} is refreshed once, and the new one is in the bid request`, async () => {
      const uid2Token = await world.login(age);
      const page = await world.open({ uid2Token });
      const bid = await page.auction();
      expect(bid).to.be.a('string').and.not.equal(uid2Token.advertising_token);
      expect(await page.id()).to.equal(bid);
      expect(world.requests()).to.have.length(1);
    });
  }
});
