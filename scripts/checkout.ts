// npm run test:checkout: a Prebid checkout made from scratch, our module installed in it as anyone would, and Prebid's own tools run over it.
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import pc from 'picocolors';
import { findBrowser } from './browser.ts';

interface Flags { prebid: string; keep?: string; own?: boolean }

const root = path.resolve(__dirname, '..');

// The npm package has no lock file. These are the oldest that its ranges allow: later ones report errors in Prebid's own code (TypeScript 5.9)
// and drop what its tests require (webpack 5.111).
const PINNED: Record<string, string> = { typescript: '5.8.3', webpack: '5.108.4' };
const MODULES = ['uid2IdSystem', 'euidIdSystem', 'appnexusBidAdapter', 'storageControl'];
const SPECS = ['uid2IdSystem', 'euidIdSystem', 'userId'];

function run(cwd: string, program: string, ...args: string[]): void {
  console.log(pc.bold(`\n${[program, ...args].join(' ')}`));
  const { status } = spawnSync(program, args, { cwd, stdio: 'inherit' });
  if (status !== 0) throw new Error(`${[program, ...args].join(' ')} ended with code ${status}`);
}

/** What names our files, wherever a tool reports something. */
const OURS = /uid2(Session|SdkFacade|IdSystem\b|Sdk\b)/;

/** Runs it, and fails if it warns of our files: tools end with 0 nevertheless. */
function runQuietly(cwd: string, program: string, ...args: string[]): void {
  console.log(pc.bold(`\n${[program, ...args].join(' ')}`));
  const { status, output } = spawnSync(program, args, { cwd, encoding: 'utf8', maxBuffer: 1e9 });
  const said = output.filter(Boolean).join('\n');
  console.log(said);
  if (status !== 0) throw new Error(`${[program, ...args].join(' ')} ended with code ${status}`);
  // a warning may have its file on the next line
  const warnings = said.split(/\n\s*\n/).filter((part) => /\bwarning\b/i.test(part) && OURS.test(part));
  if (warnings.length > 0) throw new Error(`${[program, ...args].join(' ')} warns of our files:\n${warnings.join('\n\n')}`);
}

const packed = (cwd: string, ...args: string[]) =>
  path.join(cwd, execFileSync('npm', ['pack', '--silent', '--pack-destination', cwd, ...args], { cwd: root, encoding: 'utf8' }).trim().split('\n').pop()!);

// as git has it: the npm package goes without .gitignore, which eslint's config reads
function unpack(work: string, version: string): string {
  execFileSync('tar', ['xzf', packed(work, `prebid.js@${version}`), '-C', work]);
  const checkout = path.join(work, 'Prebid.js');
  fs.renameSync(path.join(work, 'package'), checkout);
  fs.writeFileSync(path.join(checkout, '.gitignore'), ['node_modules', 'build', 'dist', '.cache'].join('\n'));
  const file = path.join(checkout, 'package.json');
  const manifest = JSON.parse(fs.readFileSync(file, 'utf8'));
  Object.assign(manifest.devDependencies, PINNED);
  fs.writeFileSync(file, JSON.stringify(manifest, null, 2));
  run(checkout, 'npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund');
  return checkout;
}

function installOurs(work: string, checkout: string): string[] {
  execFileSync('tar', ['xzf', packed(work), '-C', work]);
  run(checkout, process.execPath, path.join(work, 'package/scripts/install/bin.js'), 'install', '.');
  const record = JSON.parse(fs.readFileSync(path.join(checkout, '.prebid-uid2.json'), 'utf8')) as Record<string, { after: string | null }>;
  return Object.entries(record).filter(([name, { after }]) => after && /\.[jt]s$/.test(name)).map(([name]) => name);
}

// a key that is written in one piece nowhere but in the metadata
const DISCLOSED = 'UID2-sdk-identity_config';

function expectDisclosed(checkout: string): void {
  if (!fs.readFileSync(path.join(checkout, 'build/dist/prebid.js'), 'utf8').includes(DISCLOSED)) throw new Error(`The bundle does not disclose ${DISCLOSED}`);
}

async function main({ prebid, keep, own }: Flags): Promise<void> {
  process.env.CHROME_BIN ??= await findBrowser();
  // gulp test begins with tests of Prebid's build, which run out of mocha's 2 s on a busy machine
  process.env.MOCHA_OPTIONS ??= '--timeout 60000';
  const work = keep ? path.resolve(keep) : fs.mkdtempSync(path.join(os.tmpdir(), 'prebid-checkout-'));
  fs.mkdirSync(work, { recursive: true });
  try {
    const made = path.join(work, 'Prebid.js');
    const checkout = fs.existsSync(made) ? made : unpack(work, prebid);
    const ours = own ? [] : installOurs(work, checkout);
    runQuietly(checkout, 'npx', 'gulp', 'build', `--modules=${[...MODULES, ...(own ? [] : ['uid2Sdk'])].join()}`);
    if (!own) expectDisclosed(checkout);
    run(checkout, 'npx', 'gulp', 'ts');
    run(checkout, 'npx', 'gulp', 'ts-strict');
    if (ours.length > 0) run(checkout, 'npx', 'eslint', '--max-warnings=0', ...ours);
    for (const spec of SPECS) run(checkout, 'npx', 'gulp', 'test', '--nolint', '--file', `test/spec/modules/${spec}_spec.js`);
    console.log(pc.green(`\nAll of it passes in a checkout of Prebid.js ${prebid}`));
  } finally {
    if (!keep) fs.rmSync(work, { recursive: true, force: true });
  }
}

new Command('npm run test:checkout --')
  .description('Installs the module in a checkout of Prebid made from scratch and runs Prebid\'s build, types, lint and tests there: 5 to 10 minutes.')
  .option('--prebid <version>', 'the npm version to make it of', '11.36.0')
  .option('--keep <folder>', 'make it there and leave it; one that is there already is used again')
  .option('--own', 'with Prebid\'s own module, to compare')
  .action((flags: Flags) => main(flags).catch((error: Error) => {
    console.error(pc.red(error.message));
    process.exitCode = 1;
  }))
  .parseAsync();
