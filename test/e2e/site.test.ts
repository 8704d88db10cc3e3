import { expect } from 'chai';
import type { BrowserContext, Page } from 'playwright-core';
import { startSite } from '../../integrationExamples/uid2/server.ts';
import { type Operator, startOperator } from '../../operator/index.ts';
import { bundle, PREBID_9 } from './bundle.ts';
import { begin, type Profile } from './profile.ts';

const EMAIL = 'reader@example.com';
const HOUR = 3600_000;
const FAST = { refreshFrom: 15_000, identityExpires: 30_000, refreshExpires: 600_000 };
const MODES = ['cookie', 'config', 'server-only', 'sdk'] as const;

type Received = { ssp: 'prebid-server' | 'theadx'; body: { user?: { ext?: { eids?: { source: string; uids: { id: string }[] }[] } }; ext?: { uid2?: string } } };

const uid2In = ({ ssp, body }: Received) => ssp === 'theadx' ? body.ext?.uid2
  : body.user?.ext?.eids?.find(({ source }) => source === 'uidapi.com')?.uids[0].id;

describe('The example site', () => {
  let operator: Operator;
  let site: Awaited<ReturnType<typeof startSite>>;
  let profile: Profile;
  let context: BrowserContext;
  let page: Page;
  let seen: number;
  let offset: number;

  before(async function () {
    this.timeout(120_000);
    await bundle('ours', 'uid2Sdk');
  });
  beforeEach(async () => {
    offset = 0;
    operator = await startOperator();
    site = await startSite({ operator, prebid: await bundle('ours', 'uid2Sdk'), now: () => Date.now() + offset });
    profile = await begin();
    context = profile.context;
    page = await profile.page();
    seen = 0;
  });
  afterEach(async function () {
    await profile.end(`${site.url}/`, this.currentTest?.state === 'failed');
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
    await profile.setClock({ ahead: ms });
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
          // from 10 on Prebid renders into a frame of its own
          const frame = page.frameLocator(`${slot} iframe`);
          await (PREBID_9 ? frame : frame.frameLocator('iframe')).getByText(`Sold by ${seller}`).waitFor();
        }
      });

      it('bids with a refreshed token after the old one has expired', async () => {
        const issued = await logIn();
        await expire(mode);
        const next = await auction();
        expect(next).to.be.a('string').and.not.equal(issued);
        expect(refreshes()).to.have.length(1);
      });

      it('offers an opted-out user nothing that needs a token', async () => {
        await page.getByLabel('E-mail').fill('optout@example.com');
        await Promise.all([page.waitForEvent('load'), button('Log in').click()]);
        await button('Log out').waitFor();
        expect(await button('Expire now').isDisabled()).to.equal(true);
        expect(await button('Opt out at the operator').isDisabled()).to.equal(true);
        expect(await button('Run auction').isDisabled()).to.equal(false);
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
        const stored = [await context.cookies(), await page.evaluate(() => ({ ...localStorage }))];
        expect(JSON.stringify(stored)).not.to.include('advertising_token":"').and.not.to.include('advertising_token%22');
      });
    });
  }

  describe('on the page written for UID2\'s SDK', () => {
    const own = (text: string) => page.locator('#own').getByText(text).waitFor();

    it('has the token for an SSP that is not in Prebid, refreshed as Prebid\'s, and none after logout', async () => {
      await page.goto(`${site.url}/sdk.html`);
      expect(await sold()).to.equal(undefined);
      await own((await logIn())!);
      await expire('sdk');
      await own((await auction())!);
      await button('Log out').click();
      await own('None.');
    });

    for (const width of [1280, 390]) {
      it(`fits into ${width} pixels`, async () => {
        await page.setViewportSize({ width, height: 800 });
        await page.goto(`${site.url}/sdk.html`);
        await sold();
        await own((await logIn())!);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).to.equal(width);
      });
    }
  });

  describe('in server-only mode', () => {
    it('says of a token whose time is over that the server gives it out no more', async () => {
      await page.goto(`${site.url}/server-only.html`);
      await sold();
      await logIn();
      await expire('server-only');
      await page.getByText('The token this page was given, used up').waitFor();
      expect(await page.getByText('Expired', { exact: true }).count()).to.equal(0);
    });
  });

  describe('on the pages that make the token themselves', () => {
    const generations = () => operator.admin.requests().filter(({ path, preflight }) => path.split('?')[0] === '/v2/token/client-generate' && !preflight);
    const user = () => page.getByLabel('E-mail or phone');
    const held = () => page.evaluate(() => (window as any).pbjs.getUserIds().uid2?.id as string | undefined);
    const why = () => page.locator('dt:text-is("Why") + dd');
    const stored = () => context.storageState().then((all) => JSON.stringify(all));

    async function open(name: string): Promise<void> {
      await page.goto(`${site.url}/${name}.html`);
      expect(await sold()).to.equal(undefined);
    }

    /** Logs in, and says what the next auction of the page sent. */
    async function enter(name: string, who = EMAIL): Promise<string | undefined> {
      await user().fill(who);
      if (name === 'deferred') {
        await button('Log in').click();
      } else {
        await Promise.all([page.waitForEvent('load'), button('Log in').click()]);
        seen = 0;
      }
      await button('Log out').waitFor();
      return sold();
    }

    async function leave(): Promise<void> {
      await button('Log out').click();
      await button('Log in').waitFor();
    }

    for (const name of ['client-side', 'deferred']) {
      describe(name, () => {
        for (const who of ['Reader+News@example.com', '+12345678901']) {
          it(`generates a token for ${who}, which both SSPs get in the next auction`, async () => {
            await open(name);
            const token = await enter(name, who);
            expect(token).to.be.a('string').and.equal(await held());
            expect(await auction()).to.equal(token);
            expect(generations()).to.have.length(1);
          });
        }

        it('stores who the user is as a salted hash only', async () => {
          await open(name);
          await enter(name);
          expect(await stored()).to.include('originalIdentity').and.not.include(EMAIL);
        });

        it('refreshes the token after a sleep, and generates no other', async () => {
          operator.admin.setLifetimes(FAST);
          await open(name);
          const token = await enter(name);
          await button('Sleep for a minute').click();
          await page.getByText('in a simulation').waitFor();
          expect(await auction()).to.be.a('string').and.not.equal(token);
          expect([generations().length, refreshes().length]).to.deep.equal([1, 1]);
        });

        it('uses the stored token when the page is loaded again', async () => {
          await open(name);
          const token = await enter(name);
          await page.reload();
          await page.waitForFunction((id) => (window as any).pbjs.getUserIds?.().uid2?.id === id, token);
          expect(generations()).to.have.length(1);
        });

        it('bids without a token after logout, here and on the next page', async () => {
          await open(name);
          await enter(name);
          await leave();
          expect(await held()).to.equal(undefined);
          expect(await auction()).to.equal(undefined);
          expect(await stored()).not.include('advertising_token":"');
          seen = 0;
          await page.reload();
          expect(await sold()).to.equal(undefined);
          expect(generations()).to.have.length(1);
        });

        it('has a new token for the next user, and for the first one again', async () => {
          await open(name);
          const tokens = [await enter(name)];
          await leave();
          tokens.push(await enter(name, 'other@example.com'));
          await leave();
          tokens.push(await enter(name));
          expect(tokens).not.to.include(undefined);
          expect(new Set(tokens).size).to.equal(3);
          expect(generations()).to.have.length(3);
        });

        it('says what is wrong with a phone number, and asks nobody', async () => {
          await open(name);
          expect(await enter(name, '0491 570 006')).to.equal(undefined);
          await why().getByText('(invalid phone)').waitFor();
          expect(generations()).to.have.length(0);
        });

        it('sends nothing of a user who has opted out', async () => {
          await open(name);
          expect(await enter(name, 'optout@example.com')).to.equal(undefined);
          await page.locator('.chip', { hasText: 'Opted out' }).waitFor();
          expect(await button('Opt out at the operator').isDisabled()).to.equal(true);
        });

        it('says that the domain is not on the list, and asks once', async () => {
          const strict = await startOperator({ domains: ['example.com'] });
          const foreign = await startSite({ operator: strict, prebid: await bundle('ours', 'uid2Sdk') });
          try {
            await page.goto(`${foreign.url}/${name}.html`);
            await user().fill(EMAIL);
            await button('Log in').click();
            await button('Log out').waitFor();
            await why().getByText('domain not on the account\'s list: http 403').waitFor();
            await button('Run auction').click();
            expect(strict.admin.requests().map(({ status }) => status)).to.deep.equal([403]);
          } finally {
            await foreign.close();
            await strict.close();
          }
        });

        for (const width of [1280, 390]) {
          it(`fits into ${width} pixels`, async () => {
            await page.setViewportSize({ width, height: 800 });
            await open(name);
            await enter(name);
            expect(await page.evaluate(() => document.documentElement.scrollWidth)).to.equal(width);
          });
        }
      });
    }

    it('do not load again for a deferred login', async () => {
      await open('deferred');
      await page.evaluate(() => { (window as any).same = true; });
      await enter('deferred');
      expect(await page.evaluate(() => (window as any).same)).to.equal(true);
    });
  });

  describe('on the page "Try it"', () => {
    let issued: string | undefined;

    const place = (name: string) => page.locator('.station', { has: page.getByRole('heading', { name, exact: true }) });
    const press = (name: string, station: string) => place(station).getByRole('button', { name, exact: true }).click();
    const live = (name: string) => page.locator(`.live dt:text-is("${name}") + dd`);
    const chip = () => page.locator('.live .chip');
    const tokenIn = (tab: Page) => tab.evaluate(() => (window as any).pbjs.getUserIds().uid2?.id as string | undefined);

    async function auctionAt(station: string): Promise<string | undefined> {
      await press('Run auction', station);
      return sold();
    }

    async function sleep(name: string, station: string): Promise<void> {
      await press(name, station);
      await page.getByText('in a simulation').waitFor();
    }

    /** Waits until each of the ten frames shows this. */
    const tabsShow = (text: string) => Promise.all(Array.from({ length: 10 }, (_, i) =>
      page.frameLocator(`iframe[title="Tab ${i + 1}"]`).locator('#token', { hasText: text }).waitFor()));

    beforeEach(async () => {
      operator.admin.setLifetimes(FAST);
      await page.goto(`${site.url}/try.html`);
      await sold();
      issued = await logIn();
    });

    it('shows an expired token after a sleep, and bids with a new one', async () => {
      await sleep('Sleep for a minute', 'Sleep');
      await chip().getByText('Expired').waitFor();
      expect(await tokenIn(page)).to.equal(undefined);
      const next = await auctionAt('Sleep');
      expect(next).to.be.a('string').and.not.equal(issued);
      await live('Last auction').getByText(next!.slice(-8)).waitFor();
      await live('Operator').getByText('1 refresh request').waitFor();
    });

    it('sleeps in all tabs', async () => {
      const other = await profile.page();
      await other.goto(`${site.url}/try.html`);
      await other.waitForFunction(() => (window as any).pbjs.getUserIds?.().uid2?.id);
      const asleep = await other.evaluate(() => Date.now());
      await sleep('Sleep for a minute', 'Sleep');
      // more than really passes before it gives up
      await other.waitForFunction((before) => Date.now() >= before + 60_000, asleep);
    });

    it('goes on at the same time after it is loaded again', async () => {
      await sleep('Sleep for a minute', 'Sleep');
      const before = await page.evaluate(() => Date.now());
      await page.reload();
      expect(await page.evaluate(() => Date.now())).to.be.at.least(before);
    });

    it('makes one request from ten tabs, which all get its token', async () => {
      await press('Open ten tabs', 'Many tabs');
      await page.waitForFunction((before) => ![undefined, before].includes((window as any).pbjs.getUserIds().uid2?.id), issued);
      await tabsShow((await tokenIn(page))!.slice(-8));
      expect(refreshes()).to.have.length(1);
    });

    it('keeps a valid token through an outage, asks once, and says when it asks next', async () => {
      await press('Break the operator', 'Outage');
      await live('Operator').getByText('answers 500').waitFor();
      await sleep('Sleep for 20 seconds', 'Outage');
      expect(await auctionAt('Outage')).to.equal(issued);
      expect(await auctionAt('Outage')).to.equal(issued);
      expect(refreshes()).to.have.length(1);
      await live('Next refresh').getByText(/^in 0:0/).waitFor();
    });

    it('has a new token once the operator is mended', async () => {
      await press('Break the operator', 'Outage');
      await place('Outage').getByRole('button', { name: 'Mend the operator', disabled: false }).waitFor();
      await sleep('Sleep for a minute', 'Sleep');
      expect(await auctionAt('Outage')).to.equal(undefined);
      await press('Mend the operator', 'Outage');
      await page.getByText('The operator works again').waitFor();
      await sleep('Sleep for 20 seconds', 'Outage');
      expect(await auctionAt('Outage')).to.be.a('string').and.not.equal(issued);
    });

    it('logs out in all tabs, and in again', async () => {
      const other = await profile.page();
      await other.goto(`${site.url}/try.html`);
      await other.waitForFunction(() => (window as any).pbjs.getUserIds?.().uid2?.id);
      await press('Log out here', 'Logout');
      await other.waitForFunction(() => !(window as any).pbjs.getUserIds().uid2);
      await button('Log in').waitFor();
      expect(await auctionAt('Logout')).to.equal(undefined);
      const next = await logIn();
      await other.waitForFunction((id) => (window as any).pbjs.getUserIds().uid2?.id === id, next);
      expect(next).not.to.equal(issued);
    });

    it('bids without a token after an opt-out, and asks no more', async () => {
      await press('Opt out at the operator', 'Opt-out');
      await place('Opt-out').getByRole('button', { name: 'Opt in again', disabled: false }).waitFor();
      await sleep('Sleep for 20 seconds', 'Opt-out');
      expect(await auctionAt('Opt-out')).to.equal(undefined);
      await chip().getByText('Opted out').waitFor();
      await sleep('Sleep for a minute', 'Sleep');
      expect(await auctionAt('Sleep')).to.equal(undefined);
      expect(refreshes()).to.have.length(1);
      expect(await place('Many tabs').getByRole('button', { name: 'Open ten tabs' }).isDisabled()).to.equal(true);
    });

    for (const width of [1280, 390]) {
      it(`fits into ${width} pixels`, async () => {
        await page.setViewportSize({ width, height: 800 });
        await press('Open ten tabs', 'Many tabs');
        await live('Last auction').getByText('held').waitFor();
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).to.equal(width);
      });
    }
  });
});
