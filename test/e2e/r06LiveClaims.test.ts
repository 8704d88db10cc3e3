// R6, R2: setConfig or mergeConfig alone names another reader; the next read and the next auction know it.
import { expect } from 'chai';
import { PATIENT } from './patience.ts';
import { begun, COOKIE, expectTokenOf, setCookie } from './several.ts';
import { inBrowser } from './support.ts';
import type { Auction, Params, Visitor } from './visitor.ts';

const A = 'first@example.com';
const B = 'second@example.com';

describe('Another reader by setConfig or mergeConfig alone (R6, R2)', () => {
  const world = inBrowser();

  /** How the page names a reader. */
  const WAYS: Record<string, (email: string) => Promise<Params>> = {
    'another uid2Token': async (email) => ({ uid2Token: await world.login('fresh', email) }),
    'another address': async (email) => ({ ...world.operator.cstg, email }),
    async 'another cookie name'(email) {
      const name = `${COOKIE}_${email.slice(0, 5)}`;
      await setCookie(world, await world.login('fresh', email), name);
      return { uid2Cookie: name };
    },
  };

  /** Tells Prebid's config, and nothing else; what the page reads in the same moment. */
  const tell = ({ page }: Visitor, how: string, params: Params) => page.evaluate(([method, given]): string[] => {
    const { pbjs } = window as any;
    pbjs[method]({ userSync: given });
    const eids = pbjs.getUserIdsAsEids().map(({ uids }: any) => uids[0].id);
    return [pbjs.getUserIds().uid2?.id, ...eids].filter(Boolean);
  }, [how, {
    auctionDelay: PATIENT,
    userIds: [{ name: 'uid2', params: { uid2ApiBase: world.operator.url, ...params } }],
  }] as const);

  async function openWith(params: Params): Promise<{ visitor: Visitor; first: Auction }> {
    const visitor = await world.open({ params });
    await begun(visitor);
    const first = await visitor.auction();
    await expectTokenOf(A, first);
    return { visitor, first };
  }

  /** Fails if one of these is the token of the auction. */
  const expectNone = (seen: string[], { uid2 }: Auction) => expect(seen).not.to.include(uid2.appnexus);

  for (const how of ['setConfig', 'mergeConfig']) {
    for (const [way, paramsOf] of Object.entries(WAYS)) {
      it(`${how} with ${way}: the next read and the next auction have nothing of the first reader`, async () => {
        const { visitor, first } = await openWith(await paramsOf(A));
        const next = await paramsOf(B);
        expectNone(await tell(visitor, how, next), first);
        await expectTokenOf(B, await visitor.auction());
        expectNone(await visitor.page.evaluate(() => [(window as any).pbjs.getUserIds().uid2.id]), first);
      });

      it(`after disconnect(), ${how} with ${way} is a login`, async () => {
        const { visitor } = await openWith(await paramsOf(A));
        await visitor.disconnect();
        expect(await visitor.userIds()).to.deep.equal({});
        await tell(visitor, how, await paramsOf(B));
        await expectTokenOf(B, await visitor.auction());
        expect(await visitor.status()).to.deep.include({ reason: 'ok' });
      });
    }
  }

  it('setConfig with a reader whose token has expired: nothing of the first reader while it is refreshed', async () => {
    const { visitor, first } = await openWith({ uid2Token: await world.login('fresh', A) });
    const uid2Token = await world.login('expired', B);
    expect(await tell(visitor, 'setConfig', { uid2Token })).to.deep.equal([]);
    const second = await visitor.auction();
    await expectTokenOf(B, second);
    expect(second.uid2.appnexus).not.to.equal(first.uid2.appnexus);
  });

  it('setConfig with a token that cannot work: nobody is bid for', async () => {
    const { visitor } = await openWith({ uid2Token: await world.login('fresh', A) });
    const broken = { advertising_token: 'somebody-elses-token' };
    expect(await tell(visitor, 'setConfig', { uid2Token: broken })).to.deep.equal([]);
    expect((await visitor.auction()).uid2).to.deep.equal({ appnexus: undefined, theadx: undefined });
  });
});
