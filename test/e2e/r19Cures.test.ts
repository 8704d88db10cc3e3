// R19: the cures help; numbers are SITUATIONS.md's, and situations.ts has what goes before.
import { expect } from 'chai';
import { holdAnswers, COOKIE, expectTokenOf, setCookie } from './several.ts';
import { EMAIL, inBrowser } from './support.ts';
import { expectNoUid2, type Params, type Visitor } from './visitor.ts';

const reasonOf = async (visitor: Visitor): Promise<string> => (await visitor.status()).reason;

async function expectOk(visitor: Visitor): Promise<void> {
  await expectTokenOf(EMAIL, await visitor.auction());
  expect(await reasonOf(visitor)).to.equal('ok');
}

describe('The cures of the docs (R19)', () => {
  const world = inBrowser();
  const open = (params: object, more = {}) => world.open({ params: params as Params, bidders: ['appnexus'], ...more });
  const setAlone = ({ page }: Visitor, userIds: object[]) =>
    page.evaluate((given) => (window as any).pbjs.setConfig({ userSync: given }), { auctionDelay: 60_000, userIds });
  const entry = (params: object) => ({ name: 'uid2', params: { uid2ApiBase: world.operator.url, ...params } });

  it('7: where storage is denied, a token in the config needs none', async () => {
    await expectOk(await open({ uid2Token: await world.login() }, { config: { deviceAccess: false } }));
  });

  it('18: without auctionDelay a later auction has the token', async () => {
    const answers = await holdAnswers(world);
    const visitor = await open({ uid2Token: await world.login('expired') }, { auctionDelay: 0 });
    await answers.arrived();
    expectNoUid2(await visitor.auction());
    answers.releaseAll();
    await visitor.page.waitForFunction(() => (window as any).pbjs.uid2.status().reason === 'ok');
    await expectOk(visitor);
  });

  it('27: what setConfig says after requestBids is in the next auction', async () => {
    const visitor = await open({});
    await visitor.page.reload();
    expectNoUid2(await visitor.auction());
    await setAlone(visitor, [entry({ uid2Token: await world.login() })]);
    await expectOk(visitor);
  });

  it('29: the param that was meant, and another that is misspelt', async () => {
    await setCookie(world, await world.login());
    await expectOk(await open({ uid2Cookie: COOKIE }));
    await open({}).then((visitor) => visitor.disconnect());
    const visitor = await open({ uid2_token: {} });
    expectNoUid2(await visitor.auction());
    expect(await reasonOf(visitor)).to.equal('unknown param uid2_token: did you mean uid2Token');
  });

  it('30: of two entries one has the token: its reason is true', async () => {
    const uid2Token = await world.login();
    for (const entries of [[entry({}), entry({ uid2Token })], [entry({ uid2Token }), entry({})]]) {
      const visitor = await open({});
      await visitor.page.reload();
      await setAlone(visitor, entries);
      const { uid2 } = await visitor.auction();
      expect(await reasonOf(visitor)).to.equal(uid2.appnexus ? 'ok' : 'two entries');
    }
  });
});
