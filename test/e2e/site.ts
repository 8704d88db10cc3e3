// The example site in a browser: an operator, the site, one page, and what its SSPs receive.
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import type { BrowserContext, Page } from 'playwright-core';
import { startSite } from '../../integrationExamples/uid2/server.ts';
import { type Operator, type OperatorOptions, startOperator } from '../../operator/index.ts';
import { bundle } from './bundle.ts';
import { waitPatiently } from './patience.ts';
import { begin, type Profile } from './profile.ts';

export const EMAIL = 'reader@example.com';
export const FAST = { refreshFrom: 15_000, identityExpires: 30_000, refreshExpires: 600_000 };
export const MODES = ['cookie', 'config', 'server-only', 'sdk', 'client-side', 'deferred'] as const;
export type SiteMode = typeof MODES[number];

type Eid = { source: string; uids: { id: string }[] };
type Received = { ssp: 'prebid-server' | 'theadx'; body: { user?: { ext?: { eids?: Eid[] } }; ext?: { uid2?: string } } };

const uid2In = ({ ssp, body }: Received) => ssp === 'theadx' ? body.ext?.uid2
  : body.user?.ext?.eids?.find(({ source }) => source === 'uidapi.com')?.uids[0].id;

/** All that the site's page can switch on is in this bundle. */
export const siteBundle = () => bundle('ours', 'uid2Sdk', 'allowActivities', 'consentManagementGpp', 'gppControl_usnat');

export const isOnClient = (mode: SiteMode) => mode === 'client-side' || mode === 'deferred';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds in a page and in its frames. */
export async function axeFindings(page: Page): Promise<string[]> {
  for (const frame of page.frames()) await frame.evaluate(AXE);
  const { violations } = await page.evaluate(() => (window as any).axe.run({ resultTypes: ['violations'] }));
  return violations.flatMap(({ id, nodes }: any) => nodes.map(({ target }: any) => `${id}: ${target.join(' ')}`));
}

let lastPort = 0;

/** Starts a site where the last one was, if that is still free: what a browser has kept and compiled of it is of use again. */
export async function siteAgain(options: Parameters<typeof startSite>[0]): ReturnType<typeof startSite> {
  const site = await startSite({ ...options, port: lastPort }).catch(() => startSite(options));
  lastPort = site.port;
  return site;
}

export interface SiteWorld {
  operator: Operator;
  url: string;
  context: BrowserContext;
  page: Page;
  profile: Profile;
  /** What the page's console has complained of, and errors. */
  complaints: string[];
  button(name: string): ReturnType<Page['getByRole']>;
  /** Opens the start page in this mode. `more` goes into the address. */
  open(mode: SiteMode, more?: string): Promise<void>;
  /** What both SSPs received in the next auction of the page: the same UID2, or none. */
  sold(): Promise<string | undefined>;
  auction(): Promise<string | undefined>;
  /** Opens the page of this mode for a reader who has logged in already (deferred: who does), and says what its auction sent. */
  arrive(mode: SiteMode, who?: string): Promise<string | undefined>;
  /** Logs in by the page's form, and says what the next auction sent. */
  logIn(mode: SiteMode, who?: string): Promise<string | undefined>;
  /** After the page has loaded anew. */
  anew(): void;
  /** Moves the time of the page, its server and the operator. */
  later(ms: number): Promise<void>;
  refreshes(): ReturnType<Operator['admin']['requests']>;
  /** The token that a bidder would get on a page. */
  token(page?: Page): Promise<string | undefined>;
  status(): Promise<Record<string, unknown>>;
}

/** Starts all of it before each test of the suite, and ends it after. */
export function onSite(options?: OperatorOptions): SiteWorld {
  const world = {} as SiteWorld;
  let site: Awaited<ReturnType<typeof startSite>>;
  let seen: number;
  let offset: number;

  before(async function () {
    this.timeout(180_000);
    await siteBundle();
  });
  beforeEach(async () => {
    offset = 0;
    seen = 0;
    world.complaints = [];
    world.profile = await begin({ isLookedAt: true });
    world.operator = await startOperator(options);
    site = await siteAgain({ operator: world.operator, prebid: await siteBundle(), now: () => Date.now() + offset });
    world.url = site.url;
    world.context = world.profile.context;
    await waitPatiently(world.context);
    world.page = await world.profile.page();
    world.page.on('console', (message) => { if (message.type() === 'error') world.complaints.push(message.text()); });
    world.page.on('pageerror', (error) => world.complaints.push(error.message));
  });
  afterEach(async function () {
    world.page.removeAllListeners('console');
    await world.profile.end(`${site.url}/`, this.currentTest?.state === 'failed');
    await site.close();
    await world.operator.close();
  });

  return Object.assign(world, {
    button: (name) => world.page.getByRole('button', { name, exact: true }).first(),

    async open(mode, more = '') {
      seen = 0;
      await world.page.goto(`${world.url}/?mode=${mode}${more}`);
      expect(await world.sold()).to.equal(undefined);
    },

    async sold() {
      const placement = await world.page.evaluate(() => JSON.parse(document.getElementById('lab')!.textContent!).placement);
      const ask = async (): Promise<Received[]> => (await fetch(`${world.url}/ssp/requests/${placement}`)).json();
      let received = await ask();
      while (received.length < seen + 2) {
        await setTimeout(10);
        received = await ask();
      }
      const fresh = received.slice(0, received.length - seen);
      seen = received.length;
      expect(fresh.map(({ ssp }) => ssp)).to.have.members(['prebid-server', 'theadx']);
      expect(uid2In(fresh[0])).to.equal(uid2In(fresh[1]));
      return uid2In(fresh[0]);
    },

    async auction() {
      await world.button('Run auction').click();
      return world.sold();
    },

    async logIn(mode, who = EMAIL) {
      await world.page.getByLabel(isOnClient(mode) ? 'E-mail or phone' : 'E-mail', { exact: true }).fill(who);
      if (mode === 'deferred') {
        await world.button('Log in').click();
      } else {
        // the page loads again, logged in
        await Promise.all([world.page.waitForEvent('load'), world.button('Log in').click()]);
        seen = 0;
      }
      await world.button('Log out').waitFor();
      return world.sold();
    },

    async arrive(mode, who = EMAIL) {
      if (mode === 'deferred') {
        await world.open(mode);
        return world.logIn(mode, who);
      }
      seen = 0;
      const answer = await world.context.request.post(`${world.url}/login`, { data: { mode, [isOnClient(mode) ? 'user' : 'email']: who } });
      expect(answer.status()).to.equal(200);
      await world.page.goto(`${world.url}/?mode=${mode}`);
      await world.button('Log out').waitFor();
      return world.sold();
    },

    anew() { seen = 0; },

    async later(ms) {
      offset = ms;
      world.operator.admin.setClock(ms);
      await world.profile.setClock({ ahead: ms });
    },

    refreshes: () => world.operator.admin.requests().filter(({ path }) => path === '/v2/token/refresh'),
    token: (page = world.page) => page.evaluate(() => (window as any).pbjs.getUserIds().uid2?.id as string | undefined),
    status: () => world.page.evaluate(() => (window as any).pbjs.uid2.status())
  } satisfies Partial<SiteWorld>);
}
