// Google Secure Signals.
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { disconnect, heard, LISTEN, OTHER, setIdentity, token, withSdk } from './sdkPage.ts';

describe('window.__uid2 for Google Secure Signals', () => {
  const world = withSdk();
  const { load, init } = world;

  /** An object of the official script's shape, which cannot be had here. */
  const SCRIPT = `
    window.googletag = { cmd: [], secureSignalProviders: [] };
    window.registered = 0;
    window.__uid2SecureSignalProvider = {
      registerSecureSignalProvider() {
        registered++;
        googletag.secureSignalProviders.push({ id: 'uidapi.com', collectorFunction: () => __uid2.getAdvertisingTokenAsync() });
      }
    };`;
  const registered = (page: Page): Promise<number> => page.evaluate(() => (window as any).registered);
  const collected = (page: Page) => page.evaluate(() => (window as any).googletag.secureSignalProviders.at(-1).collectorFunction());

  it('the official script is told of an identity, and gets the token', async () => {
    const identity = await world.login();
    const page = await load();
    await page.evaluate(SCRIPT);
    await init(page);
    expect(await registered(page)).to.equal(0);
    await init(page, identity);
    expect(await registered(page)).to.equal(1);
    expect(await collected(page)).to.equal(identity.advertising_token);
  });
  it('a script that is loaded later is told by setupGoogleSecureSignals', async () => {
    const identity = await world.login('expired');
    const page = await load();
    await page.evaluate(() => (window as any).__uid2.constructor.setupGoogleSecureSignals());
    await init(page, identity);
    await page.evaluate(SCRIPT);
    await page.evaluate(() => (window as any).__uid2.constructor.setupGoogleSecureSignals());
    expect(await registered(page)).to.equal(1);
    expect(await collected(page)).to.equal(await token(page));
  });
  it('the official script is told once, whoever comes and goes', async () => {
    const page = await load();
    await page.evaluate(SCRIPT);
    await init(page, await world.login());
    await init(page, await world.login('fresh', OTHER));
    await setIdentity(page, await world.login());
    await disconnect(page);
    const identity = await world.login();
    await setIdentity(page, identity);
    expect(await registered(page)).to.equal(1);
    expect(await collected(page)).to.equal(identity.advertising_token);
  });
  it('goes on where the script throws', async () => {
    const identity = await world.login();
    const page = await load();
    await page.evaluate('window.__uid2SecureSignalProvider = { registerSecureSignalProvider() { throw new Error(); } }');
    await init(page, identity);
    expect(await heard(page)).to.deep.equal([[0, identity.advertising_token], ['InitCompleted', identity.advertising_token]]);
  });
  it('Prebid\'s own encryptedSignalSources has the eid', async () => {
    const identity = await world.login();
    const visitor = await world.open({ params: {} });
    const { page } = visitor;
    await page.evaluate(LISTEN);
    await init(page, identity);
    await page.evaluate('window.googletag = { secureSignalProviders: [], pubads: () => ({ getSlots: () => [] }) }');
    await page.evaluate(() => {
      const { pbjs } = window as any;
      pbjs.mergeConfig({ userSync: { encryptedSignalSources: { sources: [{ source: ['uidapi.com'], encrypt: false }] } } });
      pbjs.registerSignalSources();
    });
    await page.waitForFunction(() => (window as any).googletag.secureSignalProviders.length > 0);
    const signal = await page.evaluate(() => (window as any).googletag.secureSignalProviders[0].collectorFunction());
    expect(JSON.stringify(signal)).to.include(identity.advertising_token);
  });
});
