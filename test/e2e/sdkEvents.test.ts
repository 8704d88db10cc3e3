// What pages written for UID2's SDK are told, and in which order.
import { expect } from 'chai';
import { ANSWERS, answers, GONE, heard, hears, listening, OTHER, row, SDK_KEY, setIdentity, stored, token, withSdk } from './sdkPage.ts';
import { expectNoUid2, KEY } from './visitor.ts';

describe('window.__uid2 tells of', () => {
  const world = withSdk();
  const { load, init, asked } = world;

  it('nobody', async () => {
    const page = await load();
    await init(page);
    expect(await heard(page)).to.deep.equal([['IdentityUpdated', null], [-1, null], ['InitCompleted', null]]);
  });
  it('a valid identity', async () => {
    const { advertising_token: first, ...rest } = await world.login();
    const page = await load();
    await init(page, { advertising_token: first, ...rest });
    expect(await heard(page)).to.deep.equal([[0, first], ['InitCompleted', first]]);
    expect(asked()).to.not.include('refresh');
  });
  it('an identity that is due for a refresh, and of the refreshed one', async () => {
    const identity = await world.login('stale');
    const page = await load();
    await init(page, identity);
    await hears(page, 4);
    const now = (await token(page))!;
    expect(now).to.not.equal(identity.advertising_token);
    expect(await heard(page)).to.deep.equal([[0, identity.advertising_token], ['InitCompleted', identity.advertising_token], [1, now], ['IdentityUpdated', now]]);
  });
  it('an expired identity, and of the refreshed one', async () => {
    const identity = await world.login('expired');
    const page = await load();
    await init(page, identity);
    await hears(page, 4);
    const now = await token(page);
    expect(now).to.be.a('string');
    expect(await heard(page)).to.deep.equal([[100, null], ['InitCompleted', null], [1, now], ['IdentityUpdated', now]]);
  });
  it('an opt-out at a refresh', async () => {
    const identity = await world.login('stale');
    world.operator.admin.fault({ endpoint: 'refresh', kind: 'optout' });
    const page = await load();
    await init(page, identity);
    await hears(page, 5);
    expect((await heard(page)).slice(2)).to.deep.equal([[-4, null], ['OptoutReceived', null], ['IdentityUpdated', null]]);
    expect(await answers(page)).to.deep.equal(row(ANSWERS.optedOut));
  });
  it('a stored opt-out', async () => {
    const identity = await world.login('stale');
    world.operator.admin.fault({ endpoint: 'refresh', kind: 'optout' });
    const page = await load();
    await init(page, identity);
    await hears(page, 5);
    await load(page);
    // it begins by itself, as an earlier page has
    await page.waitForFunction(() => (window as any).__uid2.isInitComplete());
    expect(await answers(page)).to.deep.equal(row(ANSWERS.optedOut));
    await page.evaluate(() => (window as any).heard.splice(1));
    await init(page);
    expect(await heard(page)).to.deep.equal([[-4, null], ['InitCompleted', null], ['OptoutReceived', null]]);
  });
  it('a refresh that fails, with a warning', async () => {
    const identity = await world.login('stale');
    world.operator.admin.fault({ endpoint: 'refresh', kind: 'status', status: 500 });
    const page = await load();
    const warnings: string[] = [];
    page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()));
    await page.evaluate(() => (window as any).pbjs.setConfig({ debug: true }));
    await init(page, identity);
    await hears(page, 3);
    expect((await heard(page)).slice(2)).to.deep.equal([['IdentityUpdated', identity.advertising_token]]);
    expect(warnings.filter((text) => /UID2: http 500/.test(text))).to.have.length(1);
  });
  it('a refresh that fails, once, and of another try that does not', async () => {
    const identity = await world.login('stale');
    world.operator.admin.fault({ endpoint: 'refresh', kind: 'status', status: 500 });
    const page = await load();
    await init(page, identity);
    await hears(page, 3);
    world.operator.admin.clearFaults();
    await world.later(10_000);
    const now = await page.evaluate(() => (window as any).__uid2.getAdvertisingTokenAsync());
    expect(world.refreshes()).to.have.length(2);
    expect((await heard(page)).slice(2)).to.deep.equal([['IdentityUpdated', identity.advertising_token], [1, now], ['IdentityUpdated', now]]);
  });
  it('a logout, which rejects what is awaited', async () => {
    const identity = await world.login('expired');
    world.operator.admin.fault({ endpoint: 'refresh', kind: 'hang' });
    const page = await load();
    await init(page, identity);
    const reason = await page.evaluate(async () => {
      const { __uid2 } = window as any;
      const awaited = __uid2.getAdvertisingTokenAsync().catch((error: Error) => error.message);
      __uid2.disconnect();
      return awaited;
    });
    expect(reason).to.equal('UID2 SDK aborted.');
    expect((await heard(page)).at(-1)).to.deep.equal(['IdentityUpdated', null]);
    expect(await answers(page)).to.deep.equal(GONE);
    expect([await stored(page, SDK_KEY), await stored(page, KEY)]).to.deep.equal([null, null]);
  });

  it('says so when what init is given is no identity', async () => {
    const page = await load();
    await init(page, { advertising_token: 'x' });
    expect(await heard(page)).to.deep.equal([['IdentityUpdated', null], [-2, null], ['InitCompleted', null]]);
  });
  it('says so when what init is given is no identity, and leaves who is stored', async () => {
    const { advertising_token: first, ...more } = await world.login();
    const page = await load();
    await init(page, { advertising_token: first, ...more });
    await load(page);
    await page.evaluate(() => (window as any).heard.splice(1));
    await init(page, { advertising_token: 'x' });
    expect(await heard(page)).to.deep.equal([[-2, first], ['InitCompleted', first]]);
    expect((await stored(page, SDK_KEY)).advertising_token).to.equal(first);
  });
  it('says so when what init is given cannot be refreshed any more', async () => {
    const page = await load();
    await init(page, await world.login('dead'));
    expect(await heard(page)).to.deep.equal([['IdentityUpdated', null], [-3, null], ['InitCompleted', null]]);
    expect(await answers(page)).to.deep.equal(GONE);
  });

  it('merges a second init: another operator, one more callback, InitCompleted again', async () => {
    const identity = await world.login('expired');
    const page = await load();
    await init(page, undefined, { baseUrl: `${world.operator.url}/elsewhere` });
    await init(page, identity);
    await hears(page, 9);
    const now = await token(page);
    expect((await heard(page)).slice(3)).to.deep.equal([[100, null], [100, null], ['InitCompleted', null], [1, now], [1, now], ['IdentityUpdated', now]]);
    expect(world.refreshes().map(({ path }) => path)).to.deep.equal(['/v2/token/refresh']);
  });

  it('SdkLoaded and InitCompleted to who listens late, and goes on when a callback throws', async () => {
    const page = await load();
    await init(page, await world.login());
    const late = await page.evaluate(() => {
      const events: string[] = [];
      const { callbacks } = (window as any).__uid2;
      callbacks.push(null, 'no function', (event: string) => events.push(event));
      (window as any).__uid2.disconnect();
      return events;
    });
    expect(late).to.deep.equal(['SdkLoaded', 'InitCompleted', 'IdentityUpdated']);
  });

  it('tells of a refresh once, though a callback makes the module look again', async () => {
    const identity = await world.login('stale');
    const page = await load();
    await page.evaluate(() => (window as any).__uid2.callbacks.push(() => dispatchEvent(new Event('pageshow'))));
    await init(page, identity);
    await hears(page, 4);
    const now = await token(page);
    expect((await heard(page)).slice(2)).to.deep.equal([[1, now], ['IdentityUpdated', now]]);
  });

  it('tells nobody of a token after it has told of its end', async () => {
    const identity = await world.login();
    const page = await load();
    const events = await page.evaluate(async (options) => {
      const { __uid2 } = window as any;
      const told: unknown[] = [];
      __uid2.callbacks.splice(0);
      __uid2.callbacks.push((event: string) => event === 'InitCompleted' && __uid2.disconnect());
      __uid2.callbacks.push((_event: string, payload: { identity?: unknown }) => told.push(!!payload.identity));
      __uid2.init(options);
      return told;
    }, { identity, baseUrl: world.operator.url });
    expect(events.at(-1)).to.equal(false);
  });

  it('another identity by setIdentity: 1, and a request for it if that is due', async () => {
    const page = await load();
    await init(page, await world.login());
    const next = await world.login('stale', OTHER);
    expect(await setIdentity(page, next)).to.equal('done');
    await hears(page, 6);
    const now = await token(page);
    expect((await heard(page)).slice(2)).to.deep.equal([[1, next.advertising_token], ['IdentityUpdated', next.advertising_token], [1, now], ['IdentityUpdated', now]]);
  });
  it('an opt-out that init is given, which ends whoever is stored', async () => {
    const visitor = await world.open({ params: {} });
    const identity = await world.login();
    await init(await listening(visitor), identity);
    await visitor.load();
    const page = await listening(visitor);
    await page.waitForFunction(() => (window as any).__uid2.isInitComplete());
    await page.evaluate(() => (window as any).heard.splice(1));
    await page.evaluate((baseUrl) => (window as any).begin({ baseUrl, identity: { status: 'optout' } }), world.operator.url);
    expect(await heard(page)).to.deep.equal([[-4, null], ['InitCompleted', null], ['OptoutReceived', null]]);
    expect(await answers(page)).to.deep.equal(row(ANSWERS.optedOut));
    expectNoUid2(await visitor.auction(), identity.advertising_token);
    expect([(await stored(page, SDK_KEY)).status, await stored(page, KEY)]).to.deep.equal(['optout', null]);
  });
  it('an opt-out by setIdentity, which is kept', async () => {
    const page = await load();
    await init(page, await world.login());
    // with whatever else the server's answer has
    expect(await setIdentity(page, { status: 'optout', message: 'opted out', ...await world.login() })).to.equal('done');
    expect((await heard(page)).slice(2)).to.deep.equal([[-4, null], ['OptoutReceived', null], ['IdentityUpdated', null]]);
    expect(await answers(page)).to.deep.equal(row(ANSWERS.optedOut));
    expect(await stored(page, SDK_KEY)).to.include({ status: 'optout' });
    await load(page);
    expect((await answers(page)).slice(0, 4)).to.deep.equal(row(ANSWERS.optedOut).slice(0, 4));
  });
  it('SdkLoaded with the identity that is stored, and with null where there is none', async () => {
    const page = await load();
    expect(await page.evaluate(() => (window as any).heard)).to.deep.equal([['SdkLoaded', null]]);
    const identity = await world.login();
    await init(page, identity);
    await load(page);
    expect((await page.evaluate(() => (window as any).heard))[0]).to.deep.equal(['SdkLoaded', identity.advertising_token]);
  });
  it('a refresh token that the operator calls expired: a login is required', async () => {
    for (const age of ['expired', 'stale'] as const) {
      const identity = await world.login(age);
      world.operator.admin.fault({ endpoint: 'refresh', kind: 'status', status: 400, body: '{"status":"expired_token","message":"Expired Token presented"}' });
      const page = await world.page();
      await load(page);
      await init(page, identity);
      await page.waitForFunction(() => (window as any).__uid2.isLoginRequired());
      expect((await heard(page)).slice(-2)).to.deep.equal([[-3, null], ['IdentityUpdated', null]]);
      expect(await answers(page)).to.deep.equal(row(ANSWERS.nobody));
      expect(await stored(page, SDK_KEY)).to.equal(null);
    }
  });
  it('no success where an answer says error, whatever else it holds', async () => {
    // its answers are not encrypted: else what is sent here would be none at all
    const identity = await world.loginV1('stale');
    const body = await world.loginV1();
    world.operator.admin.fault({ endpoint: 'refresh', kind: 'status', status: 200, body: JSON.stringify({ status: 'error', body }) });
    const page = await load();
    await init(page, identity);
    await hears(page, 3);
    expect((await heard(page)).slice(2)).to.deep.equal([['IdentityUpdated', identity.advertising_token]]);
    expect(await token(page)).to.equal(identity.advertising_token);
  });
  it('a logout by a callback that hears of nobody, once and at once', async () => {
    const page = await load();
    const spent = await page.evaluate(() => {
      const { __uid2 } = window as any;
      __uid2.callbacks.push((_event: string, payload: { identity?: unknown }) => { if (!payload.identity) __uid2.disconnect(); });
      const from = performance.now();
      __uid2.init({});
      return performance.now() - from;
    });
    expect(spent).to.be.below(2000);
    expect((await heard(page)).length).to.be.below(20);
    expect(await answers(page)).to.deep.equal(row(ANSWERS.nobody));
  });
  it('callbacks that answer every event by another call, until it has had enough', async () => {
    const page = await load();
    const spent = await page.evaluate(() => {
      const { __uid2 } = window as any;
      __uid2.callbacks.push(() => __uid2.init({}), () => __uid2.init({}));
      const from = performance.now();
      __uid2.init({});
      return performance.now() - from;
    });
    expect(spent).to.be.below(5000);
    expect((await heard(page)).length).to.be.below(300);
    expect(await page.evaluate(() => (window as any).__uid2.isInitComplete())).to.equal(true);
  });
  it('no opt-out after the next reader, whom a callback has named as it heard of that', async () => {
    const page = await load();
    const [identity, { advertising_token: next, ...rest }] = [await world.login(), await world.login('fresh', OTHER)];
    await init(page, identity);
    await page.evaluate((given) => {
      const { __uid2 } = window as any;
      __uid2.init({ callback({ status }: { status: number }) { if (status === -4) __uid2.setIdentity(given); } });
    }, { advertising_token: next, ...rest });
    const before = (await heard(page)).length;
    await setIdentity(page, { status: 'optout' });
    expect((await heard(page)).slice(before)).to.deep.equal([[-4, null], [1, next], ['IdentityUpdated', next]]);
  });
  it('no opt-out to a second callback, where the first one has named the next reader as it heard of that', async () => {
    const page = await load();
    const [identity, { advertising_token: next, ...rest }] = [await world.login(), await world.login('fresh', OTHER)];
    await page.evaluate((given) => {
      const { __uid2 } = window as any;
      __uid2.callbacks.unshift((event: string) => { if (event === 'OptoutReceived') __uid2.setIdentity(given); });
    }, { advertising_token: next, ...rest });
    await init(page, identity);
    const before = (await heard(page)).length;
    await setIdentity(page, { status: 'optout' });
    expect((await heard(page)).slice(before)).to.deep.equal([[-4, null], [1, next], ['IdentityUpdated', next]]);
  });
  it('no opt-out to the callback of a second init, where that of the first has named the next reader as it heard of that', async () => {
    const page = await load();
    const { advertising_token: next, ...rest } = await world.login();
    await page.evaluate((given) => {
      const { __uid2 } = window as any;
      __uid2.init({ callback({ status }: { status: number }) { if (status === -4) __uid2.setIdentity(given); } });
    }, { advertising_token: next, ...rest });
    await init(page);
    const before = (await heard(page)).length;
    await setIdentity(page, { status: 'optout' });
    expect((await heard(page)).slice(before)).to.deep.equal([[1, next], ['IdentityUpdated', next]]);
  });
});
