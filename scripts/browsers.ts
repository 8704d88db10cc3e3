// npm run test:browsers: the scenarios and the karma suites in the engines that readers use.
import { Command, InvalidArgumentError } from 'commander';
import pc from 'picocolors';
import { needHeadless } from './browser.ts';
import { ENGINES, type EngineName, needPrograms } from './browsers/engines.ts';
import { leftovers } from './browsers/leftovers.ts';
import { run } from './test/run.ts';
import { type Counts, type Suite, suitesOf } from './test/suites.ts';

interface Flags { only: EngineName[]; install?: boolean }

function engineNames(text: string): EngineName[] {
  const names = text.split(',').map((name) => name.trim());
  const isKnown = (name: string): name is EngineName => ENGINES.some((engine) => engine === name);
  if (!names.every(isKnown)) throw new InvalidArgumentError(`Choose from ${ENGINES.join(', ')}.`);
  return names as EngineName[];
}

function lineOf(name: string, { passed, failed }: Counts): string {
  return (failed > 0 ? pc.red : pc.green)(`${name.padEnd(20)} ${passed} passed, ${failed} failed`);
}

/** A process that is left behind counts as one more failure. */
async function countLeftovers(mark: string): Promise<Counts> {
  const left = await leftovers(mark);
  if (left.length > 0) console.log(pc.red(`  left behind: ${left.join(', ')}`));
  return { passed: 0, failed: left.length > 0 ? 1 : 0 };
}

async function runAll(suites: Suite[], chrome: string): Promise<Counts> {
  const total = { passed: 0, failed: 0 };
  const lines: string[] = [];
  const mark = `browsers-${process.pid}-${Date.now()}`;
  const add = ({ passed, failed }: Counts) => {
    total.passed += passed;
    total.failed += failed;
  };
  for (const [at, suite] of suites.entries()) {
    console.log(pc.dim(`\n${at + 1} of ${suites.length}`));
    const counts = await run(suite, chrome, { UID2_RUN: mark });
    lines.push(lineOf(suite.name, counts));
    add(counts);
  }
  add(await countLeftovers(mark));
  console.log(`\n${lines.join('\n')}`);
  return total;
}

async function test({ only, install }: Flags): Promise<void> {
  const programs = [];
  for (const engine of only) programs.push(await needPrograms(engine));
  if (install) {
    if (only.includes('chromium')) await needHeadless({ mayInstall: true });
    return;
  }
  const { CHROME_BIN = '' } = Object.assign({}, ...programs);
  const { passed, failed } = await runAll(only.flatMap(suitesOf), CHROME_BIN);
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}

new Command('npm run test:browsers --')
  .description('Runs scenarios in Chromium, Firefox and WebKit, and the karma suites in the last two.')
  .option('--only <engines>', `engines, separated by commas: ${ENGINES.join(', ')}`, engineNames, [...ENGINES])
  .option('--install', 'only install what is missing')
  .action((flags: Flags) => test(flags).catch((error: Error) => {
    console.error(pc.red(error.message));
    console.log('\n0 passed, 1 failed');
    process.exitCode = 1;
  }))
  .parseAsync();
