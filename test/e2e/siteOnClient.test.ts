// The site where the page makes the token itself: from the start, or after a login.
import { expect } from 'chai';
import { startSite } from '../../integrationExamples/uid2/server.ts';
import { startOperator } from '../../operator/index.ts';
import { EMAIL, FAST, onSite, siteBundle } from './site.ts';

describe('The example site, on client-side generation', () => {
  const world = onSite();
  const { button, sold, auction, refreshes } = world;
  const generations = () => world.operator.admin.requests().filter(({ path, preflight }) => path.split('?')[0] === '/v2/token/client-generate' && !preflight);
  const why = () => world.page.locator('#why');
  const stored = () => world.context.storageState().then((all) => JSON.stringify(all));

  async function leave(): Promise<void> {
    await button('Log out').click();
    await button('Log in').waitFor();
  }

  for (const name of ['client-side', 'deferred'] as const) {
    describe(name, () => {
      const enter = (who = EMAIL) => world.logIn(name, who);

      for (const who of ['Reader+News@example.com', '+12345678901']) {
        it(`generates a token for ${who}, which both SSPs get in the next auction`, async () => {
          await world.open(name);
          const token = await enter(who);
          expect(token).to.be.a('string').and.equal(await world.token());
          expect(await auction()).to.equal(token);
          expect(generations()).to.have.length(1);
        });
      }

      it('stores who the reader is as a salted hash only', async () => {
        await world.open(name);
        await enter();
        expect(await stored()).to.include('originalIdentity').and.not.include(EMAIL);
        expect(await world.page.evaluate(() => JSON.stringify({ ...sessionStorage }))).not.to.include(EMAIL);
      });

      it('refreshes the token after a sleep, and generates no other', async () => {
        world.operator.admin.setLifetimes(FAST);
        const token = await world.arrive(name);
        await button('Sleep for a minute').click();
        await world.page.getByText('in a simulation').waitFor();
        expect(await auction()).to.be.a('string').and.not.equal(token);
        expect([generations().length, refreshes().length]).to.deep.equal([1, 1]);
      });

      it('uses the stored token when the page is loaded again', async () => {
        const token = await world.arrive(name);
        await world.page.reload();
        await world.page.waitForFunction((id) => (window as any).pbjs.getUserIds?.().uid2?.id === id, token);
        expect(generations()).to.have.length(1);
      });

      it('bids without a token after logout, here and on the next page', async () => {
        await world.arrive(name);
        await leave();
        expect(await world.token()).to.equal(undefined);
        expect(await auction()).to.equal(undefined);
        expect(await stored()).not.include('advertising_token":"');
        world.anew();
        await world.page.reload();
        expect(await sold()).to.equal(undefined);
        expect(generations()).to.have.length(1);
      });

      it('has a new token for the next reader, and for the first one again', async () => {
        await world.open(name);
        const tokens = [await enter()];
        await leave();
        tokens.push(await enter('other@example.com'));
        await leave();
        tokens.push(await enter());
        expect(tokens).not.to.include(undefined);
        expect(new Set(tokens).size).to.equal(3);
        expect(generations()).to.have.length(3);
      });

      it('says what is wrong with a phone number, and asks nobody', async () => {
        await world.open(name);
        expect(await enter('0491 570 006')).to.equal(undefined);
        await why().getByText('(invalid phone)').waitFor();
        expect(generations()).to.have.length(0);
      });

      it('sends nothing of a reader who has opted out', async () => {
        await world.open(name);
        expect(await enter('optout@example.com')).to.equal(undefined);
        await world.page.locator('.chip', { hasText: 'Opted out' }).waitFor();
        expect(await button('Opt out at the operator').isDisabled()).to.equal(true);
      });

      it('says that the domain is not on the list, and asks once', async () => {
        const strict = await startOperator({ domains: ['example.com'] });
        const foreign = await startSite({ operator: strict, prebid: await siteBundle() });
        try {
          await world.page.goto(`${foreign.url}/?mode=${name}`);
          await world.page.getByLabel('E-mail or phone').fill(EMAIL);
          await button('Log in').click();
          await button('Log out').waitFor();
          await why().getByText('domain not on the account\'s list: http 403').waitFor();
          await button('Run auction').click();
          expect(strict.admin.requests().filter(({ path }) => path.startsWith('/v')).map(({ status }) => status)).to.deep.equal([403]);
        } finally {
          await foreign.close();
          await strict.close();
        }
      });
    });
  }

  it('does not load the page again for a deferred login', async () => {
    await world.open('deferred');
    await world.page.evaluate(() => { (window as any).same = true; });
    await world.logIn('deferred');
    expect(await world.page.evaluate(() => (window as any).same)).to.equal(true);
  });
});
