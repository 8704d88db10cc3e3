// UID2's sample sites for the JavaScript SDK, step by step: log in, reload, opt out, reload, log out; every value that they show.
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { bundle } from './bundle.ts';
import { HOUR, withSdk } from './sdkPage.ts';
import { serveSamples } from './sdkSampleSite.ts';

const EMAIL = 'sample@example.com';
const NOBODY = { ready: 'no', token: 'undefined', loginRequired: 'yes', optedOut: 'no' };
const OPTED_OUT = { ready: 'no', token: 'undefined', loginRequired: 'no', optedOut: 'yes' };
const known = (token: unknown) => ({ ready: 'yes', token, loginRequired: 'no', optedOut: 'no' });

describe('UID2\'s samples for the JavaScript SDK', () => {
  const world = withSdk();
  let site: Awaited<ReturnType<typeof serveSamples>>;
  let page: Page;
  beforeEach(async () => {
    site = await serveSamples(world.operator, await bundle('ours', 'uid2Sdk'));
    page = await world.page();
  });
  afterEach(() => site.close());

  type Shown = Record<'ready' | 'token' | 'loginRequired' | 'optedOut' | 'updates' | 'state', string>;
  const shown = (): Promise<Shown> => page.evaluate(() => Object.fromEntries([...document.querySelectorAll('dd')].map(({ id, textContent }) => [id, textContent ?? ''])) as Shown);
  /** Waits until the page shows this, and nothing else of these values. */
  async function shows(wanted: object, state?: string): Promise<void> {
    await page.waitForFunction(([values, last]) => Object.entries(values as object).every(([id, value]) => document.getElementById(id)?.textContent === value) &&
      (!last || document.getElementById('state')?.textContent === last), [wanted, state] as const).catch(async () => expect(await shown()).to.include(wanted));
    if (state) expect((await shown()).state).to.equal(state);
  }
  const told = (event: string, isSomebody = false) => JSON.stringify([event, { identity: isSomebody ? 'an identity' : null }]);
  const open = (name: string) => page.goto(`${site.url}/${name}`);
  const token = (): Promise<string> => page.evaluate(() => (window as any).__uid2.getAdvertisingToken());
  const bids = () => page.waitForFunction(() => (window as any).pbjs.getUserIds().uid2?.id === (window as any).__uid2.getAdvertisingToken());
  const asked = (what: string) => world.operator.admin.requests().filter(({ path, preflight }: any) => path.endsWith(what) && !preflight).length;

  for (const name of ['client-side', 'secure-signals']) {
    it(`${name}: log in, reload, opt out, reload, log out`, async () => {
      const signal = (): Promise<unknown[]> => page.evaluate(() => (window as any).google?.ima.request());
      await open(name);
      await shows({ ...NOBODY, updates: '2' }, told('InitCompleted'));

      expect(await page.evaluate((email) => (window as any).logIn(email), EMAIL)).to.equal(undefined);
      const first = await token();
      await shows({ ...known(first), updates: '3' }, told('IdentityUpdated', true));
      if (name === 'secure-signals') expect(await signal()).to.deep.equal([first]);
      await bids();

      await page.reload();
      await shows({ ...known(first), updates: '1' }, told('InitCompleted', true));
      if (name === 'secure-signals') expect(await signal()).to.deep.equal([first]);
      expect(asked('client-generate')).to.equal(1);

      world.operator.admin.optOut({ email: EMAIL });
      await world.later(2 * HOUR);
      await page.reload();
      await shows({ ...OPTED_OUT, updates: '3' }, told('IdentityUpdated'));
      if (name === 'secure-signals') expect(await signal()).to.deep.equal([null]);

      await page.reload();
      await shows({ ...OPTED_OUT, updates: '2' }, told('OptoutReceived'));

      await page.evaluate(() => (window as any).logOut());
      await shows({ ...NOBODY, updates: '3' }, told('IdentityUpdated'));
      await page.reload();
      await shows({ ...NOBODY, updates: '2' }, told('InitCompleted'));

      expect(await page.evaluate((email) => (window as any).logIn(email), EMAIL)).to.equal(undefined);
      await shows({ ...OPTED_OUT, updates: '4' }, told('IdentityUpdated'));
    });
  }

  it('client-server: log in, reload, refresh, opt out, reload, log out', async () => {
    const state = (status: number, given: string | undefined, statusText: string) => JSON.stringify({ advertisingToken: given, advertising_token: given, status, statusText });
    await open('client-server');
    await shows({ ...NOBODY, updates: '2' }, state(-1, undefined, 'none'));

    const { advertising_token: first } = (await site.logIn(EMAIL))!;
    await page.reload();
    await shows({ ...known(first), updates: '1' }, state(0, first, 'ok'));
    await bids();

    await page.reload();
    await shows({ ...known(first), updates: '1' }, state(0, first, 'ok'));

    await world.later(2 * HOUR);
    await page.reload();
    await page.waitForFunction((old) => (window as any).__uid2?.getAdvertisingToken?.() !== old, first);
    const second = await token();
    await shows({ ...known(second), updates: '3' }, '"IdentityUpdated"');
    expect(asked('refresh')).to.equal(1);

    world.operator.admin.optOut({ email: EMAIL });
    await world.later(4 * HOUR);
    await page.reload();
    await shows({ ...OPTED_OUT, updates: '3' }, '"IdentityUpdated"');
    expect(await site.logIn(EMAIL)).to.equal(undefined);
    await page.reload();
    await shows({ ...OPTED_OUT, updates: '1' }, state(-4, undefined, 'optedOut'));

    site.logOut();
    await page.evaluate(() => (window as any).logOut());
    await shows({ ...NOBODY, updates: '2' }, '"IdentityUpdated"');
    await page.reload();
    await shows({ ...NOBODY, updates: '2' }, state(-1, undefined, 'none'));
  });
});
