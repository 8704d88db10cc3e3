import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { startOperator } from '../../operator/index.js';
import { noColors } from '../harness/noColors.js';
import { clientGenerate, clientRequest, getV1, hash, send } from './support.js';

const BIN = join(__dirname, '../../operator/bin.js');

interface Run { child: ChildProcess; out(): string; err(): string; ended: Promise<number | null> }

function run(...args: string[]): Run {
  const child = spawn(process.execPath, [BIN, ...args], { env: noColors() });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => { out += chunk; });
  child.stderr.on('data', (chunk) => { err += chunk; });
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, out: () => out, err: () => err, ended };
}

async function said(running: Run, pattern: RegExp): Promise<RegExpExecArray> {
  for (;;) {
    const match = pattern.exec(running.out());
    if (match) return match;
    const ended = running.ended.then((code) => { throw new Error(`ended with ${code}: ${running.err()}`); });
    await Promise.race([once(running.child.stdout!, 'data'), ended]);
  }
}

describe('uid2-operator', function () {
  this.timeout(20_000);
  let running: Run | undefined;
  afterEach(async () => {
    running?.child.kill();
    await running?.ended;
  });
  const started = async (...args: string[]) => {
    running = run('--port', '0', ...args);
    const [, url] = await said(running, /(http:\/\/127\.0\.0\.1:\d+)/);
    return { running, url };
  };

  it('explains itself with --help', async () => {
    running = run('--help');
    expect(await running.ended).to.equal(0);
    for (const word of ['--port', '--fast', '--seed', '--domain', '--refresh-from', '--identity-expires', '--refresh-expires', '--show-keys', '--host', '--app-name', '--no-v1', '--no-admin', '--no-local-origins', '/admin/fault']) {
      expect(running.out()).to.contain(word);
    }
  });
  it('gives the reason for what production does not have, in --help and in the README', async () => {
    running = run('--help');
    await running.ended;
    const reasons = [/private operators (that )?still speak it/, /a site (can be tried )?on this machine/, /programs and pages of this machine/i];
    const readme = readFileSync(join(__dirname, '../../README.md'), 'utf8');
    for (const text of [running.out(), readme]) {
      for (const reason of reasons) expect(text.replace(/\s+/g, ' ')).to.match(reason);
    }
  });
  it('says in one line that the port is taken, and exits with 1', async () => {
    const operator = await startOperator();
    running = run('--port', String(operator.port));
    expect(await running.ended).to.equal(1);
    expect(running.err()).to.equal(`uid2-operator: port ${operator.port} is taken: stop what runs there or choose another with --port\n`);
    expect(running.out()).to.equal('');
    await operator.close();
  });
  const bad: [string[], RegExp][] = [
    [['--port', 'http'], /^error: option '-p, --port <number>' argument 'http' is invalid\. Give a number from 0 \(a free one\) to 65535\.\n$/],
    [['--port', '70000'], /Give a number from 0/],
    [['--refresh-from', 'soon'], /give a duration such as 15s, 10m, 4h, 30d, or a number of ms\.\n$/],
    [['--domain', 'https://example.com'], /Give a domain such as example\.com, without scheme or port\.\n$/],
    [['--host', 'www.example.com:443'], /Give a domain such as example\.com, without scheme or port\.\n$/],
    [['--identity-expires', '60d'], /^uid2-operator: lifetimes: refreshFrom <= identityExpires <= refreshExpires must hold\n$/],
    [['--seed', ''], /Give a text that nobody can guess: it stands for all keys\.\n$/],
    [['--fats'], /unknown option '--fats'/],
    [['extra'], /too many arguments/]
  ];
  for (const [args, line] of bad) {
    it(`refuses ${args.map((arg) => arg || '\'\'').join(' ')} and exits with 1`, async () => {
      running = run(...args);
      expect(await running.ended).to.equal(1);
      expect(running.err()).to.match(line);
    });
  }
  it('starts with the options given', async () => {
    const { url, running: { out } } = await started('--fast', '--refresh-from', '5s', '--domain', 'news.test', '--domain', 'shop.test', '--seed', 'one');
    const { lifetimes, domains, cstg } = await (await fetch(`${url}/admin`)).json();
    expect(lifetimes).to.deep.equal({ refreshFrom: 5000, identityExpires: 30_000, refreshExpires: 600_000 });
    expect(domains).to.deep.equal(['news.test', 'shop.test']);
    expect(out()).to.contain('refresh after 5 s, expired after 30 s, dead after 10 min');
    const same = await startOperator({ seed: 'one' });
    expect(cstg).to.deep.equal(same.cstg);
    await same.close();
  });
  it('is as strict as production, and lets in the host and the app that it is told of', async () => {
    const account = await startOperator({ seed: 'strict' });
    await account.close();
    const { url } = await started(
      '--seed', 'strict', '--no-v1', '--no-admin', '--no-local-origins', '--domain', '127.0.0.1', '--domain', 'example.com',
      '--host', 'www.uid2.example', '--app-name', 'com.example.app');
    const operator = { ...account, url, port: Number(new URL(url).port) };
    const health = async (host: string) => (await send(operator, 'GET /ops/healthcheck', { headers: { host } })).status;
    const made = async (origin: string, changes = {}) =>
      (await clientGenerate(operator, clientRequest(operator, JSON.stringify({ email_hash: hash('user@example.com') }), changes).body, origin)).status;
    expect((await getV1(operator, '/v1/token/generate', { email: 'user@example.com' })).status).to.equal(404);
    expect((await send(operator, 'GET /admin')).status).to.equal(404);
    expect([await health('www.uid2.example'), await health('uid2.example')]).to.deep.equal([200, 403]);
    expect([await made('https://example.com'), await made('http://127.0.0.1:3000')]).to.deep.equal([200, 403]);
    expect([await made('', { app_name: 'com.example.app' }), await made('', { app_name: 'com.example.other' })]).to.deep.equal([200, 403]);
  });
  it('logs requests, and shows keys only if asked', async () => {
    const { apiKey, apiSecret, close } = await startOperator({ seed: 'two' });
    await close();
    const shy = await started('--seed', 'two');
    await fetch(`${shy.url}/v2/token/refresh`, { method: 'POST', body: 'x' });
    await said(shy.running, /POST {4}\/v2\/token\/refresh +400 \d+ ms\n/);
    expect(shy.running.out()).to.not.contain(apiKey).and.not.contain(apiSecret);
    shy.running.child.kill();
    await shy.running.ended;
    const open = await started('--seed', 'two', '--show-keys');
    await said(open.running, /API key.*\n/);
    expect(open.running.out()).to.contain(apiKey).and.contain(apiSecret);
  });
  it('ends cleanly when it is interrupted, with a request hanging', async () => {
    const { url, running: { child, ended } } = await started('--quiet');
    await fetch(`${url}/admin/fault`, { method: 'POST', body: '{"kind":"hang"}' });
    const hanging = fetch(`${url}/v2/token/refresh`, { method: 'POST', body: 'x' }).then(() => 'answered', () => 'gone');
    for (;;) {
      if ((await (await fetch(`${url}/admin/requests`)).json()).length) break;
    }
    child.kill('SIGINT');
    expect(await ended).to.equal(0);
    expect(await hanging).to.equal('gone');
  });
});
