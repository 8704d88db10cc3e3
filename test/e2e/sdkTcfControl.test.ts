// With tcfControl, which denies everything until the consent platform has answered, and with one that is named late.
import { expect } from 'chai';
import { ANSWERS, answers, heard, LISTEN, row, SLOW_CMP, withSdk } from './sdkPage.ts';

describe('window.__uid2 with tcfControl, and a consent platform that is named late', () => {
  const world = withSdk('tcfControl');
  const { load, loadHtml, asked, init } = world;
  // where Prebid is there already, its queue must stay what it is
  const NAMED = `${SLOW_CMP.replace(/window\.pbjs = \{ que: \[(.*)\] \};/, 'pbjs.que.push($1);')} pbjs.que.push(() => pbjs.getUserIdsAsync());`;

  it('has the identity that the page gives, before the answer', async () => {
    const identity = await world.login();
    const page = await loadHtml(`<script>window.pbjs = { que: [] };</script>
      <script src="/prebid.js"></script>
      <script>${NAMED} ${LISTEN} begin(${JSON.stringify({ baseUrl: world.operator.url, identity })});</script>`);
    await page.waitForFunction(() => (window as any).answer && document.readyState === 'complete');
    // what there is to be done once all scripts have run is done
    await page.evaluate(() => new Promise((resolve) => { (window as any).pbjs.que.push(() => setTimeout(resolve)); }));
    expect(await heard(page)).to.deep.equal([[0, identity.advertising_token], ['InitCompleted', identity.advertising_token]]);
    expect(await answers(page)).to.deep.equal(row(ANSWERS.valid, identity.advertising_token));
  });
  for (const age of [undefined, 'stale'] as const) {
    it(`rejects who has waited for a token since before that, asks nothing and keeps nothing (${age ?? 'nobody'})`, async () => {
      const page = await world.page();
      // as long as promises wait, and no longer
      await page.addInitScript('{ const set = setTimeout; window.setTimeout = (task, ms, ...rest) => set(task, ms === 10000 ? 50 : ms, ...rest); }');
      await load(page);
      await page.evaluate(() => {
        const { getAdvertisingTokenAsync } = (window as any).__uid2;
        (window as any).waits = getAdvertisingTokenAsync().then(() => 'done', ({ message }: Error) => message);
      });
      await page.evaluate(NAMED);
      await page.waitForFunction(() => (window as any).answer);
      await init(page, age && await world.login(age));
      expect(await page.evaluate(() => (window as any).waits)).to.equal('UID2: no token: waiting for consent');
      expect(asked().filter((name) => name !== 'generate')).to.deep.equal([]);
      expect(await page.evaluate(() => Object.keys(localStorage))).to.deep.equal([]);
    });
  }
});
