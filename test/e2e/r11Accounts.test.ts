// R11: failures are kept by key, so that accounts do not wake each other; a document asks six times a minute at most.
import { expect } from 'chai';
import { until } from './tabs.ts';
import { inBrowser, type World } from './support.ts';
import type { Params, Visitor } from './visitor.ts';

const MINUTE = 60_000;

const generations = ({ operator }: World) =>
  operator.admin.requests().filter(({ method, path }) => method === 'POST' && path.endsWith('/client-generate'));

/** A reader of an account that the operator refuses. */
const stranger = ({ operator }: World, subscriptionId: string, email = `${subscriptionId}@example.com`): Params =>
  ({ ...operator.cstg, subscriptionId, email });

const show = ({ page }: Visitor) => page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));

/** Waits until what each of them writes to storage has come to the other, and so all that was written before. */
async function exchange(one: Visitor, other: Visitor): Promise<void> {
  for (const [from, to] of [[one, other], [other, one]]) {
    const heard = to.page.evaluate(() => new Promise((resolve) => {
      addEventListener('storage', ({ key }) => { if (key === 'marker') resolve(key); });
    }));
    // what is sent to a page is done there in this order
    await to.page.evaluate(() => 0);
    await from.page.evaluate(() => {
      localStorage.setItem('marker', '1');
      localStorage.removeItem('marker');
    });
    await heard;
  }
}

describe('Two documents with different accounts, both refused (R11)', () => {
  const world = inBrowser();

  for (const status of [400, 500]) {
    it(`make one request each, however often either is told of the other's (${status})`, async () => {
      world.operator.admin.fault({ endpoint: 'client-generate', kind: 'status', status });
      const one = await world.open({ params: stranger(world, 'account1') });
      const other = await world.open({ params: stranger(world, 'account2') });
      await until(world, () => generations(world).length >= 2);
      for (let round = 0; round < 20; round++) {
        await exchange(one, other);
        for (const tab of [one, other]) await show(tab);
      }
      for (const tab of [one, other]) {
        await tab.auction();
        expect(await tab.status()).to.deep.include({ reason: `http ${status}` });
      }
      expect(generations(world)).to.have.length(2);
    });
  }

  it('leave alone a document whose account works', async () => {
    const one = await world.open({ params: stranger(world, 'account1') });
    await until(world, () => generations(world).length === 1);
    const works = await world.open({ params: { ...world.operator.cstg, email: 'works@example.com' } });
    expect((await works.auction()).uid2.appnexus).to.be.a('string');
    await exchange(one, works);
    await show(one);
    expect(generations(world)).to.have.length(2);
  });
});

describe('A document that always has a new reason to ask (R11)', () => {
  const world = inBrowser({ timers: true });

  it('asks six times a minute at most', async () => {
    await world.context.clock.install();
    world.operator.admin.fault({ endpoint: 'client-generate', kind: 'status', status: 500 });
    const visitor = await world.open({ params: stranger(world, 'account'), bidders: ['appnexus'] });
    const total: number[] = [];
    for (let minute = 0; minute < 3; minute++) {
      for (let reader = 0; reader < 12; reader++) {
        await visitor.configure(stranger(world, 'account', `reader${minute}-${reader}@example.com`));
        await visitor.auction();
      }
      total.push(generations(world).length);
      await visitor.page.clock.fastForward(MINUTE);
    }
    // one may have been given up before it was sent
    for (const [minute, count] of total.entries()) expect(count - (total[minute - 1] ?? 0)).to.be.within(5, 6);
  });
});
