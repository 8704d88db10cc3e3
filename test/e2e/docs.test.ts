// The snippets of modules/uid2IdSystem.md, each run as a publisher would.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import type { Page } from 'playwright-core';
import type { Identity } from '../../operator/index.ts';
import { bid } from './bid.ts';
import { bundle } from './bundle.ts';
import { waitPatiently } from './patience.ts';
import { COOKIE, expectTokenOf, setCookie } from './several.ts';
import { cookieIn, expectReadable, filledIn, post, serve, snippetsOf, statusOf } from './snippets.ts';
import { EMAIL, inBrowser } from './support.ts';
import { KEY } from './visitor.ts';

const FILE = 'modules/uid2IdSystem.md';
const DOCS = readFileSync(path.join(__dirname, '../..', FILE), 'utf8');
const SNIPPETS = snippetsOf(FILE);
const OPTED_OUT = 'optout@example.com';

it('The docs have each param, and no other', () => {
  const source = readFileSync(path.join(__dirname, '../../modules/uid2IdSystem.ts'), 'utf8');
  const [, type] = /^export type Uid2IdSystemParams = \{\n([^]*?)^\};$/m.exec(source)!;
  const [, table] = /^\| Param \|.*\n\|[- |]+\|\n((?:\|.*\n)+)/m.exec(DOCS)!;
  const names = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, name]) => name);
  expect(names(table, /^\| `(\w+)`/gm)).to.have.members(names(type, /^ {2}(\w+)\?:/gm)).and.not.empty;
});

/** What pages of other sites send, one of them under a name that leads here. */
const FOREIGN: Record<string, string>[] = [
  { Host: 'evil.test', Origin: 'http://evil.test' }, { Origin: 'https://evil.test' }, { Origin: 'null' }, { Origin: 'http://localhost:1' }
];
/** What the site's own pages send, also through a proxy that has another name for the server, and what programs do. */
const OWN: Record<string, string>[] = [{ Origin: 'http://localhost:8080' }, { Host: '10.0.0.7', Origin: 'http://localhost:8080' }, {}];

/** The one session of a site that has sessions. */
const SESSION = '\nconst session = globalThis.session = {};\napp.use((req, res, next) => { req.session = session; next(); });';

/** Makes the stored token one that has expired, and whose refresh token nobody knows. In the page. */
function spoil(key: string): void {
  const record = JSON.parse(localStorage.getItem(key)!);
  Object.assign(record.latestToken, { refresh_token: 'unknown', refresh_from: 1, identity_expires: Date.now() - 1000 });
  localStorage.setItem(key, JSON.stringify(record));
}

/** The snippet that is this text, or the only one with it. */
function the(mark: string): string {
  if (SNIPPETS.includes(mark)) return mark;
  const found = SNIPPETS.filter((code) => code.includes(mark));
  expect(found, mark).to.have.length(1);
  return found[0];
}

/** The example site lets people copy the same file. */
function expectCopied(name: string, mark = `: ${name}\n`): void {
  const copied = readFileSync(path.join(__dirname, '../../integrationExamples/uid2/serverParts', name), 'utf8');
  expect(the(mark).replace('export ', '').split('\n').slice(1)).to.deep.equal(copied.trimStart().split('\n'));
}

describe('The snippets of the docs', () => {
  const world = inBrowser();
  let page: Page;
  const errors: string[] = [];

  const run = async (mark: string, identity?: Identity) => page.addScriptTag({ content: filledIn(the(mark), world, identity) });
  const token = () => page.evaluate(async () => (await (window as any).pbjs.getUserIdsAsync()).uid2?.id as string | undefined);
  const status = () => page.evaluate(() => (window as any).pbjs.uid2.status());
  const expectReader = async (email = EMAIL) => expectTokenOf(email, { sent: [], uid2: { page: await token() } });
  const REFRESH = 'the end of uid2.mjs';
  const beside = () => ({ 'uid2.mjs': the(': uid2.mjs\n') + the(REFRESH), 'guard.mjs': the(': guard.mjs\n') });
  const serveCode = async (code: string) => serve(code, beside(), world, await bundle());
  const server = (mark: string) => serveCode(filledIn(the(mark), world).replace(/^const app = express\(\);.*$/m, `$&${SESSION}`));
  const withEntry = () => page.evaluate(() => (window as any).pbjs.setConfig({ userSync: { userIds: [{ name: 'uid2' }] } }));
  const COOKIE_ON_PAGE = 'uid2Cookie: \'uid2_pub_cookie\' } }] }\n});';
  const LOGOUT = 'pbjs.que.push(() => pbjs.uid2?.disconnect());';

  /** Logs in at a server of the docs; the cookie it sets, if it lasts so many hours, is the browser's. */
  async function logIn(url: string, hours: number, email = EMAIL) {
    const cookie = cookieIn(await post(`${url}/login`, { email }));
    expectReadable(cookie, Date.now() + hours * 3600_000);
    await world.context.addCookies([{ name: cookie.name, value: cookie.value, url: world.url }]);
    return cookie.name;
  }

  /** What status() says of a reader who has opted out, and whom the server's answer names. */
  const expectOptedOut = async () => {
    expect(await token()).to.equal(undefined);
    expect(await status()).to.include({ reason: 'opted out on the server' });
  };

  /** Does this while UID2 fails, for which the server answers nobody with an error. */
  async function whileDown<T extends { status(): number } | Response | null>(act: () => Promise<T>): Promise<T> {
    world.operator.admin.fault({ kind: 'status', status: 500 });
    const answer = await act();
    expect(typeof answer?.status === 'function' ? answer.status() : answer?.status).to.be.oneOf([200, 204]);
    world.operator.admin.clearFaults();
    return answer;
  }

  const runs: [mark: string, works: (mark: string) => Promise<void>][] = [
    [COOKIE_ON_PAGE, async (mark) => {
      const identity = await world.login();
      await setCookie(world, identity);
      await run(mark);
      expect(await token()).to.equal(identity.advertising_token);
    }],
    ['res.cookie(\'uid2_pub_cookie\'', async (mark) => {
      const url = await server(mark);
      expect(await logIn(url, 720)).to.equal(COOKIE);
      await run(COOKIE_ON_PAGE);
      await expectReader();
      expect(await status()).to.include({ reason: 'ok', source: 'cookie' });
      // another reader of this browser has opted out: the stored token is not theirs
      await logIn(url, 720, OPTED_OUT);
      await page.reload();
      await run(COOKIE_ON_PAGE);
      await expectOptedOut();
      expect(cookieIn(await post(`${url}/logout`)).value).to.equal('');
      expect(cookieIn(await whileDown(() => post(`${url}/login`, { email: EMAIL })))).to.include({ name: COOKIE, value: '' });
    }],
    ['uid2Token: {', async (mark) => {
      await run(mark, await world.login('expired'));
      await expectReader();
    }],
    ['const userIds = [{ name: \'uid2\', params: { uid2Token } }];', async (mark) => {
      const answer = await page.goto(await server(mark));
      expect(answer!.headers()['cache-control']).to.equal('private, no-store');
      await expectReader();
      await page.goto(await serveCode(filledIn(the(mark), world).replace(EMAIL, OPTED_OUT)));
      await expectOptedOut();
      await whileDown(() => page.goto(page.url()));
      expect(await status()).to.include({ reason: 'none' });
    }],
    ['email: \'reader@example.com\' // or phone', async (mark) => {
      await run(mark);
      await expectReader();
    }],
    ['function onLogin(email)', async (mark) => {
      await run(mark);
      expect(await token()).to.equal(undefined);
      for (const email of [EMAIL, 'other@example.com']) {
        await page.evaluate((who) => (window as any).onLogin(who), email);
        await page.waitForFunction(() => (window as any).pbjs.getUserIds().uid2);
        await expectReader(email);
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
    ['// reads the bare cookie', async (mark) => {
      const { advertising_token: bare } = await world.login();
      await world.context.addCookies([{ name: KEY, value: bare, url: world.url }]);
      await run(mark);
      expect(await token()).to.equal(bare);
      await run(LOGOUT);
      expect([await token(), await page.evaluate(() => document.cookie)]).to.deep.equal([undefined, '']);
    }],
    ['res.cookie(\'__uid2_advertising_token\'', async (mark) => {
      const url = await server(mark);
      expect(await logIn(url, 4)).to.equal(KEY);
      await run('// reads the bare cookie');
      await expectReader();
      expect(await status()).to.include({ reason: 'ok', source: 'legacy' });
      expect(cookieIn(await post(`${url}/login`, { email: OPTED_OUT }))).to.include({ name: KEY, value: '' });
      expect(cookieIn(await whileDown(() => post(`${url}/login`, { email: EMAIL })))).to.include({ name: KEY, value: '' });
    }],
    [REFRESH, async (mark) => {
      expectCopied('refresh.mjs', mark);
      const url = await server('res.cookie(\'__uid2_advertising_token\'');
      const cookieOnPage = async () => (await fetch(`${url}/page`)).headers.getSetCookie().join();
      expect(await cookieOnPage(), 'nobody is logged in').to.equal('');
      const logInDue = async (email = EMAIL) => {
        const { value } = cookieIn(await post(`${url}/login`, { email }));
        (globalThis as any).session.identity.refresh_from = Date.now() - 1;
        return `${KEY}=${value};`;
      };
      const same = await logInDue();
      world.operator.admin.fault({ kind: 'status', status: 500 });
      expect(await cookieOnPage(), 'the token is still valid').to.include(same);
      world.operator.admin.clearFaults();
      expect(await cookieOnPage(), 'UID2 is asked again in five minutes only').to.include(same);
      const old = await logInDue();
      const answer = await fetch(`${url}/page`);
      expect(answer.headers.get('cache-control')).to.equal('private, no-store');
      const renewed = cookieIn(answer);
      expectReadable(renewed, Date.now() + 4 * 3600_000);
      expect(`${KEY}=${renewed.value};`).not.to.equal(old);
      await logInDue('refresh-optout@example.com');
      for (const when of ['learns of the opt-out', 'knows it']) expect(await cookieOnPage(), when).to.include(`${KEY}=;`);
    }],
    [': uid2.mjs\n', async () => {
      expectCopied('uid2.mjs');
      const url = await server('res.cookie(\'uid2_pub_cookie\'');
      const { value } = cookieIn(await post(`${url}/login`, { email: EMAIL }));
      const fields = ['advertising_token', 'refresh_token', 'refresh_from', 'identity_expires', 'refresh_expires', 'refresh_response_key'];
      expect(JSON.parse(decodeURIComponent(value))).to.have.all.keys(fields);
    }],
    [': guard.mjs\n', async () => {
      expectCopied('guard.mjs');
      const logins = [['res.cookie(\'uid2_pub_cookie\'', '/login'], ['res.cookie(\'uid2_pub_cookie\'', '/logout'], ['res.cookie(\'__uid2_advertising_token\'', '/login']];
      for (const [code, where] of logins) {
        const url = await server(code) + where;
        for (const headers of FOREIGN) expect(await statusOf(url, headers), JSON.stringify(headers)).to.equal(403);
        for (const headers of OWN) expect(await statusOf(url, headers), JSON.stringify(headers)).to.equal(204);
      }
    }],
    ['status() ?? ', async (mark) => {
      const said = page.waitForEvent('console');
      await run(mark);
      expect(await (await said).args()[0].jsonValue()).to.deep.equal(await status()).and.to.include({ state: 'none', reason: 'notConfigured' });
    }],
    ['pbjs.onEvent(\'auctionEnd\'', async (mark) => {
      await page.evaluate(() => { (window as any).report = (reason: string) => { (window as any).reported = reason; }; });
      await run(mark);
      await setCookie(world, await world.login());
      await run(COOKIE_ON_PAGE);
      await bid(page);
      expect(await page.evaluate(() => (window as any).reported)).to.equal('ok');
    }],
    ['pbjs.getUserIdsAsEids()', async (mark) => {
      const identity = await world.login();
      await setCookie(world, identity);
      await run(COOKIE_ON_PAGE);
      expect(await token()).to.equal(identity.advertising_token);
      const said = page.waitForEvent('console');
      await run(mark);
      const [uid2, eids] = await Promise.all((await said).args().map((arg) => arg.jsonValue()));
      expect([uid2.id, eids[0].source]).to.deep.equal([identity.advertising_token, 'uidapi.com']);
    }],
    ['function onLogin(uid2Token)', async (mark) => {
      await withEntry();
      expect(await token()).to.equal(undefined);
      await run(mark);
      for (const email of [EMAIL, 'other@example.com']) {
        await page.evaluate((identity) => (window as any).onLogin(identity), await world.login('fresh', email));
        await expectReader(email);
      }
    }],
    [LOGOUT, async () => {
      await setCookie(world, await world.login());
      await run(COOKIE_ON_PAGE);
      await expectReader();
      await run(LOGOUT);
      expect(await token()).to.equal(undefined);
      expect(await page.evaluate(() => document.cookie)).not.to.include(COOKIE);
      await page.goto('about:blank');
      await page.addScriptTag({ content: 'var pbjs = { que: [] };' });
      await run(LOGOUT);
    }],
    ['async function bringToken()', async (mark) => {
      const given: string[] = [];
      await world.context.route('**/uid2-token', async (route) => {
        const json = await world.login();
        given.push(json.advertising_token);
        return route.fulfill({ json });
      });
      const bring = () => page.evaluate(() => (window as any).bringToken());
      const bringAnew = async () => {
        await page.reload();
        await run(mark);
        await bring();
        return [given.indexOf((await token())!), given.length];
      };
      expect(await bringAnew()).to.deep.equal([0, 1]);
      await bring();
      expect(await bringAnew()).to.deep.equal([0, 1]);
      await page.evaluate(spoil, KEY);
      expect(await bringAnew(), 'the operator refuses the stored token').to.deep.equal([1, 2]);
      expect(await bringAnew()).to.deep.equal([1, 2]);
      await world.context.addInitScript('pbjs = { que: [() => pbjs.setConfig({ deviceAccess: false })] }');
      expect(await bringAnew(), 'storage is denied').to.deep.equal([2, 3]);
      await world.context.route('**/uid2-token', (route) => route.fulfill({ status: 503, body: '<h1>Later</h1>' }));
      expect(await bringAnew(), 'your server fails').to.deep.equal([-1, 3]);
    }],
    ['app.get(\'/uid2-token\'', async (mark) => {
      const site = 'import express from "express";\nimport { generateToken } from "./uid2.mjs";\n' +
        'const app = express();\nconst emailOf = (req) => req.get("x-email") ?? null;\n';
      const url = `${await serveCode(site + the(mark))}/uid2-token`;
      const answer = await fetch(url, { headers: { 'x-email': EMAIL } });
      expect(answer.headers.get('cache-control')).to.equal('private, no-store');
      expect(await answer.json()).to.include.keys('advertising_token', 'refresh_token');
      expect(await (await fetch(url)).json()).to.equal(null);
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
    await waitPatiently(world.context);
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
    expect(SNIPPETS).to.have.members(runs.map(([mark]) => the(mark)));
  });

  for (const [at, [mark, works]] of runs.entries()) {
    it(`work: ${at + 1}, ${mark.trim()}`, async () => {
      await works(mark);
      expect(errors).to.deep.equal([]);
    });
  }
});
