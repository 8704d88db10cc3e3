// R19: reason is `ok` if and only if the request to the bidder has the eid, whatever page and rules say.
import { expect } from 'chai';
import fc from 'fast-check';
import { bundle } from './bundle.ts';
import { COOKIE, setCookie } from './several.ts';
import { type Age, inBrowser } from './support.ts';
import { KEY, type Params, type Visitor } from './visitor.ts';

const RUNS = 15;
const ON_ITS_WAY = ['refreshing', 'no auctionDelay'];

const AGES: Age[] = ['fresh', 'stale', 'expired', 'dead'];
const CLAIMS = [
  ...AGES, 'seconds', 'broken', 'optout', 'nobody', 'cookie', 'no cookie', 'misspelt', 'address', 'opted-out address',
  'the same',
] as const;
const RULES = {
  none: {},
  enrichEids: { allowActivities: { enrichEids: { default: false } } },
  transmitEids: { allowActivities: { transmitEids: { default: false } } },
  accessDevice: { allowActivities: { accessDevice: { default: false } } },
  deviceAccess: { deviceAccess: false },
  coppa: { coppa: true },
};
const NO_RULE = { allowActivities: {}, deviceAccess: true, coppa: false };

const step = fc.record({
  claim: fc.oneof(fc.constant('fresh' as const), { weight: 3, arbitrary: fc.constantFrom(...CLAIMS) }),
  rule: fc.oneof({ weight: 2, arbitrary: fc.constant('none' as const) },
    { weight: 1, arbitrary: fc.constantFrom(...Object.keys(RULES) as (keyof typeof RULES)[]) }),
  bidders: fc.constantFrom(undefined, undefined, ['appnexus'], ['theadx']),
  auctionDelay: fc.constantFrom(0, 60_000, 60_000),
  isDown: fc.boolean(),
  storage: fc.constantFrom('cookie' as const, 'localStorage' as const, undefined),
  logsOut: fc.constantFrom(false, false, false, true),
  asksAnew: fc.boolean(),
  turns: fc.array(fc.constantFrom(...Object.keys(RULES) as (keyof typeof RULES)[], 'none' as const, 'transmitEids' as const,
    'removes the record' as const, 'removes the record' as const), { minLength: 1, maxLength: 3 }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

describe('The reason and the bid request (R19)', () => {
  const prebid = () => bundle('ours', 'allowActivities', 'consentManagementGpp', 'gppControl_usnat', 'tcfControl');
  const world = inBrowser({ prebid });
  let readers = 0;
  let params: object = {};

  /** What the page says of a new reader. */
  async function paramsOf(claim: Step['claim']): Promise<object> {
    const email = `reader${readers++}@example.com`;
    const { operator } = world;
    switch (claim) {
      case 'fresh': case 'stale': case 'expired': case 'dead': return { uid2Token: await world.login(claim, email) };
      case 'seconds': return { uid2Token: { ...await world.login('fresh', email), identity_expires: 1 } };
      case 'broken': return { uid2Token: { advertising_token: email } };
      case 'optout': return { uid2Token: { status: 'optout' } };
      case 'nobody': return {};
      case 'cookie':
        await setCookie(world, await world.login('fresh', email));
        return { uid2Cookie: COOKIE };
      case 'no cookie': return { uid2Cookie: 'absent' };
      case 'misspelt': return { uid2cookie: COOKIE };
      case 'opted-out address': operator.admin.optOut({ email });
      // falls through
      case 'address': return { ...operator.cstg, email };
      case 'the same': return params;
    }
  }

  /** Has the page note what status() says in the moment of each bid request. */
  const listen = ({ page }: Visitor) => page.evaluate(() => {
    const { pbjs } = window as any;
    (window as any).reasons = [];
    pbjs.onEvent('bidRequested', () => (window as any).reasons.push(pbjs.uid2.status().reason));
  });

  async function play(visitor: Visitor, one: Step): Promise<{ reason: string; hasEid: boolean }> {
    const { claim, rule, bidders, auctionDelay, isDown, storage, logsOut, asksAnew } = one;
    params = await paramsOf(claim);
    if (isDown) world.operator.admin.fault({ kind: 'status', status: 500 });
    const all = { uid2ApiBase: world.operator.url, storage, ...params };
    const userIds = [{ name: 'uid2', params: all, ...(bidders && { bidders }) }];
    const userSync = { auctionDelay, syncEnabled: false, userIds };
    await visitor.page.evaluate(([config, leaves, anew]) => {
      const { pbjs } = window as any;
      pbjs.setConfig(config);
      if (leaves) pbjs.uid2.disconnect();
      // settles only after an auction where none waits
      if (anew) pbjs.refreshUserIds().catch(() => {});
    }, [{ ...NO_RULE, ...RULES[rule], userSync }, logsOut, asksAnew] as const);
    const { uid2 } = await visitor.auction();
    const reason: string = await visitor.page.evaluate(() => (window as any).reasons.at(-1));
    world.operator.admin.clearFaults();
    return { reason, hasEid: uid2.appnexus !== undefined };
  }

  /** What status() says now, and whether the request of the next auction has the eid. */
  async function again(visitor: Visitor): Promise<{ before: string; hasEid: boolean }> {
    const before: string = (await visitor.status()).reason;
    const { uid2 } = await visitor.auction();
    return { before, hasEid: uid2.appnexus !== undefined };
  }

  /** Without a word to the module, a rule turns, or the page removes what is stored. */
  const turn = ({ page }: Visitor, what: Step['turns'][number]) => page.evaluate(([config, key]) => {
    if (config) return (window as any).pbjs.setConfig(config);
    localStorage.removeItem(key);
    document.cookie = `${key}=; path=/; max-age=0`;
  }, [what === 'removes the record' ? undefined : { ...NO_RULE, ...RULES[what] }, KEY] as const);

  async function live(steps: Step[]): Promise<void> {
    const visitor = await world.open({ params: {} as Params, bidders: ['appnexus'] });
    await visitor.page.evaluate(() => localStorage.clear());
    await world.context.clearCookies();
    // configured for the first time by the first step
    await visitor.page.reload();
    await listen(visitor);
    const lived: string[] = [];
    for (const one of steps) {
      const { reason, hasEid } = await play(visitor, one);
      lived.push(`${JSON.stringify(one)} → ${reason}, ${hasEid ? 'with' : 'without'} the eid`);
      expect(reason === 'ok', lived.join('\n')).to.equal(hasEid);
      for (const what of [undefined, ...one.turns]) {
        if (what) await turn(visitor, what);
        const next = await again(visitor);
        lived.push(`${what ?? 'then'}: ${next.before}, and ${next.hasEid ? 'with' : 'without'} the eid`);
        // one that is on its way may be there by then
        if (!ON_ITS_WAY.includes(next.before)) expect(next.before === 'ok', lived.join('\n')).to.equal(next.hasEid);
      }
    }
    await visitor.page.close();
  }

  it('agree in random lives of a page', async function () {
    this.timeout(240_000);
    const seed = Number(process.env.SEED ?? 14);
    const lives = fc.array(step, { minLength: 1, maxLength: 4 });
    await fc.assert(fc.asyncProperty(lives, live), { numRuns: RUNS, seed, endOnFailure: true });
  });
});
