// R19: what status() says of what the page supplies; numbers are SITUATIONS.md's.
import { expect } from 'chai';
import { begun, COOKIE, expectTokenOf, holdAnswers, setCookie } from './several.ts';
import { warningsOf } from './spies.ts';
import { EMAIL, inBrowser } from './support.ts';
import { expectNoUid2, type Params, type Visitor } from './visitor.ts';

const OPTOUT = { status: 'optout' };

const reasonOf = async (visitor: Visitor): Promise<string> => (await visitor.status()).reason;

/** The auction is without UID2, and status() says so. */
async function expectNone(visitor: Visitor, reason: string | RegExp): Promise<void> {
  expectNoUid2(await visitor.auction());
  expect(await reasonOf(visitor)).to.match(typeof reason === 'string' ? new RegExp(`^${reason}$`) : reason);
}

async function expectOk(visitor: Visitor, email = EMAIL): Promise<void> {
  await expectTokenOf(email, await visitor.auction());
  expect(await reasonOf(visitor)).to.equal('ok');
}

describe('status() of what the page supplies (R19)', () => {
  const world = inBrowser();
  const open = (params: object, more = {}) => world.open({ params: params as Params, bidders: ['appnexus'], ...more });
  const setAlone = ({ page }: Visitor, userIds: object[]) =>
    page.evaluate((given) => (window as any).pbjs.setConfig({ userSync: given }), { auctionDelay: 60_000, userIds });
  const entry = (params: object) => ({ name: 'uid2', params: { uid2ApiBase: world.operator.url, ...params } });

  it('16: no cookie, as the server was told of an opt-out', async () => {
    await expectNone(await open({ uid2Cookie: COOKIE }), 'no cookie');
  });

  it('16: the answer of the server in the cookie', async () => {
    await setCookie(world, OPTOUT as never);
    await expectNone(await open({ uid2Cookie: COOKIE }), 'opted out on the server');
  });

  it('16: the answer of the server in uid2Token', async () => {
    await expectNone(await open({ uid2Token: OPTOUT }), 'opted out on the server');
  });

  it('17: a slash at the end of uid2ApiBase works', async () => {
    await expectOk(await open({ uid2Token: await world.login('expired'), uid2ApiBase: `${world.operator.url}/` }));
  });

  it('18: the first auction does not wait, as there is no auctionDelay', async () => {
    const answers = await holdAnswers(world.context);
    const visitor = await open({ uid2Token: await world.login('expired') }, { auctionDelay: 0 });
    await answers.arrived();
    await expectNone(visitor, 'no auctionDelay');
    answers.releaseAll();
    await visitor.page.waitForFunction(() => (window as any).pbjs.uid2.status().reason === 'ok');
    await expectOk(visitor);
  });

  it('25: another token by setConfig without refreshUserIds works', async () => {
    const visitor = await open({ uid2Token: await world.login() });
    await begun(visitor);
    await setAlone(visitor, [entry({ uid2Token: await world.login('fresh', 'next@example.com') })]);
    await expectOk(visitor, 'next@example.com');
  });

  it('26: disconnect(), then another token by setConfig works', async () => {
    const visitor = await open({ uid2Token: await world.login() });
    await begun(visitor);
    await visitor.disconnect();
    expect(await reasonOf(visitor)).to.equal('loggedOut');
    await setAlone(visitor, [entry({ uid2Token: await world.login('fresh', 'next@example.com') })]);
    await expectOk(visitor, 'next@example.com');
  });

  it('27: setConfig after requestBids: the next auction has it', async () => {
    const visitor = await open({});
    await visitor.page.reload();
    await expectNone(visitor, 'notConfigured');
    await setAlone(visitor, [entry({ uid2Token: await world.login() })]);
    await expectOk(visitor);
  });

  it('29: a param that is misspelt names the one that was meant', async () => {
    await setCookie(world, await world.login());
    await expectNone(await open({ uid2cookie: COOKIE }), 'unknown param uid2cookie: did you mean uid2Cookie');
    await expectNone(await open({ uid2_token: {} }), 'unknown param uid2_token: did you mean uid2Token');
  });

  it('30: two entries of the name uid2, and no token in either', async () => {
    const visitor = await open({});
    await setAlone(visitor, [entry({ uid2Cookie: 'absent' }), entry({})]);
    await expectNone(visitor, 'two entries');
  });

  it('30: two entries of the name uid2, one with the token: its reason is true', async () => {
    const uid2Token = await world.login();
    for (const entries of [[entry({}), entry({ uid2Token })], [entry({ uid2Token }), entry({})]]) {
      const visitor = await open({});
      await visitor.page.reload();
      await setAlone(visitor, entries);
      const { uid2 } = await visitor.auction();
      expect(await reasonOf(visitor)).to.equal(uid2.appnexus ? 'ok' : 'two entries');
    }
  });

  it('35: times in seconds', async () => {
    const inSeconds = (_name: string, value: unknown) => (typeof value === 'number' ? Math.round(value / 1000) : value);
    const uid2Token = JSON.parse(JSON.stringify(await world.login(), inSeconds));
    await expectNone(await open({ uid2Token }), 'times in seconds');
  });

  it('41: a record too long for a cookie: the page is told', async () => {
    const uid2Token = { ...await world.login(), refresh_token: 'A'.repeat(5000) };
    const visitor = await open({ uid2Token, storage: 'cookie' });
    expect((await visitor.auction()).uid2.appnexus).to.equal(uid2Token.advertising_token);
    expect((await warningsOf(visitor.page)).join()).to.match(/too long for a cookie: use localStorage/);
  });

  it('42: params.storage contradicts userIds[].storage.type: the page is told', async () => {
    const storage = { type: 'html5' as const, name: 'uid2_id', expires: 7 };
    const visitor = await open({ uid2Token: await world.login(), storage: 'cookie' }, { storage });
    await expectOk(visitor);
    expect((await warningsOf(visitor.page)).join()).to.match(/storage/);
  });

  it('43: the key of an EUID operator: no UID2 is asked for or sent', async () => {
    const { serverPublicKey, subscriptionId } = world.operator.cstg;
    const key = serverPublicKey.replace(/^UID2/, 'EUID');
    await expectNone(await open({ serverPublicKey: key, subscriptionId, email: EMAIL }), /EUID/i);
  });

  it('43: a token of an EUID operator is not sent as a UID2', async () => {
    const uid2Token = await world.login();
    // the first character tells: A and B are UID2, E and F are EUID
    const advertisingToken = uid2Token.advertising_token.replace(/^A/, 'E');
    await expectNone(await open({ uid2Token: { ...uid2Token, advertising_token: advertisingToken } }), /EUID/i);
  });
});
