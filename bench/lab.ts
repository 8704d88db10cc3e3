// A browser, an operator, and a publisher's page with each of the two bundles, which differ only in the module.
import path from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { generateToken } from '../operator/client.ts';
import { type Identity, type Lifetimes, type Operator, startOperator } from '../operator/index.ts';
import { findBrowser } from '../scripts/browser.ts';
import { build } from '../scripts/build/index.ts';
import { servePage } from '../test/e2e/pageServer.ts';
import { SIDES, type Side } from './results.ts';

/** How long Prebid may hold an auction for IDs, ms. */
export const AUCTION_DELAY_MS = 500;
const EMAIL = 'user@example.com';
/** All keys of the operator come from it: day.ts reads its tokens. */
export const OPERATOR_SEED = 'bench';
/** What the publisher's server asks. */
const SERVERS = '/v2/token/generate';
const HOUR = 3600e3;

// such pages have a clock of 5 µs, others of 100
const ISOLATED = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };

const OFFLINE = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1';
const FLAGS = [OFFLINE, '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** How old a token is when the page gets it; lifetimes left, ms. */
const AGES: Record<string, Lifetimes> = {
  fresh: { refreshFrom: HOUR, identityExpires: 4 * HOUR, refreshExpires: 720 * HOUR },
  stale: { refreshFrom: -HOUR, identityExpires: 3 * HOUR, refreshExpires: 719 * HOUR },
  expired: { refreshFrom: -4 * HOUR, identityExpires: -HOUR, refreshExpires: 716 * HOUR },
};
/** What a visitor comes with: a token of an age, or an e-mail address for a first token. */
export const STATES = ['fresh', 'stale', 'expired', 'first'] as const;
export type State = typeof STATES[number];

export type Params = { uid2ApiBase: string; uid2Token?: Identity; email?: string };

/** What came of an auction: how long it was held (ms from requestBids to buildRequests), and when (Unix ms) and with which UID2 it went to the bidder. */
export type Auction = { ms: number; at: number; token?: string };

/** What pages of the lab have in their window. */
export type InPage = {
  pbjs: {
    setConfig(config: object): void;
    requestBids(request: object): Promise<unknown>;
    registerBidAdapter(none: null, code: string, spec: object): void;
    getUserIdsAsync(): Promise<{ uid2?: { id?: string } }>;
  };
  runAuction(): Promise<Auction>;
};

type Eids = { userIdAsEids?: { source: string; uids: { id: string }[] }[] };

/** In every page: auctions with one bidder, who only listens. */
function harness(): void {
  const page = window as unknown as InPage;
  const adUnits = [{ code: 'banner', mediaTypes: { banner: { sizes: [[300, 250]] } }, bids: [{ bidder: 'ear', params: {} }] }];
  let began = 0;
  let heard: Auction | undefined;
  let isThere = false;
  const ear = {
    code: 'ear',
    isBidRequestValid: () => true,
    buildRequests([{ userIdAsEids: eids }]: Eids[]) {
      heard = { ms: performance.now() - began, at: Date.now(), token: eids?.find(({ source }) => source === 'uidapi.com')?.uids[0].id };
      return [];
    },
  };
  page.runAuction = async () => {
    const { pbjs } = page;
    if (!isThere) pbjs.registerBidAdapter(null, 'ear', ear);
    isThere = true;
    heard = undefined;
    began = performance.now();
    await pbjs.requestBids({ adUnits });
    if (!heard) throw new Error('an auction has not reached its bidder');
    return heard;
  };
}

/** Functions that come from here have names, which the compiler keeps by a call that a page does not know. */
const NAMED = 'globalThis.__name = (named) => named;';

/** Sets the config, and runs an auction at once. */
export const auction = (page: Page, userSync: object): Promise<Auction> => page.evaluate((given) => {
  const { pbjs, runAuction } = window as unknown as InPage;
  pbjs.setConfig({ userSync: given });
  return runAuction();
}, userSync);

/** The same config for both. */
export const userSyncOf = (params: Params, auctionDelay = AUCTION_DELAY_MS) =>
  ({ auctionDelay, syncEnabled: false, userIds: [{ name: 'uid2', params }] });

export type Lab = Awaited<ReturnType<typeof openLab>>;

/** Builds both bundles and starts the rest. */
export async function openLab(directory: string) {
  const operator: Operator = await startOperator({ seed: OPERATOR_SEED });
  const open: (() => Promise<void>)[] = [() => operator.close()];
  const close = async () => { for (const each of open.splice(0).reverse()) await each(); };
  try {
    return await equip(directory, operator, open, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function equip(directory: string, operator: Operator, opened: (() => Promise<void>)[], close: () => Promise<void>) {
  const pages = {} as Record<Side, Awaited<ReturnType<typeof servePage>>>;
  for (const side of SIDES) {
    const { file } = await build({ modules: ['uid2IdSystem'], uid2: side === 'ours' ? 'ours' : 'prebid', out: path.join(directory, `${side}.js`) });
    pages[side] = await servePage(async () => file, ISOLATED);
    opened.push(pages[side].close);
  }
  const browser: Browser = await chromium.launch({
    executablePath: await findBrowser(), headless: true, args: [...FLAGS, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  });
  opened.push(() => browser.close());

  /** Params for a visitor in this state; a token of their own each time. */
  async function paramsFor(state: State): Promise<Params> {
    if (state === 'first') return { uid2ApiBase: operator.url, ...operator.cstg, email: EMAIL };
    operator.admin.setLifetimes(AGES[state]);
    const answer = await generateToken(operator, { email: EMAIL });
    operator.admin.setLifetimes(AGES.fresh);
    if (answer === 'optout') throw new Error('the user of the benchmark has opted out');
    return { uid2ApiBase: operator.url, uid2Token: answer.identity };
  }

  /** Does something in a browser profile that has seen nothing yet. */
  async function inProfile<T>(task: (context: BrowserContext) => Promise<T>): Promise<T> {
    const context = await browser.newContext();
    await context.addInitScript({ content: NAMED });
    await context.addInitScript(harness);
    operator.admin.clearRequests();
    return task(context).finally(() => context.close());
  }

  /** Opens the publisher's page. */
  async function open(context: BrowserContext, side: Side): Promise<Page> {
    const page = await context.newPage();
    await page.goto(pages[side].url);
    return page;
  }

  return {
    operator,
    version: browser.version(),
    urls: { ours: pages.ours.url, theirs: pages.theirs.url },
    paramsFor,
    inProfile,
    open,
    /** How many requests have come from pages since the profile was made, preflights apart. */
    requests() {
      const seen = operator.admin.requests().filter(({ path: of }) => of !== SERVERS);
      const preflights = seen.filter(({ preflight }) => preflight).length;
      return { asked: seen.length - preflights, preflights };
    },
    /** The operator as it was, whatever a section has left. */
    reset() {
      operator.admin.clearFaults();
      operator.admin.setClock(0);
      operator.admin.setLifetimes(AGES.fresh);
    },
    close,
  };
}
