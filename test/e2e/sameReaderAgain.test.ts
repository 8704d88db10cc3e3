// R2: naming the same reader again, in whatever object, changes nothing and keeps a request on its way.
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { bid, configOf } from './bid.ts';
import { EMAIL, inBrowser } from './support.ts';
import type { Params } from './visitor.ts';

/** A page that renders so often, and an operator that takes so long, ms. */
const RENDERS_EVERY = 150;
const OPERATOR_TAKES = 400;
/** How often it has rendered at most when one request has been answered; a test machine may be slow. */
const SOON = 14;

/** How a page may say who its reader is: one of these, or each in turn. */
const WAYS = ['setConfig', 'mergeConfig', 'setConfig, then refreshUserIds'];

describe('A page that renders again and again, and names the same reader each time', () => {
  const world = inBrowser();
  const asked = () => world.operator.admin.requests().filter(({ path }) => path.endsWith('/client-generate'));

  beforeEach(() => world.operator.admin.fault({ latency: OPERATOR_TAKES }));

  const READERS: Record<string, Params & { phone?: string }> = {
    'an address': { email: EMAIL },
    'a phone number': { phone: '+12345678901' }
  };

  /** Begins to render, and goes on; the config is made anew each time. */
  const render = (page: Page, params: Params, ways: string[]) => page.evaluate(([text, hows, every]) => {
    const { pbjs } = window as any;
    const rendering = {
      count: 0,
      once() {
        const how = hows[rendering.count++ % hows.length];
        pbjs[how.split(',')[0]](JSON.parse(text));
        if (how.includes('refreshUserIds')) pbjs.refreshUserIds({ submoduleNames: ['uid2'] });
      }
    };
    (window as any).rendering = rendering;
    rendering.once();
    setInterval(rendering.once, every);
  }, [JSON.stringify(configOf(world, params)), ways, RENDERS_EVERY] as const);

  const renders = (page: Page): Promise<number> => page.evaluate(() => (window as any).rendering.count);

  /** Waits until it has rendered so many times more. */
  async function rendersMore(page: Page, more: number): Promise<void> {
    const least = await renders(page) + more;
    await page.waitForFunction((count) => (window as any).rendering.count >= count, least);
  }

  for (const [reader, dii] of Object.entries(READERS)) {
    for (const ways of [WAYS.slice(0, 1), WAYS.slice(-1), WAYS]) {
      it(`has a token from one request, as soon as that is answered: ${reader}, by ${ways.join('; ')}`, async () => {
        const page = await world.page();
        await page.goto(world.url);
        await render(page, { ...world.operator.cstg, ...dii }, ways);
        const id = await bid(page);
        expect(await renders(page)).to.be.below(SOON);
        expect(id).to.be.a('string');
        await rendersMore(page, 5);
        expect(await bid(page)).to.equal(id);
        expect(asked()).to.have.length(1);
      });
    }
  }
});
