// A bundle without client-side generation: nothing of it is left, and its params are answered with a warning.
import { expect } from 'chai';
import fs from 'node:fs';
import type { Browser } from 'playwright-core';
import { builtOf } from '../harness/bundles.ts';
import { launchChromium } from '../harness/chromium.ts';

const TRACES = [
  'client-generate', 'subscription_id', 'public_key', 'spki', 'ECDH', 'P-256', 'deriveKey', 'email_hash', 'phone_hash', 'emailHash', 'phoneHash', 'subscriptionId',
  'gmail.com', 'UID2-X-', '\\d{10,15}', 'AEIMQUYcgkosw048', 'more than one of', 'invalid serverPublicKey'
];
const PARAMS = { serverPublicKey: 'UID2-X-L-key', subscriptionId: 'subscription', email: 'user@example.com' };

describe('a bundle without UID2_CSTG', function () {
  this.timeout(120_000);
  let whole: string;
  let small: string;
  let file: string;
  let browser: Browser;

  before(async () => {
    // the same as elsewhere in these tests, so that they are built once
    const modules = ['uid2IdSystem', 'appnexusBidAdapter'];
    file = await builtOf({ modules, disable: ['UID2_CSTG'] });
    small = fs.readFileSync(file, 'utf8');
    whole = fs.readFileSync(await builtOf({ modules }), 'utf8');
    browser = await launchChromium([], false);
  });

  after(async () => {
    await browser?.close();
  });

  for (const trace of TRACES) {
    it(`has no trace of client-side generation: ${trace}`, () => {
      expect(whole.includes(trace), 'the whole bundle has it').to.equal(true);
      expect(small.includes(trace)).to.equal(false);
    });
  }

  /** What a page has with these params: warnings of the module, the status, the ID. */
  async function open(params: object) {
    const page = await browser.newPage();
    try {
      const warnings: string[] = [];
      page.on('console', (message) => message.text().includes('UID2: ') && warnings.push(message.text()));
      await page.route('**/*', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>page</title>' }));
      await page.goto('https://publisher.example/');
      await page.addScriptTag({ path: file });
      const seen = await page.evaluate(async (given) => {
        const { pbjs } = window as any;
        pbjs.setConfig({ debug: true, userSync: { auctionDelay: 60_000, userIds: [{ name: 'uid2', params: given }] } });
        await pbjs.getUserIdsAsync();
        await pbjs.refreshUserIds();
        return { status: pbjs.uid2.status(), ids: pbjs.getUserIds(), stored: Object.keys(localStorage) };
      }, params);
      return { warnings, ...seen };
    } finally {
      await page.close();
    }
  }

  it('warns once of the params, without showing them', async () => {
    const { warnings, status, ids, stored } = await open(PARAMS);
    expect([status.reason, ids, stored.filter((key) => key.startsWith('__uid2'))]).to.eql(['built without UID2_CSTG', {}, []]);
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.include('built without UID2_CSTG');
    for (const secret of Object.values(PARAMS)) expect(warnings[0]).to.not.include(secret);
  });

  it('uses a supplied token all the same', async () => {
    const hour = 3600_000;
    const now = Date.now();
    const uid2Token = { advertising_token: 'token', refresh_token: 'refresh', refresh_from: now + hour, identity_expires: now + 4 * hour, refresh_expires: now + 720 * hour };
    const { status, ids } = await open({ ...PARAMS, uid2Token });
    expect([status.reason, ids]).to.eql(['ok', { uid2: { id: 'token' } }]);
  });

  it('says nothing where there are no such params', async () => {
    expect((await open({})).warnings).to.eql([]);
  });
});
