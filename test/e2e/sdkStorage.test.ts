// What `window.__uid2` keeps where UID2's SDK looks for it, and finds there.
import { expect } from 'chai';
import { answers, disconnect, GONE, heard, hears, HOUR, LISTEN, listening, OTHER, SDK_KEY, stored, token, withSdk } from './sdkPage.ts';

describe('window.__uid2 keeps', () => {
  const world = withSdk();
  const { load, init, leave, cookies } = world;

  it('keeps the user, refreshes the token, and keeps it where the SDK finds it', async () => {
    const identity = await world.login('stale');
    const page = await load();
    await leave(page, identity);
    await load(page);
    await init(page);
    await hears(page, 4);
    const now = await token(page);
    expect(now).to.be.a('string').and.not.equal(identity.advertising_token);
    expect((await stored(page, SDK_KEY)).advertising_token).to.equal(now);
  });
  it('does not show what has expired', async () => {
    const page = await load();
    await leave(page, await world.login('dead'));
    await load(page);
    expect(await token(page)).to.equal(undefined);
  });
  it('begins by itself with the options of an earlier page', async () => {
    const identity = await world.login();
    const page = await load();
    await init(page, identity);
    await load(page);
    await page.waitForFunction(() => (window as any).__uid2.isInitComplete());
    expect(await token(page)).to.equal(identity.advertising_token);
  });
  it('does not mind corrupt storage', async () => {
    const page = await load();
    await page.evaluate((key) => { localStorage.setItem(key, '{"advertising'); localStorage.setItem(`${key}_config`, '['); }, SDK_KEY);
    await load(page);
    await init(page);
    expect(await heard(page)).to.deep.equal([['IdentityUpdated', null], [-1, null], ['InitCompleted', null]]);
  });
  it('the later to expire, of ours and of what UID2\'s SDK has kept', async () => {
    const [ours, theirs] = [await world.login(), await world.login('fresh', OTHER)];
    for (const [ahead, wanted] of [[-HOUR, ours], [HOUR, theirs]] as const) {
      const page = await load();
      await init(page, ours);
      await leave(page, { ...theirs, identity_expires: ours.identity_expires + ahead });
      await load(page);
      await init(page);
      expect(await token(page)).to.equal(wanted.advertising_token);
      expect((await stored(page, SDK_KEY)).advertising_token).to.equal(wanted.advertising_token);
    }
  });
  for (const [name, other] of [
    ['sooner', (identity: object) => ({ ...identity, identity_expires: Date.now() + HOUR })],
    ['at once, as it is dead', (identity: object) => ({ ...identity, refresh_expires: 1 })],
    ['at once, as it is junk', () => '{"advertising']
  ] as const) {
    it(`the cookie of a server, where localStorage has one that expires ${name}`, async () => {
      const [old, next] = [await world.login(), await world.login('fresh', OTHER)];
      await world.context.addCookies([{ name: '__uid_2', value: encodeURIComponent(JSON.stringify(next)), url: world.url }]);
      const page = await load();
      await leave(page, other(old));
      await load(page);
      await init(page, undefined, { useCookie: true });
      expect(await token(page)).to.equal(next.advertising_token);
      expect(await stored(page, SDK_KEY)).to.equal(null);
    });
    it(`localStorage, where a cookie expires ${name}`, async () => {
      const [old, next] = [await world.login(), await world.login('fresh', OTHER)];
      const value = other(old);
      await world.context.addCookies([{ name: '__uid_2', value: encodeURIComponent(typeof value === 'string' ? value : JSON.stringify(value)), url: world.url }]);
      const page = await load();
      await leave(page, next);
      await load(page);
      await init(page);
      expect(await token(page)).to.equal(next.advertising_token);
      expect(await cookies()).to.not.have.property('__uid_2');
    });
  }
  it('nothing that is dead or corrupt', async () => {
    const page = await load();
    const junk = ['{"advertising', '5', '{}', JSON.stringify({ ...await world.login(), refresh_expires: 1 }), JSON.stringify({ status: 'optout', refresh_expires: 1 })];
    for (const text of junk) {
      await leave(page, text);
      await world.context.addCookies([{ name: '__uid_2', value: encodeURIComponent(text), url: world.url }]);
      await load(page);
      await init(page);
      expect([await token(page), await page.evaluate((key) => localStorage.getItem(key), SDK_KEY), await cookies()]).to.deep.equal([undefined, null, {}]);
    }
  });
  it('of two readers whose tokens have expired the later one, for the next page', async () => {
    const [first, second] = [await world.login('expired'), await world.login('expired', OTHER)];
    world.operator.admin.fault({ endpoint: 'refresh', kind: 'status', status: 500 });
    const visitor = await world.open({ params: {} });
    await init(await listening(visitor), first);
    await visitor.configure({ uid2Token: second });
    expect((await stored(visitor.page, SDK_KEY)).advertising_token).to.equal(second.advertising_token);
  });
  it('the options that it knows, and no secret that was given by mistake', async () => {
    const page = await load();
    const circular = '{ const circular = {}; circular.circular = circular; begin({ baseUrl: "https://operator.example", apiKey: "secret", clientSecret: circular, useCookie: false }); }';
    await page.evaluate(circular);
    expect(await stored(page, `${SDK_KEY}_config`)).to.deep.equal({ baseUrl: 'https://operator.example', useCookie: false });
    expect(JSON.stringify(await page.evaluate(() => ({ ...localStorage })))).to.not.include('secret');
  });
  it('all of it where a second init says: from localStorage to a cookie, and back', async () => {
    const identity = await world.login();
    const page = await load();
    await init(page, identity);
    await init(page, undefined, { useCookie: true });
    expect([await stored(page, SDK_KEY), await stored(page, `${SDK_KEY}_config`)]).to.deep.equal([null, null]);
    expect(JSON.parse((await cookies()).__uid_2)).to.include(identity);
    expect(Object.keys(await cookies())).to.include('__uid_2_config');
    await init(page, undefined, { useCookie: false });
    expect(await stored(page, SDK_KEY)).to.include(identity);
    expect(Object.keys(await cookies()).filter((name) => name.startsWith('__uid_2'))).to.deep.equal([]);
    expect(await token(page)).to.equal(identity.advertising_token);
  });
  it('the cookies at the path that init names, moves them to another, and clears them there', async () => {
    const identity = await world.login();
    const page = await world.page();
    await page.goto(`${world.url}shop/page`);
    await page.waitForFunction(() => (window as any).__uid2?.init);
    await page.evaluate(LISTEN);
    const paths = async () => (await world.context.cookies()).map(({ name, path }) => `${name} ${path}`).filter((one) => one.startsWith('__uid_2')).sort();
    await init(page, identity, { useCookie: true, cookiePath: '/shop' });
    expect(await paths()).to.deep.equal(['__uid_2 /shop', '__uid_2_config /shop']);
    await init(page, undefined, { cookiePath: '/shop/page' });
    expect(await paths()).to.deep.equal(['__uid_2 /shop/page', '__uid_2_config /shop/page']);
    expect(await token(page)).to.equal(identity.advertising_token);
    await disconnect(page);
    expect(await paths()).to.deep.equal(['__uid_2_config /shop/page']);
  });
  it('takes the cookies away again from a path that this page cannot read', async () => {
    const page = await load();
    await init(page, await world.login(), { useCookie: true, cookiePath: '/other' });
    const names = async () => (await world.context.cookies(`${world.url}other`)).map(({ name }) => name).filter((name) => name.startsWith('__uid_2')).sort();
    expect(await names()).to.deep.equal(['__uid_2', '__uid_2_config']);
    await init(page, undefined, { useCookie: false });
    expect(await names()).to.deep.equal([]);
  });
  it('keeps it in the SDK\'s cookie where that is wanted', async () => {
    const identity = await world.login();
    const page = await load();
    await init(page, identity, { useCookie: true });
    expect(JSON.parse((await cookies()).__uid_2).advertising_token).to.equal(identity.advertising_token);
    expect(await stored(page, SDK_KEY)).to.equal(null);
  });

  const OPTIONS = { refreshRetryPeriod: 2000, cookiePath: '/' };

  it('an opt-out for 72 hours, and no longer', async () => {
    const identity = await world.login('stale');
    world.operator.admin.fault({ endpoint: 'refresh', kind: 'optout' });
    const page = await load();
    await init(page, identity);
    await hears(page, 5);
    const optedOut = async () => {
      await load(page);
      await init(page);
      return page.evaluate(() => (window as any).__uid2.hasOptedOut());
    };
    await world.later(71 * HOUR);
    expect(await optedOut()).to.equal(true);
    await world.later(73 * HOUR);
    expect(await optedOut()).to.equal(false);
  });
  it('the options for the next page, without identity and callback', async () => {
    const page = await load();
    await init(page, await world.login(), OPTIONS);
    expect(await stored(page, `${SDK_KEY}_config`)).to.deep.equal({ baseUrl: world.operator.url, ...OPTIONS });
    expect(Object.keys(await cookies())).to.deep.equal([]);
  });
  it('the options in a cookie, where the identity is in one', async () => {
    const identity = await world.login();
    const page = await load();
    await init(page, identity, { ...OPTIONS, useCookie: true });
    expect(JSON.parse((await cookies()).__uid_2_config)).to.deep.equal({ baseUrl: world.operator.url, ...OPTIONS, useCookie: true });
    expect(await stored(page, `${SDK_KEY}_config`)).to.equal(null);
    await load(page);
    await page.waitForFunction(() => (window as any).__uid2.isInitComplete());
    expect(await token(page)).to.equal(identity.advertising_token);
  });
  it('the cookie at the domain that init names, moves it to another, and clears it there', async () => {
    const SITE = 'http://www.publisher.example/';
    const identity = await world.login();
    const page = await world.page();
    await page.route(`${SITE}**`, async (route) => route.fulfill({ response: await route.fetch({ url: route.request().url().replace(SITE, world.url) }) }));
    await page.goto(SITE);
    await page.waitForFunction(() => (window as any).__uid2?.init);
    await page.evaluate(LISTEN);
    await init(page, identity, { useCookie: true, cookieDomain: 'publisher.example' });
    const kept = async () => (await world.context.cookies(SITE)).find(({ name }) => name === '__uid_2');
    expect(await kept()).to.include({ domain: '.publisher.example', path: '/' });
    expect((await kept())!.expires).to.be.closeTo(identity.refresh_expires / 1000, 2);
    const domains = async () => (await world.context.cookies(SITE)).filter(({ name }) => name.startsWith('__uid_2')).map(({ name, domain }) => `${name} ${domain}`).sort();
    // a second init that names another domain
    await init(page, undefined, { cookieDomain: 'www.publisher.example' });
    expect(await domains()).to.deep.equal(['__uid_2 .www.publisher.example', '__uid_2_config .www.publisher.example']);
    expect(await token(page)).to.equal(identity.advertising_token);
    await disconnect(page);
    expect(await domains()).to.deep.equal(['__uid_2_config .www.publisher.example']);
  });
  for (const [name, value] of [['malformed', '%E0%A4%A'], ['no JSON', '%7B%22adv'], ['no identity', '%7B%22advertising_token%22%3A5%7D']]) {
    it(`nothing of a cookie that is ${name}`, async () => {
      await world.context.addCookies([{ name: '__uid_2', value, url: world.url }, { name: '__uid_2_config', value, url: world.url }]);
      const page = await load();
      await init(page, undefined, { useCookie: true });
      expect((await heard(page)).slice(-3)).to.deep.equal([['IdentityUpdated', null], [-1, null], ['InitCompleted', null]]);
    });
  }
  it('a user of the oldest cookies, which hold two tokens, and refreshes at once', async () => {
    const { advertising_token: first, refresh_token: refresh } = await world.loginV1();
    await world.context.addCookies([{ name: '__uid_2', value: encodeURIComponent(JSON.stringify({ advertising_token: first, refresh_token: refresh })), url: world.url }]);
    const page = await load();
    await init(page, undefined, { useCookie: true });
    await hears(page, 4);
    const now = await token(page);
    expect(await heard(page)).to.deep.equal([[0, first], ['InitCompleted', first], [1, now], ['IdentityUpdated', now]]);
    expect(now).to.be.a('string').and.not.equal(first);
  });
  it('working where storage is blocked', async () => {
    const identity = await world.login('expired');
    const page = await world.page();
    await page.addInitScript(`
      for (const name of ['getItem', 'setItem', 'removeItem']) Storage.prototype[name] = () => { throw new Error('blocked'); };
      Object.defineProperty(Document.prototype, 'cookie', { get() { throw new Error('blocked'); }, set() { throw new Error('blocked'); } });`);
    await load(page);
    await init(page, identity);
    await hears(page, 4);
    const now = await token(page);
    expect(await heard(page)).to.deep.equal([[100, null], ['InitCompleted', null], [1, now], ['IdentityUpdated', now]]);
    await disconnect(page);
    expect(await answers(page)).to.deep.equal(GONE);
  });

  it('leaves an identity whole that a page with UID2\'s own SDK keeps meanwhile, and bids with it', async () => {
    const identity = await world.login();
    const visitor = await world.open({ params: {} });
    const { page } = visitor;
    await page.evaluate(LISTEN);
    await init(page);
    await page.evaluate(([key, text]) => localStorage.setItem(key, text), [SDK_KEY, JSON.stringify(identity)]);
    for (let count = 0; count < 2; count++) expect((await visitor.auction()).uid2.appnexus).to.equal(identity.advertising_token);
    expect(await stored(page, SDK_KEY)).to.deep.equal(identity);
  });
});
