// npm start: the address is there at once, the page says that Prebid is being built, and the operator's keys are this machine's own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { startOperator } from '../../operator/index.ts';
import { accountFrom } from '../../scripts/start/account.ts';
import { keptSeed } from '../../scripts/start/seed.ts';

const START = path.resolve(__dirname, '../../scripts/start.ts');

/** Starts it with these options, and ends it once `look` has seen it, with the two addresses that it has printed. */
async function started(args: string[], look: (site: string, operator: string) => Promise<void>, account = {}): Promise<void> {
  const child = spawn(process.execPath, ['--import', 'tsx', START, '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...account }
  });
  const exit = once(child, 'exit');
  try {
    let said = '';
    // read to the end: a program whose output nobody takes does not go on
    child.stdout.on('data', (chunk) => { said += chunk; });
    while (!/Open .*http[^]* operator at .*\n/.test(said)) {
      await Promise.race([once(child.stdout, 'data'), exit.then(([code, signal]) => { throw new Error(`ended with ${code ?? signal}`); })]);
    }
    expect(said).not.to.include('built in');
    const [site, operator] = said.match(/http:\/\/127\.0\.0\.1:\d+/g)!;
    await look(site, operator);
  } finally {
    child.kill('SIGTERM');
  }
  expect(await exit).to.deep.equal([0, null]);
}

async function accountOf(seed: string): Promise<object> {
  const operator = await startOperator({ seed });
  await operator.close();
  return operator.cstg;
}

async function accountAt(args: string[]): Promise<object> {
  let cstg = {};
  await started(args, async (_site, operator) => { ({ cstg } = await (await fetch(`${operator}/admin`)).json()); });
  return cstg;
}

describe('npm start', () => {
  it('serves before Prebid is built, and ends when told', () => started([], async (url) => {
    const response = await fetch(url);
    expect([response.status, await response.text()].join(' ')).to.match(/^503 .*Prebid is being built/s);
    expect(await (await fetch(`${url}/lab/build`)).json()).to.deep.equal({ over: false, failure: null });
  }));
  it('has the same account after a restart', async () => {
    const account = await accountAt([]);
    expect(account).to.deep.equal(await accountOf(await readFile(path.resolve(__dirname, '../../build/site/seed'), 'utf8')));
    expect(await accountAt([])).to.deep.equal(account);
  });
  it('has the account of a seed that it is given', async () => {
    expect(await accountAt(['--seed', 'other'])).to.deep.equal(await accountOf('other'));
  });
  it('uses the operator that it is told of, with the account in the environment', async () => {
    const real = await startOperator({ admin: false, v1: false });
    const account = { UID2_API_KEY: real.apiKey, UID2_API_SECRET: real.apiSecret };
    await started(['--operator', `${real.url}/`], async (site, operator) => {
      expect(operator).to.equal(real.url);
      const login = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"mode":"cookie","email":"user@example.com"}' };
      expect((await fetch(`${site}/login`, login)).status).to.equal(200);
      expect(real.admin.requests().map(({ path: where, status }) => [where, status])).to.deep.equal([['/v2/token/generate', 200]]);
    }, account).finally(() => real.close());
  });
  it('takes what the page needs to make tokens from the environment too', () => {
    const account = { UID2_API_KEY: 'key', UID2_API_SECRET: 'secret', UID2_SUBSCRIPTION_ID: 'subscription', UID2_SERVER_PUBLIC_KEY: 'public' };
    expect(accountFrom('https://operator.example', account)).to.deep.include({
      url: 'https://operator.example', apiKey: 'key', apiSecret: 'secret', cstg: { subscriptionId: 'subscription', serverPublicKey: 'public' }
    });
  });
  for (const name of ['UID2_API_KEY', 'UID2_API_SECRET']) {
    it(`says that another operator needs ${name}`, () => {
      const account = { UID2_API_KEY: 'key', UID2_API_SECRET: 'secret', [name]: undefined };
      expect(() => accountFrom('https://operator.example', account)).to.throw('--operator needs your account there: set UID2_API_KEY and UID2_API_SECRET.');
    });
  }
});

describe('the seed of npm start', () => {
  let folder: string;
  beforeEach(async () => { folder = await mkdtemp(path.join(tmpdir(), 'uid2-start-')); });
  afterEach(() => rm(folder, { recursive: true }));

  it('is made at random, so that no two machines have the same account', async () => {
    const [one, other] = [await keptSeed(path.join(folder, 'one/seed')), await keptSeed(path.join(folder, 'other/seed'))];
    expect(one).to.have.length(43);
    expect(await accountOf(one)).not.to.deep.equal(await accountOf(other));
  });
  it('is kept, where only this user can read it', async () => {
    const file = path.join(folder, 'site/seed');
    const seed = await keptSeed(file);
    expect(await keptSeed(file)).to.equal(seed);
    expect((await stat(file)).mode & 0o777).to.equal(0o600);
  });
});
