import { expect } from 'chai';
import { expectGone, expectNothingStored, expectTokenOf } from './several.ts';
import { EMAIL, inBrowser } from './support.ts';
import { expectNoUid2, KEY, type Setup, type Visitor } from './visitor.ts';

const HOUR = 3600_000;
const NAME = 'uid2_of_prebid';

const STORAGES: Setup['storage'][] = (['html5', 'cookie'] as const).flatMap((type) =>
  [undefined, 8 * 3600, 30 * 24 * 3600].map((refreshInSeconds) => ({ type, name: NAME, expires: 30, refreshInSeconds })));

describe('With userIds[].storage', () => {
  const world = inBrowser();

  for (const storage of STORAGES) {
    const { type, refreshInSeconds } = storage!;
    const place = type === 'cookie' ? 'cookies' : 'localStorage';
    const other = type === 'cookie' ? 'localStorage' : 'cookies';

    /** Fails if anything of ours, or of Prebid for us, is where the publisher does not want it. */
    const expectTypeRespected = async (visitor: Visitor) => {
      const stored = await visitor.stored();
      expect(Object.keys(stored[other]).filter((name) => /uid2/i.test(name))).to.deep.equal([]);
      expect(stored[place]).to.have.property(NAME);
    };

    describe(`of type ${type}, ${refreshInSeconds ? `refreshed every ${refreshInSeconds / 3600} hours` : 'without refreshInSeconds'}`, () => {
      for (const supplied of [true, false]) {
        it(`pages loaded at hour 2, 5, 10 and 30 each bid with a valid token${supplied ? '' : ', found in storage'}`, async () => {
          const uid2Token = await world.login();
          const first = await world.open({ params: { uid2Token }, storage });
          await expectTokenOf(EMAIL, await first.auction());
          const visitor = supplied ? first : await world.open({ storage });
          const bid = new Set([uid2Token.advertising_token]);
          if (visitor !== first) await first.page.close();
          for (const hours of [2, 5, 10, 30]) {
            // a page that is still open may ask at the new time, and be left in mid-request
            await visitor.page.goto('about:blank');
            await world.later(hours * HOUR);
            await visitor.load();
            const auction = await visitor.auction();
            await expectTokenOf(EMAIL, auction);
            const { latestToken } = await visitor.record(place);
            expect(auction.uid2.appnexus).to.equal(latestToken.advertising_token);
            expect(latestToken.identity_expires).to.be.above(Date.now() + hours * HOUR);
            bid.add(latestToken.advertising_token);
            await expectTypeRespected(visitor);
          }
          expect(bid).to.have.property('size', 5);
          expect(world.refreshes()).to.have.length(4);
        });
      }

      it('a page that stays open refreshes before it bids', async () => {
        const visitor = await world.open({ params: { uid2Token: await world.login() }, storage });
        await expectTokenOf(EMAIL, await visitor.auction());
        await visitor.load();
        for (const [at, hours] of [5, 10, 30].entries()) {
          await world.later(hours * HOUR);
          await expectTokenOf(EMAIL, await visitor.auction());
          expect(world.refreshes()).to.have.length(at + 1);
        }
        await expectTypeRespected(visitor);
      });

      for (const hours of [0, 5]) {
        it(`a logout ${hours ? 'on a page loaded later ' : ''}clears: the next page finds nobody`, async () => {
          const uid2Token = await world.login();
          const visitor = await world.open({ params: { uid2Token }, storage });
          const beside = await world.open({ storage });
          await expectTokenOf(EMAIL, await visitor.auction());
          if (hours) {
            await world.later(hours * HOUR);
            await visitor.load();
            await expectTokenOf(EMAIL, await visitor.auction());
          }
          const asked = world.refreshes().length;
          await visitor.disconnect();
          await expectGone([visitor], uid2Token.advertising_token);
          await expectNothingStored(visitor);
          await beside.load();
          await expectGone([beside, await world.open({ storage })], uid2Token.advertising_token);
          expect(world.refreshes()).to.have.length(asked);
        });
      }

      it('keeps no token in what Prebid stores', async () => {
        const visitor = await world.open({ params: { uid2Token: await world.login('expired') }, storage });
        await expectTokenOf(EMAIL, await visitor.auction());
        const { [KEY]: ours, ...rest } = (await visitor.stored())[place];
        expect(ours).to.be.a('string');
        expect(JSON.stringify(rest)).not.to.include('_token');
      });

      it('an opt-out holds on later pages', async () => {
        const uid2Token = await world.login('expired');
        world.operator.admin.fault({ endpoint: 'refresh', kind: 'optout' });
        const visitor = await world.open({ params: { uid2Token }, storage });
        for (const hours of [0, 10, 30]) {
          await world.later(hours * HOUR);
          await visitor.load();
          expectNoUid2(await visitor.auction());
        }
      });

      it('another user\'s token is used on the next page', async () => {
        const visitor = await world.open({ params: { uid2Token: await world.login() }, storage });
        await visitor.auction();
        await visitor.configure({ uid2Token: await world.login('expired', 'other@example.com') });
        await expectTokenOf('other@example.com', await visitor.auction());
        await visitor.load();
        await expectTokenOf('other@example.com', await visitor.auction());
        await expectTypeRespected(visitor);
      });
    });
  }
});
