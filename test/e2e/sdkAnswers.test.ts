// What `window.__uid2` answers, state by state.
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { ANSWERS, answers, disconnect, GONE, hears, HOUR, row, SDK_KEY, setIdentity, stored, token, withSdk } from './sdkPage.ts';
import { KEY } from './visitor.ts';

describe('window.__uid2 answers', () => {
  const world = withSdk();
  const { load, init } = world;

  it('before init, with nothing stored', async () => {
    const page = await load();
    expect(await answers(page)).to.deep.equal([undefined, null, true, false, undefined]);
  });
  it('before init, with a valid identity that UID2\'s own SDK has stored', async () => {
    const identity = await world.login();
    const page = await load();
    await page.evaluate(([key, text]) => localStorage.setItem(key, text), [SDK_KEY, JSON.stringify(identity)]);
    await load(page);
    const { advertising_token: first } = identity;
    expect(await answers(page)).to.deep.equal([first, first, false, true, undefined]);
  });
  it('before init, on a page without uid2 in its config, with nobody who has left or opted out in another tab', async () => {
    for (const leave of [disconnect, (page: Page) => setIdentity(page, { status: 'optout' })]) {
      const pages = [await load(), await load()];
      const identity = await world.login();
      await init(pages[0], identity);
      await pages[1].evaluate((key) => localStorage.removeItem(key), `${SDK_KEY}_config`);
      await load(pages[1]);
      expect(await token(pages[1])).to.equal(identity.advertising_token);
      await leave(pages[0]);
      await pages[1].waitForFunction((key) => !localStorage.getItem(key), KEY);
      expect(await token(pages[1])).to.equal(undefined);
      expect(await pages[1].evaluate(() => (window as any).__uid2.isInitComplete())).to.equal(false);
    }
  });

  it('before init, and asks nobody', async () => {
    const page = await load();
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    const identity = await world.login('stale');
    await page.evaluate(([key, text]) => localStorage.setItem(key, text), [SDK_KEY, JSON.stringify(identity)]);
    await load(page);
    expect(await token(page)).to.equal(identity.advertising_token);
    // what had been asked would have come first
    await page.evaluate(() => navigator.locks.request('uid2', () => {}));
    expect(requests.filter((url) => url.includes('/token/'))).to.deep.equal([]);
  });
  it('while the refresh of an expired one is on its way, and after it has failed', async () => {
    const identity = await world.login('expired');
    world.operator.admin.fault({ endpoint: 'refresh', kind: 'status', status: 500, latency: 300 });
    const page = await load();
    const during = await page.evaluate(([options]) => {
      const { __uid2 } = window as any;
      __uid2.init(options);
      return [__uid2.getAdvertisingToken(), __uid2.getIdentity(), __uid2.isLoginRequired(), __uid2.isIdentityAvailable(), __uid2.hasOptedOut()];
    }, [{ baseUrl: world.operator.url, identity }]);
    expect(during).to.deep.equal(row(ANSWERS.asking));
    await page.waitForFunction(() => !(window as any).__uid2.isIdentityAvailable());
    expect(await answers(page)).to.deep.equal(row(ANSWERS.expired));
  });
  it('after the refresh of an expired one has failed in an earlier page: nobody has to log in', async () => {
    const identity = await world.login('expired');
    world.operator.admin.fault({ endpoint: 'refresh', kind: 'status', status: 500 });
    const page = await load();
    await init(page, identity);
    await hears(page, 3);
    await load(page);
    await page.waitForFunction(() => (window as any).__uid2.isInitComplete());
    expect(await answers(page)).to.deep.equal(row(ANSWERS.expired));
    world.operator.admin.clearFaults();
    await world.later(10_000);
    const now = await page.evaluate(() => (window as any).__uid2.getAdvertisingTokenAsync());
    expect(await answers(page)).to.deep.equal(row(ANSWERS.valid, now));
  });
  it('while a first token is on its way', async () => {
    world.operator.admin.fault({ endpoint: 'client-generate', kind: 'hang' });
    const page = await load();
    await init(page);
    await page.evaluate((cstg) => { (window as any).__uid2.setIdentityFromEmail('user@example.com', cstg).catch(() => {}); }, world.operator.cstg);
    expect(await answers(page)).to.deep.equal(row(ANSWERS.asking));
    await disconnect(page);
    expect(await answers(page)).to.deep.equal(GONE);
  });
  it('with TypeError and RangeError to bad options', async () => {
    const page = await load();
    const names = await page.evaluate(() => [undefined, null, 5, 'x', { callback: 5 }, { callback: null }, { refreshRetryPeriod: '5' }, { refreshRetryPeriod: null },
      { baseUrl: {} }, { cookiePath: 5 }, { cookiePath: '/;secure' }, { useCookie: 'yes' }, { cookieDomain: [] }, { refreshRetryPeriod: 999 }].map((options) => {
      try {
        return (window as any).__uid2.init(options);
      } catch (e) {
        return (e as Error).name;
      }
    }));
    expect(names).to.deep.equal([...Array(13).fill('TypeError'), 'RangeError']);
  });
  it('as if what is null were not given', async () => {
    const identity = await world.login();
    const page = await load();
    await page.evaluate((given) => (window as any).__uid2.init({ identity: given, baseUrl: null, useCookie: null, cookieDomain: null, cookiePath: null }), identity);
    expect(await token(page)).to.equal(identity.advertising_token);
    expect(await stored(page, `${SDK_KEY}_config`)).to.deep.equal({});
  });
  it('who calls abort: what is awaited is rejected, and the reader stays', async () => {
    const identity = await world.login('expired');
    world.operator.admin.fault({ endpoint: 'refresh', kind: 'hang' });
    world.operator.admin.fault({ endpoint: 'client-generate', kind: 'hang' });
    const page = await load();
    await init(page, identity);
    expect(await page.evaluate(() => {
      const { __uid2 } = window as any;
      const awaited = __uid2.getAdvertisingTokenAsync().catch(({ message }: Error) => message);
      __uid2.abort();
      return awaited;
    })).to.equal('UID2 SDK aborted.');
    expect(await answers(page)).to.deep.equal(row(ANSWERS.asking));
    expect(await page.evaluate((cstg) => {
      const { __uid2 } = window as any;
      const awaited = __uid2.setIdentityFromEmail('user@example.com', cstg).catch(({ message }: Error) => message);
      __uid2.abort();
      return awaited;
    }, world.operator.cstg)).to.equal('UID2 SDK aborted.');
    const next = await world.login();
    expect(await setIdentity(page, next)).to.equal('done');
    await page.evaluate(() => (window as any).__uid2.abort());
    expect(await token(page)).to.equal(next.advertising_token);
  });
  it('with the token once there is one, to who waits for it before init', async () => {
    const identity = await world.login('expired');
    const page = await load();
    const waited = page.evaluate(() => (window as any).__uid2.getAdvertisingTokenAsync());
    await init(page, identity);
    expect(await waited).to.equal(await token(page));
  });
  it('with the token, and listens for an abort no longer', async () => {
    const page = await load();
    await init(page, await world.login());
    expect(await page.evaluate(async () => {
      let count = 0;
      const { addEventListener, removeEventListener } = AbortSignal.prototype as any;
      Object.assign(AbortSignal.prototype, {
        addEventListener(...args: unknown[]) {
          count++;
          return addEventListener.apply(this, args);
        },
        removeEventListener(...args: unknown[]) {
          count--;
          return removeEventListener.apply(this, args);
        }
      });
      for (let calls = 0; calls < 3; calls++) await (window as any).__uid2.getAdvertisingTokenAsync();
      return count;
    })).to.equal(0);
  });
  it('with what is normalized and hashed', async () => {
    const page = await load();
    expect(await page.evaluate(async () => {
      const { normalizeEmail, isNormalizedPhone, hashIdentifier, hashAndEncodeIdentifier } = (window as any).__uid2Helper;
      return [normalizeEmail(' User.Name+x@GMAIL.com'), isNormalizedPhone('+12345678901'), isNormalizedPhone('12345678901'), await hashIdentifier('user@example.com'), await hashAndEncodeIdentifier('user@example.com')];
    })).to.deep.equal(['username@gmail.com', true, false, 'b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514', 'tMmiiTI7IaAcPpQPFQ65uMVCWH8av9jw4cwf/F5HVRQ=']);
  });

  it('finds the statics on the constructor', async () => {
    const page = await load();
    expect(await page.evaluate(() => {
      const { VERSION, DEFAULT_REFRESH_RETRY_PERIOD_MS, EventType, IdentityStatus, setupGoogleTag, setupGoogleSecureSignals } = (window as any).__uid2.constructor;
      return [typeof VERSION, DEFAULT_REFRESH_RETRY_PERIOD_MS, EventType, IdentityStatus, typeof setupGoogleTag, typeof setupGoogleSecureSignals];
    })).to.deep.equal(['string', 5000,
      { SdkLoaded: 'SdkLoaded', InitCompleted: 'InitCompleted', IdentityUpdated: 'IdentityUpdated', OptoutReceived: 'OptoutReceived' },
      { ESTABLISHED: 0, REFRESHED: 1, EXPIRED: 100, NO_IDENTITY: -1, INVALID: -2, REFRESH_EXPIRED: -3, OPTOUT: -4 },
      'function', 'function']);
  });

  it('rejects who waits for a token where there is none', async () => {
    const page = await load();
    await init(page);
    expect(await page.evaluate(() => (window as any).__uid2.getAdvertisingTokenAsync().catch((error: Error) => error instanceof Error))).to.equal(true);
  });

  it('forgets a token at once when its time is over, whoever asks', async () => {
    const identity = await world.login();
    const page = await load();
    await init(page, identity);
    world.operator.admin.fault({ endpoint: 'refresh', kind: 'status', status: 500 });
    await world.later(5 * HOUR);
    expect(await token(page)).to.equal(undefined);
    expect(await page.evaluate(() => (window as any).__uid2.getIdentity())).to.equal(null);
  });
});
