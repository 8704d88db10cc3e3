// The buttons of the site: time, faults, opting out.
import { expect } from 'chai';
import { HOUR, MINUTE, MODES, siteServer, USER } from './support.ts';

describe('the example site', () => {
  const world = siteServer();
  const { visitor } = world;

  describe('the buttons', () => {
    it('expires the token of a cookie user with one the operator can refresh', async () => {
      const user = visitor();
      await user.logIn('cookie');
      const { advertising_token: before } = user.tokenCookie();
      await user.ask('POST', '/lab/expire');
      expect(user.tokenCookie().identity_expires).to.be.below(world.now);
      expect(user.tokenCookie().refresh_expires).to.be.above(world.now);
      expect(user.tokenCookie().advertising_token).not.to.equal(before);
    });

    it('expires the token of a server-only user until the next refresh', async () => {
      const user = visitor();
      await user.logIn('server-only');
      const first = await user.token();
      world.operator.admin.fault({ endpoint: 'refresh', kind: 'status', status: 500 });
      await user.ask('POST', '/lab/expire');
      expect(await user.token()).to.equal(null);
      world.operator.admin.clearFaults();
      expect(await user.token()).to.be.a('string').and.not.to.equal(first);
    });

    it('opts the user out at the operator and in again', async () => {
      const user = visitor();
      await user.logIn('config');
      await user.ask('POST', '/lab/optout', {});
      expect(await (await visitor().logIn('config')).json()).to.deep.equal({ optedOut: true });
      await user.ask('POST', '/lab/optout', { undo: true });
      expect(await (await visitor().logIn('config')).json()).to.deep.equal({ optedOut: false });
    });

    it('tells the page of an opt-out here, and whether it came after this login', async () => {
      const told = async (user: ReturnType<typeof visitor>) => {
        const { optedOutHere, optedOutLater } = await (await user.ask('GET', '/lab/state')).json();
        return [optedOutHere, optedOutLater];
      };
      for (const mode of ['cookie', 'client-side']) {
        const user = visitor();
        await user.logIn(mode);
        expect(await told(user)).to.deep.equal([false, false]);
        await user.ask('POST', '/lab/optout', {});
        expect(await told(user)).to.deep.equal([true, true]);
        await user.ask('POST', '/logout');
        expect(await told(user)).to.deep.equal([false, false]);
        await user.logIn(mode);
        expect(await told(user)).to.deep.equal([true, false]);
        await user.ask('POST', '/lab/optout', { undo: true });
        expect(await told(user)).to.deep.equal([false, false]);
      }
    });

    it('has only faults that the operator accepts', async () => {
      const user = visitor();
      const [, faults] = /"faults":(\[[^\]]+\])/.exec(await user.page('client-side'))!;
      for (const name of JSON.parse(faults)) {
        expect((await user.ask('POST', '/lab/fault', { name })).status, name).to.equal(200);
      }
      expect((await user.ask('DELETE', '/lab/fault')).status).to.equal(200);
      expect((await user.ask('POST', '/lab/fault', { name: 'toString' })).status).to.equal(400);
    });

    it('tells a page no token of its session', async () => {
      const user = visitor();
      await user.logIn('server-only');
      expect(await (await user.ask('GET', '/lab/state')).text()).not.to.match(/_token"|response_key|apiSecret/);
    });

    it('lets time pass for operator and site alike', async () => {
      const user = visitor();
      await user.logIn('server-only');
      const first = await user.token();
      expect(await (await user.ask('POST', '/lab/sleep', { seconds: 300 })).json()).to.deep.equal({ ahead: 5 * MINUTE });
      expect(await (await user.ask('POST', '/lab/sleep', { seconds: 60 })).json()).to.deep.equal({ ahead: 6 * MINUTE });
      expect(await user.token()).to.be.a('string').and.not.equal(first);
      await user.logIn('cookie');
      expect(user.tokenCookie().refresh_from).to.be.closeTo(world.now + 6 * MINUTE + HOUR, 1000);
    });

    it('tells pages that are loaded later what time it is', async () => {
      await visitor().ask('POST', '/lab/sleep', { seconds: 60 });
      for (const page of [...MODES.map((mode) => `/?mode=${mode}`), '/tab.html']) {
        expect(await (await visitor().ask('GET', page)).text()).to.match(/<script src="\/clock\.js\?\w+" data-ahead="60000">/);
      }
    });

    it('sets the clock right again', async () => {
      const user = visitor();
      await user.ask('POST', '/lab/sleep', { seconds: 60 });
      expect((await (await user.ask('GET', '/lab/state')).json()).ahead).to.equal(MINUTE);
      expect(await (await user.ask('DELETE', '/lab/sleep')).json()).to.deep.equal({ ahead: 0 });
      await user.logIn('cookie');
      expect(user.tokenCookie().refresh_from).to.be.closeTo(world.now + HOUR, 1000);
    });

    it('logs the same reader in for another mode', async () => {
      const user = visitor();
      await user.logIn('config');
      expect((await user.ask('POST', '/lab/mode', { mode: 'cookie' })).status).to.equal(200);
      expect(user.tokenCookie().advertising_token).to.be.a('string');
      expect(await user.page('cookie')).to.include('"mode":"cookie"').and.include(USER);
      expect((await visitor().ask('POST', '/lab/mode', { mode: 'cookie' })).status).to.equal(409);
    });

    for (const seconds of [0, -1, 1.5, '60', null, 86401]) {
      it(`cannot sleep for ${JSON.stringify(seconds)} seconds`, async () => {
        expect((await visitor().ask('POST', '/lab/sleep', { seconds })).status).to.equal(400);
        expect(await visitor().page('cookie')).to.include('data-ahead="0"');
      });
    }

    it('does not sleep without the operator', async () => {
      await world.operator.close();
      expect((await visitor().ask('POST', '/lab/sleep', { seconds: 60 })).status).to.equal(502);
      expect(await visitor().page('cookie')).to.include('data-ahead="0"');
    });

    it('counts the requests for a refresh, preflights and logins not, from zero when told', async () => {
      const user = visitor();
      const count = async () => (await (await user.ask('GET', '/lab/state')).json()).operator.refreshes;
      await user.logIn('server-only');
      await fetch(`${world.operator.url}/v2/token/refresh`, { method: 'OPTIONS' });
      expect(await count()).to.equal(0);
      world.now += 5 * MINUTE;
      await user.token();
      expect(await count()).to.equal(1);
      await user.ask('DELETE', '/lab/requests');
      expect(await count()).to.equal(0);
    });

    it('does nothing for somebody who is not logged in', async () => {
      expect((await visitor().ask('POST', '/lab/expire')).status).to.equal(409);
      expect((await visitor().ask('POST', '/lab/optout', {})).status).to.equal(409);
    });
  });
});
