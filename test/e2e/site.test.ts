import { expect } from 'chai';
import type { BrowserContext, Page } from 'playwright-core';
import { startSite } from '../../integrationExamples/uid2/server.ts';
import { type Operator, startOperator } from '../../operator/index.ts';
import { freshContext } from './browser.ts';
import { bundle } from './bundle.ts';

const EMAIL = 'reader@example.com';
const HOUR = 3600_000;
const MODES = ['cookie', 'config', 'server-only'] as const;

type Received = { ssp: 'prebid-server' | 'theadx'; body: { user?: { ext?: { eids?: { source: string; uids: { id: string }[] }[] } }; ext?: { uid2?: string } } };

const uid2In = ({ ssp, body }: Received) => ssp === 'theadx' ? body.ext?.uid2
  : body.user?.ext?.eids?.find(({ source }) => source === 'uidapi.com')?.uids[0].id;

describe('The example site', () => {
  let operator: Operator;
  let site: Awaited<ReturnType<typeof startSite>>;
  let context: BrowserContext;
  let page: Page;
  let seen: number;
  let offset: number;

  before(async function () {
    this.timeout(120_000);
    await bundle();
  });
  beforeEach(async () => {
    offset = 0;
    operator = await startOperator();
    site = await startSite({ operator, prebid: await bundle(), now: () => Date.now() + offset });
    context = await freshContext();
    page = await context.newPage();
    await page.clock.setSystemTime(Date.now());
    seen = 0;
  });
  afterEach(async () => {
    await context.close();
    await site.close();
    await operator.close();
  });

  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const refreshes = () => operator.admin.requests().filter(({ path }) => path === '/v2/token/refresh');

  /** What both SSPs received in the next auction of the page: the same UID2, or none. */
  async function sold(): Promise<string | undefined> {
    const placement = await page.evaluate(() => (window as any).demo.placement);
    let received: Received[] = [];
    while (received.length < seen + 2) received = await (await fetch(`${site.url}/ssp/requests/${placement}`)).json();
    const fresh = received.slice(0, received.length - seen);
    seen = received.length;
    expect(fresh.map(({ ssp }) => ssp)).to.have.members(['prebid-server', 'theadx']);
    expect(uid2In(fresh[0])).to.equal(uid2In(fresh[1]));
    return uid2In(fresh[0]);
  }

  async function expire(mode: typeof MODES[number]): Promise<void> {
    await button('Expire now').click();
    await page.getByText(mode === 'server-only' ? 'session is expired now' : 'already expired').waitFor();
  }

  // for the page, its server and the operator alike
  async function later(ms: number): Promise<void> {
    offset = ms;
    operator.admin.setClock(ms);
    await page.clock.setSystemTime(Date.now() + ms);
  }

  async function auction(): Promise<string | undefined> {
    await button('Run auction').click();
    return sold();
  }

  async function logIn(): Promise<string | undefined> {
    await page.getByLabel('E-mail').fill(EMAIL);
    // the page loads again, logged in
    await Promise.all([page.waitForEvent('load'), button('Log in').click()]);
    await button('Log out').waitFor();
    seen = 0;
    return sold();
  }

  for (const mode of MODES) {
    describe(`in ${mode} mode`, () => {
      beforeEach(async () => {
        await page.goto(`${site.url}/${mode}.html`);
        expect(await sold()).to.equal(undefined);
      });

      it('sends the token from login to both SSPs, unmodified', async () => {
        const issued = await logIn();
        expect(issued).to.be.a('string');
        expect(await page.evaluate(() => (window as any).pbjs.getUserIds().uid2.id)).to.equal(issued);
        expect(await auction()).to.equal(issued);
        if (mode !== 'server-only') {
          expect(await page.evaluate((name) => localStorage.getItem(name), '__uid2_advertising_token')).to.include(`"advertising_token":"${issued}"`);
        }
      });

      it('shows an ad from each SSP', async () => {
        await logIn();
        for (const [slot, seller] of [['#ad-server', 'Prebid Server'], ['#ad-client', 'theAdx']]) {
          // Prebid renders into a frame of its own
          await page.frameLocator(`${slot} iframe`).frameLocator('iframe').getByText(`Sold by ${seller}`).waitFor();
        }
      });

      it('bids with a refreshed token after the old one has expired', async () => {
        const issued = await logIn();
        await expire(mode);
        const next = await auction();
        expect(next).to.be.a('string').and.not.equal(issued);
        expect(refreshes()).to.have.length(1);
      });

      it('bids without a token while the operator is broken', async () => {
        await logIn();
        await button('Break the operator').click();
        await button('Mend the operator').waitFor();
        await expire(mode);
        expect(await auction()).to.equal(undefined);
      });

      it('bids without a token after an opt-out', async () => {
        expect(await logIn()).to.be.a('string');
        await button('Opt out at the operator').click();
        await button('Opt in again').waitFor();
        await later(2 * HOUR);
        expect(await auction()).to.equal(undefined);
        expect(refreshes()).to.have.length(1);
      });

      it('bids without a token after logout, and asks the operator nothing', async () => {
        await logIn();
        const before = operator.admin.requests().length;
        if (mode === 'server-only') await Promise.all([page.waitForEvent('load'), button('Log out').click()]);
        else await button('Log out').click();
        await button('Log in').waitFor();
        seen = mode === 'server-only' ? 0 : seen;
        if (mode === 'server-only') expect(await sold()).to.equal(undefined);
        expect(await auction()).to.equal(undefined);
        await page.reload();
        seen = 0;
        expect(await sold()).to.equal(undefined);
        expect(operator.admin.requests().slice(before).filter(({ path }) => path.startsWith('/v'))).to.deep.equal([]);
        expect(JSON.stringify(await context.storageState())).not.to.include('advertising_token":"');
      });
    });
  }
});
