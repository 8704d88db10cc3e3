// Server-only: the site's server keeps the identity, and refreshes it.
import { expect } from 'chai';
import { HOUR, MINUTE, siteServer } from './support.ts';

describe('the example site', () => {
  const world = siteServer();
  const { visitor, seen } = world;

  describe('server-only mode', () => {
    it('refreshes after five minutes, when the user does something', async () => {
      const user = visitor();
      await user.logIn('server-only');
      const first = await user.token();
      world.now += 5 * MINUTE - 1;
      expect(await user.token()).to.equal(first);
      world.now += 1;
      const second = await user.token();
      expect(second).to.be.a('string').and.not.to.equal(first);
      world.now += 5 * MINUTE;
      expect(await user.page('server-only')).not.to.include(second!);
    });

    it('refreshes nothing while the user does nothing', async () => {
      const user = visitor();
      await user.logIn('server-only');
      world.now += HOUR;
      world.operator.admin.clearRequests();
      await user.ask('GET', '/lab/state');
      expect(seen()).to.deep.equal([]);
    });

    it('asks once for any number of requests at the same time', async () => {
      const user = visitor();
      await user.logIn('server-only');
      world.now += 5 * MINUTE;
      const tokens = await Promise.all(Array.from({ length: 8 }, user.token));
      expect(new Set(tokens).size).to.equal(1);
      expect(seen().filter(where => where.endsWith('/refresh'))).to.have.length(1);
    });

    it('goes on with a valid token while the operator fails, and never sends an expired one', async () => {
      const user = visitor();
      await user.logIn('server-only');
      const first = await user.token();
      world.operator.admin.fault({ endpoint: 'refresh', kind: 'close' });
      world.now += 3 * HOUR;
      expect(await user.token()).to.equal(first);
      world.now += HOUR;
      expect(await user.token()).to.equal(null);
      world.operator.admin.clearFaults();
      expect(await user.token()).to.be.a('string').and.not.to.equal(first);
    });

    it('stops at an opt-out, for good', async () => {
      const user = visitor();
      await user.logIn('server-only', 'refresh-optout@example.com');
      world.now += 5 * MINUTE;
      expect(await user.token()).to.equal(null);
      expect(await user.page('server-only')).to.include('"optedOut":true');
      world.operator.admin.clearRequests();
      world.now += 5 * MINUTE;
      expect(await user.token()).to.equal(null);
      expect(seen()).to.deep.equal([]);
    });

    it('asks no more once only a new login helps', async () => {
      const user = visitor();
      await user.logIn('server-only');
      world.now += 31 * 24 * HOUR;
      world.operator.admin.clearRequests();
      expect(await user.token()).to.equal(null);
      expect(seen()).to.deep.equal([]);
    });
  });
});
