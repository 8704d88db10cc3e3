// Logging in and out at the site's server, by the mode of the page.
import { expect } from 'chai';
import { HOUR, MODES, siteServer } from './support.ts';

/** A token with its name, in a script or in JSON. */
const IDENTITY = /(_token|_response_key)\\?":/;

describe('the example site', () => {
  const world = siteServer();
  const { visitor, message, seen } = world;

  describe('logging in', () => {
    it('sets the token cookie as URI-encoded JSON on the cookie page', async () => {
      const user = visitor();
      expect((await user.logIn('cookie')).status).to.equal(200);
      expect(user.tokenCookie()).to.have.all.keys('advertising_token', 'refresh_token', 'identity_expires', 'refresh_from', 'refresh_expires', 'refresh_response_key');
      expect(user.jar.get('uid2_pub_cookie')).to.match(/^%7B/);
    });

    it('lets scripts read the token cookie, on this site only, until it cannot be refreshed', async () => {
      const user = visitor();
      await user.logIn('cookie');
      const line = user.lines.get('uid2_pub_cookie')!;
      expect(line).to.include('Path=/').and.to.include('SameSite=Lax').and.not.to.include('HttpOnly');
      const expires = Date.parse(/Expires=([^;]+)/.exec(line)![1]);
      expect(expires).to.equal(Math.floor(user.tokenCookie().refresh_expires / 1000) * 1000);
    });

    it('stays under the size that browsers allow a cookie', async () => {
      const user = visitor();
      await user.logIn('cookie');
      expect(user.lines.get('uid2_pub_cookie')!.length).to.be.below(4096);
    });

    it('hides the session cookie from scripts and makes it unguessable', async () => {
      const [one, other] = [visitor(), visitor()];
      await one.logIn('config');
      await other.logIn('config');
      expect(one.lines.get('site_session')).to.include('HttpOnly').and.to.include('SameSite=Lax').and.to.include('Path=/');
      expect(one.jar.get('site_session')).to.match(/^[\w-]{32}$/).and.not.to.equal(other.jar.get('site_session'));
    });

    it('gives a new session id on every login', async () => {
      const user = visitor();
      user.jar.set('site_session', 'chosen-by-somebody-else');
      await user.logIn('server-only');
      const first = user.jar.get('site_session')!;
      await user.logIn('server-only');
      expect([first, user.jar.get('site_session')]).not.to.include('chosen-by-somebody-else');
      expect(first).not.to.equal(user.jar.get('site_session'));
      user.jar.set('site_session', first);
      expect(await user.token()).to.equal(null);
    });

    it('puts the token into the config page, and into no other', async () => {
      const user = visitor();
      await user.logIn('config');
      const page = await user.page('config');
      expect(page).to.match(/userSyncWith\(\{\n {2}"advertising_token": "[^"]+"/);
      expect(await user.page('cookie')).not.to.match(IDENTITY);
      expect(await user.page('server-only')).not.to.match(IDENTITY);
      expect(user.jar.has('uid2_pub_cookie')).to.equal(false);
    });

    it('puts the identity into the SDK page\'s call of init', async () => {
      const user = visitor();
      await user.logIn('sdk');
      expect(await user.page('sdk')).to.match(/__uid2\.init\(\{ identity: \{\s+"advertising_token": "[^"]+"/);
    });

    it('gives the server-only page nothing but the advertising token', async () => {
      const user = visitor();
      await user.logIn('server-only');
      const token = await user.token();
      const page = await user.page('server-only');
      expect(page).to.include(`userSyncWith('${token}')`);
      expect(page).not.to.match(IDENTITY);
      expect(user.jar.has('uid2_pub_cookie')).to.equal(false);
    });

    it('gives the token to no page but the one the user logged in on', async () => {
      for (const mode of ['cookie', 'config', 'server-only', 'sdk']) {
        const user = visitor();
        await user.logIn(mode);
        for (const other of ['cookie', 'config', 'server-only', 'sdk'].filter(name => name !== mode)) {
          expect(await user.page(other), `${mode} on ${other}`).not.to.match(/_token\\?":|userSyncWith\('/);
        }
        if (mode !== 'server-only') expect(await user.token()).to.equal(null);
      }
    });

    it('takes the cookie of an earlier login away when another way is chosen', async () => {
      const user = visitor();
      await user.logIn('cookie');
      await user.logIn('config');
      expect(user.jar.has('uid2_pub_cookie')).to.equal(false);
    });

    it('keeps pages with tokens out of every cache', async () => {
      const response = await visitor().ask('GET', '/?mode=config');
      expect(response.headers.get('cache-control')).to.equal('no-store');
    });
  });

  describe('a login that brings no token', () => {
    it('lets an opted-out user in, without a token', async () => {
      for (const mode of ['cookie', 'config', 'server-only', 'sdk']) {
        const user = visitor();
        expect(await (await user.logIn(mode, 'optout@example.com')).json()).to.deep.equal({ optedOut: true });
        expect(await user.page(mode)).to.include('"optedOut":true').and.not.to.match(IDENTITY);
        expect(await user.token()).to.equal(null);
      }
    });

    it('tells the page of an opt-out, for as long as a token of an earlier login may be stored', async () => {
      const days = 30;
      const user = visitor();
      await user.logIn('cookie');
      await user.logIn('cookie', 'optout@example.com');
      expect(user.tokenCookie()).to.deep.equal({ status: 'optout', refresh_expires: world.now + days * 24 * HOUR });
      expect(Date.parse(/Expires=([^;]+)/.exec(user.lines.get('uid2_pub_cookie')!)![1])).to.be.closeTo(world.now + days * 24 * HOUR, 1000);
      for (const mode of ['config', 'sdk']) {
        await user.logIn(mode, 'optout@example.com');
        expect(user.jar.has('uid2_pub_cookie')).to.equal(false);
        expect(await user.script(mode)).to.match(/(userSyncWith\(|identity: )\{\s+"status": "optout"/);
      }
    });

    for (const email of ['', 'nobody', '@example.com', 'a@b@c', 'two words@example.com', 17, null, ['a@b.c'], 'x'.repeat(250) + '@a.bc']) {
      it(`refuses ${JSON.stringify(email).slice(0, 30)} as an e-mail address in one line`, async () => {
        const user = visitor();
        const response = await user.logIn('cookie', email);
        expect(response.status).to.equal(400);
        expect(await message(response)).to.match(/^That is not an e-mail address\. .+$/);
        expect(user.jar.size).to.equal(0);
        expect(seen()).to.deep.equal([]);
      });
    }

    it('says in one line that the operator refuses an address that looks like one', async () => {
      const user = visitor();
      const response = await user.logIn('cookie', '+tag@gmail.com');
      expect(response.status).to.equal(400);
      expect(await message(response)).to.match(/^You are not logged in\. .*400 client_error: Invalid Identifier\. Check the address\.$/);
      expect(user.jar.size).to.equal(0);
    });

    it('refuses a way of handing over that it does not know', async () => {
      expect((await visitor().logIn('constructor')).status).to.equal(400);
    });

    it('says in one line that the operator cannot be reached', async () => {
      await world.operator.close();
      const user = visitor();
      const response = await user.logIn('cookie');
      expect(response.status).to.equal(503);
      expect(await message(response)).to.match(/^You are not logged in\. .*cannot be reached.*try again\.$/);
      expect(user.jar.size).to.equal(0);
    });

    it('says in one line that the operator fails', async () => {
      world.operator.admin.fault({ kind: 'status', status: 500 });
      const response = await visitor().logIn('config');
      expect(response.status).to.equal(503);
      expect(await message(response)).to.match(/^You are not logged in\. .*500.*$/);
    });

    it('shows nobody a stack trace', async () => {
      const response = await fetch(`${world.url}/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' });
      expect(response.status).to.equal(400);
      expect(await response.text()).not.to.match(/\.ts|\.js|node_modules/);
    });
  });

  describe('logging out', () => {
    for (const mode of MODES) {
      it(`forgets a ${mode} user without a word to the operator`, async () => {
        const user = visitor();
        await user.logIn(mode);
        const session = user.jar.get('site_session')!;
        world.operator.admin.clearRequests();
        expect((await user.ask('POST', '/logout')).status).to.equal(204);
        expect(user.jar.size).to.equal(0);
        user.jar.set('site_session', session);
        expect(await user.page(mode)).to.include('"session":null').and.not.to.match(IDENTITY);
        expect(await user.token()).to.equal(null);
        expect(seen()).to.deep.equal([]);
      });
    }

    it('is harmless for somebody who is not logged in', async () => {
      expect((await visitor().ask('POST', '/logout')).status).to.equal(204);
    });
  });
});
