// What each file of tests has around it: an operator, a publisher, and visitors that start from nothing.
import type { BrowserContext } from 'playwright-core';
import { generateToken } from '../../operator/client.ts';
import { type Identity, type Operator, startOperator } from '../../operator/index.ts';
import { freshContext } from './browser.ts';
import { bundle } from './bundle.ts';
import { servePage } from './pageServer.ts';
import type { Sent } from './ssps.ts';
import { intercept, type Setup, visit, type Visitor } from './visitor.ts';

const HOUR = 3600_000;
export const EMAIL = 'user@example.com';

/** How old a token is when the publisher's server hands it over; lifetimes in ms. */
const AGES = {
  fresh: { refreshFrom: HOUR, identityExpires: 4 * HOUR, refreshExpires: 720 * HOUR },
  stale: { refreshFrom: -HOUR, identityExpires: 3 * HOUR, refreshExpires: 719 * HOUR },
  expired: { refreshFrom: -4 * HOUR, identityExpires: -HOUR, refreshExpires: 716 * HOUR },
  dead: { refreshFrom: -720 * HOUR, identityExpires: -717 * HOUR, refreshExpires: -HOUR }
};
export type Age = keyof typeof AGES;

export interface World {
  operator: Operator;
  /** Where the publisher's page is. */
  url: string;
  context: BrowserContext;
  /** A token as the publisher's server gets it at login. */
  login(age?: Age, email?: string): Promise<Identity>;
  /** The same of API v1. */
  loginV1(age?: Age): Promise<Identity>;
  /** A new tab on the publisher's page. */
  open(setup?: Setup): Promise<Visitor>;
  /** The requests for a refresh that the operator has seen. */
  refreshes(): { method: string; path: string; client?: string }[];
  /** Moves the time of this visitor's pages, and the operator's, by so many ms. */
  later(visitor: Visitor, ms: number): Promise<void>;
}

/** Starts all of it before each test of the suite and ends it after. `intercepted: false` leaves the network to the browser. */
export function inBrowser({ intercepted = true } = {}): World {
  const world = {} as World;
  let close: (() => Promise<void>)[] = [];
  let visitors: Visitor[] = [];

  let publisher: Awaited<ReturnType<typeof servePage>>;

  before(async function () {
    this.timeout(120_000);
    publisher = await servePage(await bundle());
    world.url = `${publisher.url}/`;
  });
  after(() => publisher.close());

  beforeEach(async () => {
    const operator = await startOperator();
    const context = await freshContext();
    close = [() => context.close(), () => operator.close()];
    const sent: Sent[] = [];
    visitors = [];
    if (intercepted) await intercept(context, sent);

    async function aged<T>(age: Age, issue: () => Promise<T>): Promise<T> {
      operator.admin.setLifetimes(AGES[age]);
      const issued = await issue();
      operator.admin.setLifetimes(AGES.fresh);
      return issued;
    }

    Object.assign(world, {
      operator,
      context,
      login: (age: Age = 'fresh', email = EMAIL) => aged(age, async () => {
        const answer = await generateToken(operator, { email });
        if (answer === 'optout') throw new Error('this user has opted out already');
        return answer.identity;
      }),
      loginV1: (age: Age = 'fresh') => aged(age, async () => {
        const response = await fetch(`${operator.url}/v1/token/generate?email=${encodeURIComponent(EMAIL)}`,
          { headers: { Authorization: `Bearer ${operator.apiKey}` } });
        return (await response.json()).body;
      }),
      async open(setup: Setup = {}) {
        const visitor = await visit(context, world.url, setup, sent, operator.url);
        visitors.push(visitor);
        return visitor;
      },
      refreshes: () => operator.admin.requests().filter(({ path }) => path.endsWith('/token/refresh')),
      async later({ page }: Visitor, ms: number) {
        operator.admin.setClock(ms);
        await page.clock.setSystemTime(Date.now() + ms);
      }
    } satisfies Omit<World, 'url'>);
  });

  afterEach(async () => {
    const seen = visitors;
    for (const end of close) await end();
    for (const visitor of seen) visitor.expectNoErrors();
  });

  return world;
}
