// The snippets of README.md: each mode with both its sides, from the server's cookie to the token in the page.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import { bundle } from './bundle.ts';
import { waitPatiently } from './patience.ts';
import { COOKIE, expectTokenOf, setCookie } from './several.ts';
import { answerOf, cookieIn, expectReadable, filledIn, sidesOf, snippetsOf } from './snippets.ts';
import { EMAIL, inBrowser } from './support.ts';

/** Each under its first line. */
const SNIPPETS = new Map(snippetsOf('README.md').map((code) => [code.split('\n')[0], code]));
const read = (file: string) => readFileSync(path.join(__dirname, '../..', file), 'utf8');

it('The two pictures of README.md differ in nothing but colours', () => {
  const [light, dark] = ['light', 'dark'].map((name) => read(`docs/flow-${name}.svg`));
  const plain = (svg: string) => svg.replace(/#[\da-f]{6}/g, 'colour');
  expect(plain(light)).to.equal(plain(dark));
  expect(light).not.to.equal(dark);
});

/** What generateToken gives of a reader who has opted out. */
const OPTED_OUT = { status: 'optout', refresh_expires: Date.now() + 30 * 24 * 3600_000 };

describe('The snippets of README.md', () => {
  const world = inBrowser();
  let page: Page;

  const add = (content: string) => page.addScriptTag({ content });
  const token = () => page.evaluate(async () => (await (window as any).pbjs.getUserIdsAsync()).uid2?.id as string | undefined);
  const expectReader = async (email = EMAIL) => expectTokenOf(email, { sent: [], uid2: { page: await token() } });
  const status = () => page.evaluate(() => (window as any).pbjs.uid2.status());

  /** A mode whose server sets a cookie that ends with this time of the identity. */
  const byCookie = (source: string, until: 'refresh_expires' | 'identity_expires', optedOut: (cookie: ReturnType<typeof cookieIn>) => void) => async (code: string) => {
    const identity = await world.login();
    const { server, page: onPage } = sidesOf(code);
    const { answer } = await answerOf(server, identity, world);
    const cookie = cookieIn(answer);
    expectReadable(cookie, identity[until]);
    await world.context.addCookies([{ name: cookie.name, value: cookie.value, url: world.url }]);
    await add(onPage);
    await expectReader();
    expect(await status()).to.include({ reason: 'ok', source });
    const answerTo = async (given: typeof OPTED_OUT | null) => cookieIn((await answerOf(server, given, world)).answer);
    expect(await answerTo(null)).to.include({ name: cookie.name, value: '' });
    optedOut(await answerTo(OPTED_OUT));
  };

  const runs: Record<string, (code: string) => Promise<void>> = {
    'pbjs.setConfig({': async (code) => {
      await setCookie(world, await world.login());
      await add(code);
      await expectReader();
    },
    '// on your server (Express), after the login': byCookie('cookie', 'refresh_expires', (cookie) => {
      expect(JSON.parse(decodeURIComponent(cookie.value))).to.deep.equal(OPTED_OUT);
      expectReadable(cookie, OPTED_OUT.refresh_expires);
    }),
    '// on your server (Express): the page with the identity in it': async (code) => {
      const { url, answer } = await answerOf(code, await world.login(), world, await bundle());
      expect(answer.headers.get('cache-control')).to.equal('private, no-store');
      await page.goto(url);
      await expectReader();
      await page.goto((await answerOf(code, OPTED_OUT, world, await bundle())).url);
      expect(await token()).to.equal(undefined);
    },
    '// on the page': async (code) => {
      await add(filledIn(code, world));
      await expectReader();
    },
    '// on the page, as it loads': async (code) => {
      await add(filledIn(code, world));
      expect(await token()).to.equal(undefined);
      for (const email of [EMAIL, 'other@example.com']) {
        await page.evaluate((who) => (window as any).onLogin(who), email);
        await page.waitForFunction(() => (window as any).pbjs.uid2.status().reason === 'ok');
        await expectReader(email);
      }
    },
    '// on your server (Express): the token alone, until it expires': byCookie('legacy', 'identity_expires', ({ value }) => expect(value).to.equal('')),
    'pbjs.que.push(() => pbjs.uid2?.disconnect());': async (code) => {
      await setCookie(world, await world.login());
      await add(SNIPPETS.get('pbjs.setConfig({')!);
      await expectReader();
      await add(code);
      expect([await token(), await page.evaluate(() => document.cookie)]).to.deep.equal([undefined, '']);
    },
    'console.log(window.pbjs?.uid2?.status() ?? \'uid2IdSystem is not in this bundle\');': async (code) => {
      await page.evaluate((name) => (window as any).pbjs.setConfig({ userSync: { userIds: [{ name: 'uid2', params: { uid2Cookie: name } }] } }), COOKIE);
      expect(await token()).to.equal(undefined);
      const said = page.waitForEvent('console');
      await add(code);
      // the answer that the text below it shows
      const { state, reason, source } = await (await said).args()[0].jsonValue();
      expect(read('README.md')).to.include(`{ state: '${state}', reason: '${reason}', source: '${source}' }`);
    },
    // npm run test:consumers runs it, in sites of several bundlers
    'import pbjs from \'prebid.js\';': async (code) => {
      const site = read('test/consumers/webpack/src/index.js');
      for (const line of code.split('\n').filter((text) => text.startsWith('import'))) expect(site).to.include(line);
    }
  };

  beforeEach(async () => {
    await waitPatiently(world.context);
    await world.context.route('https://prod.uidapi.com/**', async (route) => {
      const { pathname, search } = new URL(route.request().url());
      await route.fulfill({ response: await route.fetch({ url: world.operator.url + pathname + search }) });
    });
    page = await world.page();
    await page.goto(world.url);
  });

  it('are all here', () => {
    expect([...SNIPPETS.keys()]).to.have.members(Object.keys(runs));
  });

  for (const [first, works] of Object.entries(runs)) {
    it(`work: ${first}`, async () => {
      const errors: string[] = [];
      page.on('pageerror', ({ message }) => errors.push(message));
      await works(SNIPPETS.get(first)!);
      expect(errors).to.deep.equal([]);
    });
  }
});
