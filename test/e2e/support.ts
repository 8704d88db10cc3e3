// What each file of tests has around it: an operator, a publisher, and visitors that start from nothing.
import type { BrowserContext, Page } from 'playwright-core';
import { generateToken } from '../../operator/client.ts';
import { type Identity, type Operator, type OperatorOptions, startOperator } from '../../operator/index.ts';
import { collectSent } from './browser.ts';
import { bundle } from './bundle.ts';
import { servePage } from './pageServer.ts';
import { begin, type Profile } from './profile.ts';
import type { Sent } from './ssps.ts';
import { type Setup, visit, type Visitor } from './visitor.ts';

const HOUR = 3600_000;
export const EMAIL = 'user@example.com';
/** From it come all keys of the operator: clock.ts reads its tokens. */
export const OPERATOR_SEED = 'e2e';

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
  /** A tab, on no page in particular. */
  page(): Promise<Page>;
  /** A new tab on the publisher's page. */
  open(setup?: Setup): Promise<Visitor>;
  /** The requests for a refresh that the operator has seen. */
  refreshes(): { method: string; path: string; client?: string }[];
  /** Moves the time of all pages, and the operator's, by so many ms. */
  later(ms: number): Promise<void>;
  /** Stops the clock of all pages at this time, Unix ms. */
  stop(at: number): Promise<void>;
  /** Aborted when the test has ended or was given up. */
  over: AbortSignal;
  /** What each answer of the operator waits for, nothing, unless a test says so. */
  hold?: OperatorOptions['hold'];
}

interface Around {
  /** Timers are set with Playwright's clock. */
  timers?: boolean;
  /** How many tabs are used again at most. */
  tabs?: number;
  /** Gives a page its bundle. */
  prebid?: () => Promise<string>;
}

/** Starts all of it before each test of the suite and ends it after. */
export function inBrowser({ timers = false, tabs, prebid = () => bundle() }: Around = {}): World {
  const world = {} as World;
  let profile: Profile;
  let over: AbortController;
  let visitors: Visitor[] = [];

  let publisher: Awaited<ReturnType<typeof servePage>>;

  before(async function () {
    this.timeout(120_000);
    await prebid();
    publisher = await servePage(prebid, {}, true);
    world.url = `${publisher.url}/`;
  });
  after(() => publisher.close());

  beforeEach(async () => {
    // may throw, and an operator that nobody closes keeps the run from ending
    profile = await begin({ timers, most: tabs });
    const operator = await startOperator({ seed: OPERATOR_SEED, hold: (...asked) => world.hold?.(...asked) });
    over = new AbortController();
    const { context } = profile;
    const sent: Sent[] = [];
    visitors = [];
    await collectSent(sent);

    async function aged<T>(age: Age, issue: () => Promise<T>): Promise<T> {
      operator.admin.setLifetimes(AGES[age]);
      const issued = await issue();
      operator.admin.setLifetimes(AGES.fresh);
      return issued;
    }

    Object.assign(world, {
      operator,
      context,
      over: over.signal,
      hold: undefined,
      page: profile.page,
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
        const visitor = await visit(await profile.page(), world.url, setup, sent, operator.url);
        visitors.push(visitor);
        return visitor;
      },
      refreshes: () => operator.admin.requests().filter(({ path }) => path.endsWith('/token/refresh')),
      async later(ms: number) {
        operator.admin.setClock(ms);
        await profile.setClock({ ahead: ms });
      },
      stop: (at: number) => profile.setClock({ at })
    } satisfies Omit<World, 'url'>);
  });

  afterEach(async function () {
    const seen = visitors;
    over.abort();
    await profile.end(world.url, this.currentTest?.state === 'failed').finally(() => world.operator.close());
    for (const visitor of seen) visitor.expectNoErrors();
  });

  return world;
}
