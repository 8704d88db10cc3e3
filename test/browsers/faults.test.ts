import { expect } from 'chai';
import { inEngine } from './world.ts';

// far more than the 5 s that the module gives a request
const auctionDelay = 20_000;

describe('An operator that', () => {
  const world = inEngine();

  const FAULTS = [
    { does: 'answers 503', fault: { kind: 'status', status: 503 }, error: 'http 503' },
    { does: 'closes the connection', fault: { kind: 'close' }, error: 'network' },
    { does: 'never answers', fault: { kind: 'hang' }, error: 'network' }
  ] as const;

  for (const { does, fault, error } of FAULTS) {
    it(`${does}: the auction goes on without UID2, and the failure is noted by then`, async () => {
      world.operator.admin.fault({ endpoint: 'refresh', ...fault });
      const page = await world.open({ uid2Token: await world.login('expired') }, { auctionDelay });
      expect(await page.auction()).to.equal(undefined);
      expect((await page.status()).lastError).to.equal(error);
    });
  }

  it('answers 503: a token that is still valid stays in the bids', async () => {
    world.operator.admin.fault({ endpoint: 'refresh', kind: 'status', status: 503 });
    const uid2Token = await world.login('stale');
    const page = await world.open({ uid2Token });
    expect(await page.auction()).to.equal(uid2Token.advertising_token);
  });
});
