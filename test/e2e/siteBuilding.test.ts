// While Prebid is being built the site says so, and then shows itself.
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { startSite } from '../../integrationExamples/uid2/server.ts';
import { type Operator, startOperator } from '../../operator/index.ts';
import { begin, type Profile } from './profile.ts';
import { axeFindings, siteBundle } from './site.ts';

describe('The example site, while Prebid is being built', () => {
  let operator: Operator;
  let site: Awaited<ReturnType<typeof startSite>>;
  let profile: Profile;
  let page: Page;
  let finish: () => void;
  let fail: (error: Error) => void;

  beforeEach(async () => {
    profile = await begin({ isLookedAt: true });
    operator = await startOperator();
    const built = new Promise<void>((resolve, reject) => { finish = resolve; fail = reject; });
    site = await startSite({ operator, built, prebid: await siteBundle() });
    page = await profile.page();
    await page.goto(site.url);
    await page.getByRole('heading', { name: 'Prebid is being built' }).waitFor();
  });
  afterEach(async function () {
    await profile.end(`${site.url}/`, this.currentTest?.state === 'failed');
    await site.close();
    await operator.close();
  });

  it('loads by itself when the build is over', async () => {
    finish();
    await page.getByRole('heading', { name: 'Watch a UID2 token work' }).waitFor();
    await page.waitForFunction(() => (window as any).pbjs.libLoaded);
  });

  it('has nothing for axe to find', async () => {
    expect(await axeFindings(page)).to.deep.equal([]);
  });

  it('says that the build has failed', async () => {
    fail(new Error('of no interest here'));
    await page.getByRole('heading', { name: 'There is no Prebid' }).waitFor();
    expect(await page.getByRole('status').textContent()).to.equal('Prebid could not be built. The terminal says why.');
  });
});
