import { expect } from 'chai';
import type { Visit } from './pages.ts';
import { until } from './until.ts';
import { inEngine } from './world.ts';

const TABS = 5;
// enough for what happens in every tenth of them to happen
const ROUNDS = 72;

describe('Tabs', () => {
  const world = inEngine();

  const allAreReady = () => until('all tabs', () => world.publisher.listeners() === TABS);

  /** Loads all tabs at once with a token that has expired: their bids, and how many requests it took. */
  async function round(number: number): Promise<{ bids: unknown[]; requests: number }> {
    const code = `round-${number}`;
    const before = world.requests().length;
    const uid2Token = await world.login('expired');
    world.publisher.tell({ code, params: { uid2Token } });
    await allAreReady();
    const bids = Array.from({ length: TABS }, (_, at) => world.publisher.bids.get(`${code}-${at}`));
    return { bids, requests: world.requests().length - before };
  }

  async function play(count: number) {
    world.operator.admin.fault({ endpoint: 'refresh', latency: 100 });
    const pages: Visit[] = [];
    for (let at = 0; at < TABS; at++) pages.push(await world.open({}, { obeys: at }));
    await allAreReady();
    const rounds = [];
    for (let at = 0; at < count; at++) rounds.push(await round(at));
    // the driver may hear of a page later than the server
    for (const { tab } of pages) await until('the last page', () => tab.run('return true').catch(() => false));
    return rounds;
  }

  it('at once have the same new token in their bids', async () => {
    const [{ bids }] = await play(1);
    expect(bids[0]).to.be.a('string');
    expect(bids).to.deep.equal(bids.map(() => bids[0]));
  });

  it(`at once make one request, in each of ${ROUNDS} rounds`, async () => {
    const rounds = await play(ROUNDS);
    expect(rounds.map(({ requests }) => requests)).to.deep.equal(rounds.map(() => 1));
  });

  it('hear of a refresh in another one', async () => {
    const hearing = await world.open();
    expect(await hearing.id()).to.equal(null);
    const acting = await world.open({ uid2Token: await world.login('expired') });
    const bid = await acting.auction();
    await until('the token', async () => await hearing.id() === bid);
    expect(await hearing.auction()).to.equal(bid);
    expect(world.requests()).to.have.length(1);
  });

  it('hear of a logout in another one', async () => {
    const uid2Token = await world.login();
    const tabs: Visit[] = [await world.open({ uid2Token }), await world.open({ uid2Token })];
    for (const tab of tabs) expect(await tab.auction()).to.equal(uid2Token.advertising_token);
    await tabs[0].tab.run('pbjs.uid2.disconnect()');
    await until('the logout', async () => await tabs[1].id() === null);
    expect(await tabs[1].auction()).to.equal(undefined);
    expect((await tabs[1].status()).reason).to.equal('loggedOut');
  });
});
