// npm start: starts a local UID2 operator and the example site, prints the site's address, and builds Prebid with the module.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import pc from 'picocolors';
import { startSite } from '../integrationExamples/uid2/server.ts';
import { startOperator } from '../operator/index.ts';
import { isProblem } from './build/index.ts';
import { accountFrom } from './start/account.ts';
import { buildBeside } from './start/build.ts';
import { keptSeed } from './start/seed.ts';

interface Flags { port: number; build: boolean; seed?: string; operator?: string }

const PREBID = path.resolve(__dirname, '../build/site/prebid.js');
const MODULES = [
  'uid2IdSystem', 'uid2Sdk', 'prebidServerBidAdapter', 'theAdxBidAdapter',
  // for the conditions that the page can switch on
  'allowActivities', 'consentManagementTcf', 'consentManagementGpp', 'gppControl_usnat'
];
// The guides say five minutes, for tokens that are refreshed after an hour; the fast preset's are after 15 s.
const REFRESH_EVERY = 10_000;
// With the same keys after a restart, tokens in browsers can still be refreshed.
const SEED = path.resolve(__dirname, '../build/site/seed');

function port(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value <= 65535) return value;
  throw new InvalidArgumentError('Give a number from 0 (a free one) to 65535.');
}

const said = (text: string) => console.log(`${pc.dim('·')} ${text}`);

function address(text: string): string {
  if (/^https?:/.test(text) && URL.canParse(text)) return text.replace(/\/+$/, '');
  throw new InvalidArgumentError('Give an address such as https://operator-integ.uidapi.com.');
}

const operatorFor = async ({ operator: url, seed }: Flags) =>
  (url ? accountFrom(url, process.env) : startOperator({ fast: true, seed: seed ?? await keptSeed(SEED) }));

async function site(flags: Flags, built: Promise<void>) {
  const wanted = flags.port;
  const refreshEvery = flags.operator ? undefined : REFRESH_EVERY;
  const operator = await operatorFor(flags);
  try {
    const { url, close } = await startSite({ operator, prebid: PREBID, built, port: wanted, refreshEvery });
    return { url, operator, close: () => Promise.all([close(), operator.close()]) };
  } catch (error) {
    await operator.close();
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Error(`Port ${wanted} is taken. Stop what uses it, or choose another: npm start -- --port ${wanted + 1}`);
  }
}

async function prepare({ build: wanted }: Flags, signal: AbortSignal): Promise<void> {
  if (!wanted) {
    if (!existsSync(PREBID)) throw new Error('There is no Prebid bundle yet: leave out --no-build this once.');
    return said('Prebid.js as built before');
  }
  const started = Date.now();
  said(`Building Prebid.js with ${MODULES.join(', ')} (some seconds) …`);
  const version = await buildBeside({ modules: MODULES, out: PREBID }, signal);
  said(`Prebid.js ${version}, built in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

async function start(flags: Flags): Promise<void> {
  const over = new AbortController();
  let begin!: () => void;
  const built = new Promise<void>((resolve) => { begin = resolve; }).then(() => prepare(flags, over.signal));
  const { url, operator, close } = await site(flags, built);
  const end = () => {
    over.abort();
    return close().then(() => process.exit(process.exitCode));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end);
  console.log(`\n  Open ${pc.bold(pc.cyan(url))}\n\n  ${pc.dim('Ctrl-C ends it.')}\n`);
  said(`UID2 operator at ${operator.url}, ${flags.operator ? 'with your account' : 'tokens that live for seconds'}`);
  begin();
  try {
    await built;
  } catch (error) {
    if (over.signal.aborted) return;
    await close();
    throw error;
  }
}

new Command('npm start --')
  .description('A publisher\'s site with UID2 in its bid requests: operator, site and SSP on this machine.')
  .option('-p, --port <number>', 'port of the site on 127.0.0.1; 0 takes a free one', port, 3000)
  .option('-s, --seed <text>', 'derive all keys of the operator from this text (default: one at random, kept in build/site/seed)')
  .option('-o, --operator <url>', 'use this operator, with UID2_API_KEY and UID2_API_SECRET of the environment; for tokens made in the page also UID2_SUBSCRIPTION_ID and UID2_SERVER_PUBLIC_KEY (default: start one here)', address)
  .option('--no-build', 'use the Prebid bundle of the last start')
  .action((flags: Flags) => start(flags).catch((error: unknown) => {
    console.error(pc.red(isProblem(error) ? error.message : (error as Error).message));
    process.exitCode = 1;
  }))
  .parseAsync();
