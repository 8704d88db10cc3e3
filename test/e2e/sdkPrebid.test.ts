// `window.__uid2` and Prebid: one reader, one request.
import { expect } from 'chai';
import type { Identity } from '../../operator/index.ts';
import { disconnect, heard, hears, HOUR, listening, OTHER, SDK_KEY, stored, token, withSdk } from './sdkPage.ts';
import { type Visitor } from './visitor.ts';

describe('window.__uid2 and Prebid', () => {
  const world = withSdk();
  const { load, init } = world;

  const bare = (): Promise<Visitor> => world.open({ params: {} });

  it('bid with the identity given to init, with no params at all', async () => {
    const visitor = await bare();
    const identity = await world.login();
    await init(await listening(visitor), identity);
    expect((await visitor.auction()).uid2.appnexus).to.equal(identity.advertising_token);
  });

  it('share the token of Prebid\'s config', async () => {
    const identity = await world.login();
    const visitor = await world.open({ params: { uid2Token: identity } });
    expect(await token(visitor.page)).to.equal(identity.advertising_token);
  });
  it('make one request for an identity that both are given', async () => {
    const identity = await world.login('stale');
    const visitor = await world.open({ params: { uid2Token: identity } });
    await init(await listening(visitor), identity);
    const { uid2 } = await visitor.auction();
    expect(uid2.appnexus).to.equal(await token(visitor.page));
    expect(world.refreshes()).to.have.length(1);
  });
  it('say what is missing where Prebid\'s config names no uid2', async () => {
    const page = await load();
    await init(page, await world.login());
    expect(await page.evaluate(() => (window as any).pbjs.uid2.status())).to.include({ state: 'fresh', reason: 'notConfigured' });
  });
  it('tells a tab of a refresh that another has made', async () => {
    const pages = [await load(), await load()];
    const identity = await world.login();
    for (const page of pages) await init(page, identity);
    await world.later(2 * HOUR);
    const now = await pages[0].evaluate(() => (window as any).__uid2.getAdvertisingTokenAsync());
    expect(now).to.not.equal(identity.advertising_token);
    await hears(pages[1], 4);
    expect((await heard(pages[1])).slice(2)).to.deep.equal([[1, now], ['IdentityUpdated', now]]);
    expect(world.refreshes()).to.have.length(1);
  });

  it('answers with the config\'s token, which goes before init\'s', async () => {
    const [ours, theirs] = [await world.login(), await world.login('fresh', OTHER)];
    const visitor = await world.open({ params: { uid2Token: ours } });
    await init(await listening(visitor), { ...theirs, identity_expires: theirs.identity_expires + HOUR });
    expect(await token(visitor.page)).to.equal(ours.advertising_token);
    expect((await visitor.auction()).uid2.appnexus).to.equal(ours.advertising_token);
  });
  it('tells at once of the config\'s token, though Prebid has not asked for it yet, and nobody of init\'s', async () => {
    const [ours, theirs] = [await world.login(), await world.login('stale', OTHER)];
    const entries = [{ name: 'uid2', params: { uid2ApiBase: world.operator.url, uid2Token: ours } }];
    const page = await world.loadHtml(`<script>
      window.heard = [];
      window.pbjs = { que: [() => pbjs.setConfig(${JSON.stringify({ userSync: { auctionDelay: 60_000, syncEnabled: false, userIds: entries } })})] };
      window.__uid2 = { callbacks: [(event, { identity }) => {
        heard.push([event, identity && identity.advertising_token]);
        if (event === 'SdkLoaded') __uid2.init({ baseUrl: '${world.operator.url}', identity: ${JSON.stringify(theirs)} });
      }] };
    </script><script src="/prebid.js"></script>`);
    await page.waitForFunction(() => (window as any).pbjs?.getUserIds?.().uid2);
    expect(await heard(page)).to.deep.equal([['InitCompleted', ours.advertising_token]]);
    expect([await token(page), world.refreshes().length]).to.deep.equal([ours.advertising_token, 0]);
  });
  it('leave it to the config that its reader has opted out, also after a logout', async () => {
    const visitor = await world.open({ params: { uid2Token: { status: 'optout' } as object } });
    const page = await listening(visitor);
    await init(page);
    await disconnect(page);
    const next = await world.login();
    await init(page, next);
    expect([await token(page), (await visitor.auction()).uid2.appnexus]).to.deep.equal([undefined, undefined]);
    await page.evaluate(() => (window as any).pbjs.setConfig({ userSync: { userIds: [{ name: 'uid2' }] } }));
    expect(await token(page)).to.equal(next.advertising_token);
  });
  for (const [retainConfig, counts] of [[true, 'counts'], [false, 'does not count']] as const) {
    it(`say that an entry which was taken out of Prebid's config ${counts} before init, with retainConfig ${retainConfig}`, async () => {
      const [ours, theirs] = [await world.login(), await world.login('fresh', OTHER)];
      const visitor = await world.open({ params: { uid2Token: ours } });
      const page = await listening(visitor);
      await page.evaluate((retain) => (window as any).pbjs.setConfig({ userSync: { retainConfig: retain, userIds: [] } }), retainConfig);
      await init(page, theirs);
      expect(await token(page)).to.equal(retainConfig ? ours.advertising_token : theirs.advertising_token);
    });
  }
  it('answers with the identity of init, which goes before a cookie\'s', async () => {
    const [ours, theirs] = [await world.login(), await world.login('fresh', OTHER)];
    await world.context.addCookies([{ name: 'login', value: encodeURIComponent(JSON.stringify(ours)), url: world.url }]);
    const visitor = await world.open({ params: { uid2Cookie: 'login' } });
    const page = await listening(visitor);
    expect((await visitor.auction()).uid2.appnexus).to.equal(ours.advertising_token);
    await init(page, theirs);
    expect(await token(page)).to.equal(theirs.advertising_token);
    expect((await visitor.auction()).uid2.appnexus).to.equal(theirs.advertising_token);
  });
  it('hears of the next user, whom only the config names', async () => {
    const [first, second] = [await world.login('stale'), await world.login('fresh', OTHER)];
    world.operator.admin.fault({ endpoint: 'refresh', kind: 'hang' });
    const visitor = await world.open({ params: {} });
    const page = await listening(visitor);
    await init(page, first);
    await visitor.configure({ uid2Token: second });
    expect((await visitor.auction()).uid2.appnexus).to.equal(second.advertising_token);
    expect((await heard(page)).at(-1)).to.deep.equal(['IdentityUpdated', second.advertising_token]);
    expect((await stored(page, SDK_KEY)).advertising_token).to.equal(second.advertising_token);
  });

  it('says nothing secret in the console, debugging or not', async () => {
    const identity = await world.login('expired');
    const lines: string[] = [];
    const page = await world.page();
    page.on('console', (message) => lines.push(message.text()));
    await page.addInitScript('Object.assign(window, { pbjs: { que: [() => pbjs.setConfig({ debug: true })] } })');
    await load(page);
    await page.evaluate(() => (window as any).__uid2.callbacks.push(() => { throw new Error('of the page'); }));
    await init(page, identity);
    await hears(page, 4);
    const now = await token(page);
    world.operator.admin.fault({ endpoint: 'client-generate', kind: 'status', status: 500 });
    await page.evaluate((cstg) => (window as any).__uid2.setIdentityFromEmail('reader@example.org', cstg).catch(() => {}), world.operator.cstg);
    await page.evaluate((cstg) => (window as any).__uid2.setIdentityFromPhone('0491 570 006', cstg).catch(() => {}), world.operator.cstg);
    await disconnect(page);
    expect(lines.some((line) => /UID2/.test(line))).to.equal(true);
    const secrets = [identity.advertising_token, identity.refresh_token, identity.refresh_response_key!, now!, 'reader@example.org', '0491 570 006'];
    expect(secrets.filter((secret) => lines.some((line) => line.includes(secret)))).to.deep.equal([]);
  });

  it('bids byte for byte whatever the page does to identities that it has given or got', async () => {
    const identity = await world.login();
    const visitor = await world.open({ params: {} });
    await visitor.page.evaluate((options) => {
      const { __uid2 } = window as any;
      __uid2.callbacks.push((_event: string, payload: { identity?: Identity }) => { if (payload.identity) payload.identity.advertising_token = 'of an event'; });
      __uid2.init(options);
      options.identity.advertising_token = 'given';
      __uid2.getIdentity().advertising_token = 'got';
    }, { identity, baseUrl: world.operator.url });
    expect((await visitor.auction()).uid2.appnexus).to.equal(identity.advertising_token);
    expect(await token(visitor.page)).to.equal(identity.advertising_token);
  });
});
