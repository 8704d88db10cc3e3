// What the site's server puts into its pages.
import { expect } from 'chai';
import { scriptJson } from '../../integrationExamples/uid2/pages.ts';
import { MODES, siteServer, USER, type Visitor } from './support.ts';

describe('the example site', () => {
  const world = siteServer();
  const { visitor, message, seen } = world;

  describe('what goes into a page', () => {
    it('cannot leave the script it stands in', async () => {
      const email = '"</script><script>alert(1)</script>"@example.com';
      const user = visitor();
      await user.logIn('config', email);
      const page = await user.page('config');
      expect(page).not.to.include('<script>alert');
      expect(page).to.include('\\u003c/script\\u003e');
    });

    it('is the same value after it was made safe', () => {
      for (const value of ['</script>', '<!--', 'a&b', '\u2028\u2029', { '<': ['>'] }, null, 1, '$&']) {
        expect(JSON.parse(scriptJson(value))).to.deep.equal(value);
        expect(scriptJson(value)).not.to.match(/[<>&\u2028\u2029]/);
      }
    });

    it('leaves no placeholder unfilled', async () => {
      for (const page of ['/', ...MODES.map((mode) => `/?mode=${mode}`), '/tab.html', '/docs/uid2IdSystem', '/docs/uid2Sdk']) {
        expect(await (await visitor().ask('GET', page)).text()).not.to.include('{{');
      }
    });

    it('is at most 60 lines of script', async () => {
      for (const mode of MODES) {
        const user = visitor();
        await user.logIn(mode);
        expect((await user.script(mode)).trim().split('\n').length, mode).to.be.at.most(60);
      }
    });
  });

  describe('where the page makes the token', () => {
    const enter = (user: Visitor, mode: string, who: unknown) => user.ask('POST', '/login', { mode, user: who });

    it('lets the user in without a word to the operator', async () => {
      for (const mode of ['client-side', 'deferred']) {
        expect(await (await enter(visitor(), mode, USER)).json()).to.deep.equal({ optedOut: false });
      }
      expect(seen()).to.deep.equal([]);
    });

    it('writes an address or a number into the client-side page, with the public key and the subscription', async () => {
      for (const [who, dii] of [[USER, `email: '${USER}'`], ['+12345678901', 'phone: \'+12345678901\''], ['no address', 'phone: "no address"']]) {
        const user = visitor();
        await enter(user, 'client-side', who);
        const { serverPublicKey, subscriptionId } = world.operator.cstg;
        for (const line of [`serverPublicKey: '${serverPublicKey}'`, `subscriptionId: '${subscriptionId}'`, dii]) {
          expect(await user.script('client-side')).to.include(line);
        }
      }
    });

    it('tells the deferred page who the user is when asked', async () => {
      const user = visitor();
      const asked = async () => (await user.ask('GET', '/user')).json();
      expect(await asked()).to.deep.equal({ dii: null });
      await enter(user, 'deferred', USER);
      expect(await asked()).to.deep.equal({ dii: { email: USER } });
      expect(await user.script('deferred')).not.to.include(USER);
      await enter(user, 'client-side', USER);
      expect(await asked()).to.deep.equal({ dii: null });
    });

    it('gives no other page the user', async () => {
      const user = visitor();
      await enter(user, 'client-side', USER);
      for (const other of MODES.filter((mode) => mode !== 'client-side')) expect(await user.script(other)).not.to.include(USER);
    });

    it('gives no page the secret', async () => {
      for (const mode of ['client-side', 'deferred']) expect(await visitor().page(mode)).not.to.include(world.operator.apiSecret);
    });

    for (const who of ['', ' ', null, 17, ['a@b.c'], 'x'.repeat(255)]) {
      it(`refuses ${JSON.stringify(who).slice(0, 20)} in one line`, async () => {
        const response = await enter(visitor(), 'client-side', who);
        expect(response.status).to.equal(400);
        expect(await message(response)).to.match(/^Enter an e-mail address or a phone number\.$/);
      });
    }

    it('opts a phone number out at the operator, and has no token to expire', async () => {
      const user = visitor();
      await enter(user, 'client-side', '+12345678901');
      expect((await user.ask('POST', '/lab/optout', {})).status).to.equal(200);
      expect((await (await user.ask('GET', '/lab/state')).json()).optedOutHere).to.equal(true);
      expect((await user.ask('POST', '/lab/expire')).status).to.equal(409);
    });
  });
});
