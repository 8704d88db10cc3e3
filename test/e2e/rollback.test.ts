import { expect } from 'chai';
import { stateOf } from '../../libraries/uid2Session/identity.ts';
import { bundle, PREBID_9 } from './bundle.ts';
import { expectTokenOf } from './several.ts';
import { EMAIL, inBrowser } from './support.ts';
import { expectNoUid2, KEY, type Auction, type Params, type Visitor } from './visitor.ts';

const HOUR = 3600_000;
/** The hour at which the record of the page before is in this state; a refresh makes it fresh for 1 hour, valid for 4 and good for 720. */
const HOURS = { fresh: [0, 0], stale: [2, 4], expired: [9, 14], dead: [735, 1456] };

type Whose = 'ours' | 'prebid';
const ORDERS: [name: string, first: Whose, other: Whose][] = [
  ['From Prebid\'s own module to ours, and back', 'prebid', 'ours'],
  ['From our module to Prebid\'s own, and back', 'ours', 'prebid']
];

for (const [name, first, other] of ORDERS) {
  describe(name, () => {
    let serving: Whose = 'ours';
    const world = inBrowser({ prebid: () => bundle(serving) });

    before(async function () {
      this.timeout(120_000);
      await bundle('prebid');
    });

    /** Loads a page with this module, and runs an auction, in which nothing may be thrown. */
    async function auction(visitor: Visitor, whose: Whose, params: Params): Promise<Auction> {
      serving = whose;
      await visitor.load(params);
      const result = await visitor.auction();
      const [errors, ours] = await visitor.page.evaluate(() => {
        const { pbjs } = window as any;
        const debug = pbjs.getEvents().filter(({ eventType, args }: any) => eventType === 'auctionDebug' && args.type === 'ERROR');
        return [debug.map(({ args }: any) => String(args.arguments[0])), 'uid2' in pbjs];
      });
      // the SSP's answer is empty
      expect(errors.filter((text: string) => text !== 'in response for appnexus adapter'), whose).to.deep.equal([]);
      expect(ours).to.equal(whose === 'ours');
      return result;
    }

    const open = () => world.open({ bidders: ['appnexus'] });
    const generating = (): Params => ({ ...world.operator.cstg, email: EMAIL });

    for (const storage of ['localStorage', 'cookie'] as const) {
      describe(`with ${storage}`, () => {
        const place = storage === 'cookie' ? 'cookies' : 'localStorage';
        const SHAPES: [shape: string, params: () => Promise<[login: Params, later: Params]>][] = [
          ['token that the page supplies', async () => { const uid2Token = await world.login(); return [{ uid2Token }, { uid2Token }]; }],
          ['token that an earlier page has supplied', async () => [{ uid2Token: await world.login() }, {}]],
          ['generated token', async () => [generating(), generating()]]
        ];

        for (const [shape, paramsOf] of SHAPES) {
          it(`a ${shape} is the same reader's in every state`, async () => {
            const [login, later] = await paramsOf();
            const visitor = await open();
            await expectTokenOf(EMAIL, await auction(visitor, first, { ...login, storage }));
            for (const [state, hours] of Object.entries(HOURS)) {
              for (const [at, whose] of [other, first].entries()) {
                const record = await visitor.record(place);
                expect(stateOf(record, Date.now() + hours[at] * HOUR), whose).to.equal(state);
                await world.later(hours[at] * HOUR);
                const result = await auction(visitor, whose, { ...later, storage });
                if (state === 'dead' && !login.email) expectNoUid2(result);
                else await expectTokenOf(EMAIL, result);
                if (state === 'fresh') expect(result.uid2.appnexus, whose).to.equal(record.latestToken.advertising_token);
              }
            }
          });
        }

        for (const [shape, paramsOf] of SHAPES) {
          const able = first === 'ours' || shape === 'generated token' || !PREBID_9;
          (able ? it : it.skip)(`an opt-out of a ${shape} is kept${able ? '' : ' (Prebid 9\'s own module throws at an answer that says so)'}`, async () => {
            const [login, later] = await paramsOf();
            const visitor = await open();
            if (!login.email) await auction(visitor, first, { ...login, storage });
            world.operator.admin.optOut({ email: EMAIL });
            await world.later(5 * HOUR);
            for (const whose of [first, other, first]) {
              expectNoUid2(await auction(visitor, whose, { ...later, storage }));
              expect((await visitor.record(place)).latestToken, whose).to.equal('optout');
            }
          });
        }

        it('a bare token of the first integrations is sent, until somebody logs in', async () => {
          const { advertising_token: token } = await world.login('fresh', 'other@example.com');
          const visitor = await open();
          await visitor.page.evaluate(([key, value, cookie]) => {
            if (cookie) document.cookie = `${key}=${encodeURIComponent(value)}; path=/`;
            else localStorage.setItem(key, value);
          }, [KEY, token, storage === 'cookie'] as const);
          for (const whose of [first, other, first]) {
            expect((await auction(visitor, whose, { storage })).uid2.appnexus, whose).to.equal(token);
            expect((await visitor.stored())[place][KEY], whose).to.equal(token);
          }
          const uid2Token = await world.login();
          for (const whose of [other, first]) {
            expect((await auction(visitor, whose, { uid2Token, storage })).uid2.appnexus, whose).to.equal(uid2Token.advertising_token);
          }
        });
      });
    }
  });
}
