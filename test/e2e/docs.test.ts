import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import type { Identity } from '../../operator/index.ts';
import { COOKIE, expectTokenOf, setCookie } from './several.ts';
import { EMAIL, inBrowser } from './support.ts';

const DOCS = readFileSync(path.join(__dirname, '../../modules/uid2IdSystem.md'), 'utf8');
const SNIPPETS = [...DOCS.matchAll(/^```js\n([^]*?)^```$/gm)].map(([, code]) => code);

it('The docs have each param, and no other', () => {
  const source = readFileSync(path.join(__dirname, '../../modules/uid2IdSystem.ts'), 'utf8');
  const [, type] = /^export type Uid2IdSystemParams = \{\n([^]*?)^\};$/m.exec(source)!;
  const [, table] = /^\| Param \|.*\n\|[- |]+\|\n((?:\|.*\n)+)/m.exec(DOCS)!;
  const names = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name]) => name);
  expect(names(table, /^\| `(\w+)`/gm)).to.have.members(names(type, /^ {2}(\w+)\?:/gm)).and.not.empty;
});

describe('The snippets of the docs', () => {
  const world = inBrowser();
  let page: Page;
  const errors: string[] = [];

  /** The snippet with this text in it, on a page of its own, with what only a publisher has put in. */
  async function run(mark: string, identity?: Identity): Promise<void> {
    const found = SNIPPETS.filter((code) => code.includes(mark));
    expect(found, mark).to.have.length(1);
    const { serverPublicKey, subscriptionId } = world.operator.cstg;
    const code = found[0].replaceAll('UID2-X-P-…', serverPublicKey).replace('subscriptionId: \'…\'', `subscriptionId: '${subscriptionId}'`)
      .replace('reader@example.com', EMAIL)
      .replace(/uid2Token: \{[^}]*\}/, `uid2Token: ${JSON.stringify(identity)}`)
      .replace('id: \'…\'', `id: '${identity?.advertising_token}'`);
    expect(code, 'something is left to be put in').not.to.include('\'…\'');
    await page.addScriptTag({ content: code });
  }

  const token = () => page.evaluate(async () => (await (window as any).pbjs.getUserIdsAsync()).uid2?.id as string | undefined);
  const status = () => page.evaluate(() => (window as any).pbjs.uid2.status());
  const expectReader = async () => expectTokenOf(EMAIL, { sent: [], uid2: { page: await token() } });
  const runs: [mark: string, works: (mark: string) => Promise<void>][] = [
    ['uid2Cookie: \'uid2_pub_cookie\' } }] } });', async (mark) => {
      const identity = await world.login();
      await setCookie(world, identity);
      await run(mark);
      expect(await token()).to.equal(identity.advertising_token);
    }],
    ['uid2Token: {', async (mark) => {
      await run(mark, await world.login('expired'));
      await expectReader();
    }],
    ['email: \'reader@example.com\'', async (mark) => {
      await run(mark);
      await expectReader();
    }],
    ['function onLogin(email)', async (mark) => {
      await run(mark);
      expect(await token()).to.equal(undefined);
      for (const email of [EMAIL, 'other@example.com']) {
        await page.evaluate((who) => (window as any).onLogin(who), email);
        await page.waitForFunction(() => (window as any).pbjs.getUserIds().uid2);
        await expectTokenOf(email, { sent: [], uid2: { page: await token() } });
        await page.evaluate(() => (window as any).onLogout());
        expect(await token()).to.equal(undefined);
      }
    }],
    ['value: { uid2: { id', async (mark) => {
      const identity = await world.login();
      await run(mark, identity);
      expect(await token()).to.equal(identity.advertising_token);
      expect(await status()).to.include({ reason: 'not asked' });
    }],
    ['pbjs.uid2.disconnect();\n', async () => {
      await setCookie(world, await world.login());
      await run('uid2Cookie: \'uid2_pub_cookie\' } }] } });');
      await expectReader();
      const [logout] = SNIPPETS.filter((code) => code === 'pbjs.uid2.disconnect();\n');
      await page.addScriptTag({ content: logout });
      expect(await token()).to.equal(undefined);
      expect(await page.evaluate(() => document.cookie)).not.to.include(COOKIE);
    }],
    ['status() ?? ', async (mark) => {
      const said = page.waitForEvent('console');
      await run(mark);
      expect(await (await said).args()[0].jsonValue()).to.deep.equal(await status()).and.to.include({ state: 'none', reason: 'notConfigured' });
    }],
    ['encryptedSignalSources', async (mark) => {
      const identity = await world.login();
      await setCookie(world, identity);
      await page.addScriptTag({ content: 'googletag = { cmd: { push: (task) => task() }, pubads: () => ({ getSlots: () => [] }) }' });
      await run(mark);
      await page.waitForFunction(() => (window as any).googletag.secureSignalProviders.length);
      const [id, signal] = await page.evaluate(async () => {
        const [provider] = (window as any).googletag.secureSignalProviders;
        return [provider.id, await provider.collectorFunction()];
      });
      expect([id, signal]).to.deep.equal(['uidapi.com', identity.advertising_token]);
    }]
  ];

  beforeEach(async () => {
    await world.context.route('https://prod.uidapi.com/**', async (route) => {
      const { pathname, search } = new URL(route.request().url());
      await route.fulfill({ response: await route.fetch({ url: world.operator.url + pathname + search }) });
    });
    page = await world.page();
    errors.length = 0;
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(world.url);
  });

  it('are all here', () => {
    expect(SNIPPETS).to.have.length(runs.length);
  });

  for (const [at, [mark, works]] of runs.entries()) {
    it(`work: ${at + 1}, ${mark.trim()}`, async () => {
      await works(mark);
      expect(errors).to.deep.equal([]);
    });
  }
});
