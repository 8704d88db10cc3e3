// R10: a lock that never answers is no reason to wait longer than a request may take.
import { expect } from 'chai';
import { until } from './tabs.ts';
import { inBrowser } from './support.ts';

// a stub: no browser does this reliably, but some have been seen to
const SILENT_LOCK = 'LockManager.prototype.request = () => new Promise(() => {});';
const PATIENCE = 5000;

describe('A lock that never answers (a stub) (R10)', () => {
  const world = inBrowser({ timers: true });

  for (const [title, setup] of Object.entries({
    'an expired token': async () => ({ uid2Token: await world.login('expired') }),
    'a reader without a token': async () => ({ ...world.operator.cstg, email: 'reader@example.com' }),
  })) {
    it(`is waited for no longer than 5 s, with ${title}: then the operator is asked once`, async () => {
      await world.context.addInitScript({ content: SILENT_LOCK });
      await world.context.clock.install();
      const visitor = await world.open({ params: await setup(), bidders: ['appnexus'] });
      const asked = () => world.operator.admin.requests()
        .filter(({ method, path }) => method === 'POST' && /refresh$|client-generate$/.test(path)).length;
      const auction = visitor.auction();
      // the page has begun the auction when it answers
      await visitor.page.evaluate(() => 0);
      expect(asked()).to.equal(0);
      await visitor.page.clock.fastForward(PATIENCE);
      await until(world, () => asked() > 0);
      expect((await auction).uid2.appnexus).to.be.a('string');
      expect(asked()).to.equal(1);
      expect(await visitor.status()).to.deep.include({ state: 'fresh', reason: 'ok' });
    });
  }
});
