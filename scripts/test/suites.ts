// What npm test runs: each suite as a command of its own, and how its results are counted.
import fs from 'node:fs';
import path from 'node:path';
import pc from 'picocolors';
import { percentOf, readCoverage } from './coverage.ts';
import { partsOf, testsIn } from './parts.ts';
import type { EngineName } from '../browsers/engines.ts';
import type { Summary } from '../../test/harness/reporter.ts';

export interface Counts { passed: number; failed: number }

export interface Suite {
  name: string;
  /** The name that it is chosen by; parts of a suite share it. */
  group: string;
  /** What it proves, in a few words. */
  about: string;
  /** Arguments for node. */
  args: string[];
  env?: Record<string, string>;
  /** Counts after the command has ended with this exit code; says on the screen what the command itself has not. */
  count(code: number): Counts;
}

export const root = path.resolve(__dirname, '../..');
const LEAST_COVERED = 95;
/** More than there are lanes on most machines, so that they end together. */
const E2E_PARTS = 4;
// window.__uid2, whose tests are test/e2e/sdk.test.ts, and types, which run nowhere
const NOT_IN_KARMA = /uid2Sdk|\/(types|env)\.ts$/;

/** The file that a suite's results are in. */
export const summaryOf = (name: string) => path.join(root, 'build/test', `${name}.json`);
const complain = (line: string) => console.log(pc.red(`  ${line}`));

// A suite that was cut short, or found no tests, must not pass for a good one.
function counted(name: string, code: number): Counts {
  const file = summaryOf(name);
  if (!fs.existsSync(file)) {
    complain(`${name}: ended before it had results`);
    return { passed: 0, failed: 1 };
  }
  const { passed, failed } = JSON.parse(fs.readFileSync(file, 'utf8')) as Summary;
  if (failed > 0) return { passed, failed };
  if (passed === 0) complain(`${name}: no test ran`);
  else if (code !== 0) complain(`${name}: all tests passed, but the command ended with code ${code}`);
  else return { passed, failed };
  return { passed, failed: 1 };
}

const tool = (name: string, about: string, args: string[]): Suite => ({
  name,
  group: name,
  about,
  args,
  count(code) {
    console.log((code === 0 ? pc.green : pc.red)(`  ${name}: ${code === 0 ? 'nothing to complain of' : 'failed'}`));
    return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
  }
});

const mocha = (name: string, about: string, files: string[], timeout = 20_000): Suite => ({
  name,
  group: name,
  about,
  args: [
    '--import', 'tsx', 'node_modules/mocha/bin/mocha.js', '--timeout', String(timeout), '--forbid-only',
    '--reporter', './scripts/test/mochaReporter.ts', '--reporter-option', `suite=${name},summary=${summaryOf(name)}`, ...files
  ],
  count: (code) => counted(name, code)
});

const karma = (name: string, about: string, env: Record<string, string>, count = (code: number) => counted(name, code)): Suite =>
  ({ name, group: name, about, args: ['node_modules/karma/bin/karma', 'start', 'karma.conf.js'], env: { SUITE: name, ...env }, count });

const karmaIn = (engine: EngineName, suite: string, env: Record<string, string> = {}): Suite =>
  karma(`${suite}-${engine}`, `karma: ${suite}, in ${engine}`, { SUITE: suite, ENGINE: engine, BUILD_CACHE: 'browsers', ...env });

/** What runs in each engine; our own files of karma run in Chromium with every `npm test`. */
export const suitesOf = (engine: EngineName): Suite[] => [
  {
    ...mocha(`scenarios-${engine}`, `login to bid request, in ${engine}`, ['test/browsers/*.test.ts'], 120_000),
    env: { ENGINE: engine, BUILD_CACHE: 'browsers' }
  },
  ...(engine === 'chromium' ? [] : [karmaIn(engine, 'prebid'), karmaIn(engine, 'own')])
];

/** One file of karma's: real cryptography, a record, an operator that fails. Prebid's own suite gives answers 10 ms. */
const PART = 'uid2 generation';

/** The small part of them that runs with `npm test`. */
export const partOf = (engine: EngineName): Suite[] => [
  {
    ...mocha(`page-${engine}`, `a page in ${engine}`, ['test/browsers/bids.test.ts'], 60_000),
    env: { ENGINE: engine, BUILD_CACHE: 'browsers' }
  },
  karmaIn(engine, 'own', { GREP: PART })
];

const COVERAGE = path.join(root, 'build/coverage/own/coverage.json');

// Counts as one more test, so that it shows in the sum.
function withCoverage(code: number): Counts {
  const { passed, failed } = counted('own', code);
  if (!fs.existsSync(COVERAGE)) {
    complain('own: coverage was not measured');
    return { passed, failed: failed + 1 };
  }
  const files = readCoverage(root, COVERAGE, ['modules', 'libraries/uid2Session', 'libraries/uid2SdkFacade']).filter(({ file, lines }) => lines > 0 && !NOT_IN_KARMA.test(file));
  for (const file of files) {
    const missed = file.missed.length > 12 ? `${file.missed.slice(0, 12).join(' ')} …` : file.missed.join(' ');
    console.log(`  ${percentOf([file]).toFixed(0).padStart(3)} %  ${file.file}${missed && pc.yellow(`  not run: ${missed}`)}`);
  }
  const percent = percentOf(files);
  const enough = percent >= LEAST_COVERED;
  console.log((enough ? pc.green : pc.red)(`  ${percent.toFixed(1)} % of lines ran; ${LEAST_COVERED} % must`));
  return enough ? { passed: passed + 1, failed } : { passed, failed: failed + 1 };
}

/** Whole pages, in parts that may run side by side. */
const e2e: Suite[] = partsOf(testsIn(root, 'test/e2e'), E2E_PARTS).map((files, at) => ({
  ...mocha(`e2e-${at + 1}`, `login to bid request, in Chromium; part ${at + 1} of ${E2E_PARTS}`, files, 60_000),
  group: 'e2e'
}));

/** In the order in which they begin: long ones early, so that none is left alone at the end. All of e2e waits for what its first part compiles, and build finds it then. */
export const suites: Suite[] = [
  e2e[0],
  mocha('model', 'random lives of several tabs, against the rules', ['scripts/test/bundled.ts'], 300_000),
  karma('own', 'the module in Chromium, against the operator', { COVERAGE: '1' }, withCoverage),
  ...e2e.slice(1),
  mocha('build', 'Prebid bundles with the module', ['test/build/*.test.ts'], 180_000),
  {
    name: 'browsers',
    group: 'browsers',
    about: 'a part of npm run test:browsers, in Firefox and WebKit where they are installed',
    args: ['--import', 'tsx', 'scripts/browsers/part.ts'],
    count: (code) => code === 0 && !fs.existsSync(summaryOf('browsers')) ? { passed: 0, failed: 0 } : counted('browsers', code)
  },
  mocha('package', 'what npm publishes, in the hands of others', ['test/package/*.test.ts'], 120_000),
  mocha('bench', 'the simulations', ['test/bench/*.test.ts'], 60_000),
  tool('lint', 'eslint with Prebid\'s rules', ['node_modules/eslint/bin/eslint.js', '.']),
  tool('prose', 'sentences in the docs that are too long', ['--import', 'tsx', 'scripts/prose.mts']),
  karma('prebid', 'Prebid\'s own tests of this module, unmodified', {}),
  tool('typecheck', 'strict TypeScript', ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json']),
  mocha('operator', 'the local UID2 operator', ['test/operator/*.test.ts']),
  mocha('site', 'the example site\'s server', ['test/site/*.test.ts'])
];

/** Takes away what an earlier run has left, so that it is not counted again. */
export function forget({ name }: Suite): void {
  fs.rmSync(summaryOf(name), { force: true });
  if (name === 'own') fs.rmSync(COVERAGE, { force: true });
}
