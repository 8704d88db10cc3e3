// What each file of scenarios has around it: an operator, a publisher, and a reader's browser that starts from nothing.
import { expect } from 'chai';
import { generateToken } from '../../operator/client.ts';
import { type Identity, type Operator, startOperator } from '../../operator/index.ts';
import { bundleOf } from '../harness/bundles.ts';
import { type Browsing, type Kind, startEngine, type Engine } from './engine.ts';
import { pagesOf, type Pages } from './pages.ts';
import { type Publisher, servePublisher } from './publisher.ts';

const HOUR = 3600_000;
export const EMAIL = 'user@example.com';

/** How old a token is when the publisher's server hands it over; lifetimes in ms. */
const AGES = {
  fresh: { refreshFrom: HOUR, identityExpires: 4 * HOUR, refreshExpires: 720 * HOUR },
  stale: { refreshFrom: -HOUR, identityExpires: 3 * HOUR, refreshExpires: 719 * HOUR },
  expired: { refreshFrom: -4 * HOUR, identityExpires: -HOUR, refreshExpires: 716 * HOUR }
};
export type Age = keyof typeof AGES;

export interface World extends Pages {
  operator: Operator;
  publisher: Publisher;
  browsing: Browsing;
  /** A token as the publisher's server gets it at login. */
  login(age?: Age): Promise<Identity>;
  /** The requests of this kind that the operator has seen, preflights aside. */
  requests(kind?: 'refresh' | 'client-generate'): { status: number; ms: number }[];
}

const MODULES = ['uid2IdSystem', 'prebidServerBidAdapter'];

const SCRIPTS = {
  '/prebid.js': () => bundleOf({ modules: MODULES }),
  '/sdk.js': () => bundleOf({ modules: [...MODULES, 'uid2Sdk'] })
};

let engine: Promise<Engine> | undefined;

async function login(operator: Operator, age: Age): Promise<Identity> {
  operator.admin.setLifetimes(AGES[age]);
  const answer = await generateToken(operator, { email: EMAIL });
  operator.admin.setLifetimes(AGES.fresh);
  if (answer === 'optout') throw new Error('this reader has opted out');
  return answer.identity;
}

/** Starts all of it before each test of the suite, and ends it after. */
export function inEngine(kind: Kind = 'usual'): World {
  const world = {} as World;

  before(async () => {
    engine ??= startEngine();
    await engine;
    world.publisher = await servePublisher(SCRIPTS);
    await SCRIPTS['/prebid.js']();
  });
  after(() => world.publisher.close());

  beforeEach(async () => {
    const operator = await startOperator();
    world.publisher.bids.clear();
    const browsing = await (await engine!).begin(kind);
    Object.assign(world, {
      operator,
      browsing,
      login: (age: Age = 'fresh') => login(operator, age),
      requests: (name = 'refresh') => operator.admin.requests()
        .filter(({ path, preflight }) => path.endsWith(`/${name}`) && !preflight),
      ...pagesOf(browsing, world.publisher, operator.url)
    });
  });

  afterEach(async () => {
    try {
      expect(await world.errors()).to.deep.equal([]);
    } finally {
      world.publisher.errors.length = 0;
      await world.browsing.end();
      await world.operator.close();
    }
  });

  return world;
}

after(async () => (await engine)?.close());
