// npm test: every suite, and one line at the end that sums them up.
import os from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import pc from 'picocolors';
import { findBrowser, needHeadless } from './browser.ts';
import { inLanes } from './test/lanes.ts';
import { run } from './test/run.ts';
import { suites } from './test/suites.ts';
import { timesOf } from './test/times.ts';

const names = [...new Set(suites.map(({ group }) => group))];

function suiteName(text: string, before: string[] = []): string[] {
  const chosen = text.split(',').map((name) => name.trim()).filter(Boolean);
  const unknown = chosen.find((name) => !names.includes(name));
  if (unknown !== undefined || chosen.length === 0) throw new InvalidArgumentError(`Choose from ${names.join(', ')}.`);
  return [...before, ...chosen];
}

/** Beyond one for each processor: suites wait for pages, files and each other. */
const MORE_LANES = 1;
const MOST_LANES = 6;

async function test({ only = names }: { only?: string[] }): Promise<void> {
  const chrome = await findBrowser();
  const headless = await needHeadless();
  console.log(pc.dim(`Browser: ${chrome}; without a window: ${headless}`));
  const chosen = suites.filter(({ group }) => only.includes(group));
  const lanes = Math.min(os.availableParallelism() + MORE_LANES, MOST_LANES, chosen.length);
  const runs = await inLanes(lanes, chosen.map((suite) => async () => {
    if (lanes > 1) console.log(pc.dim(`${suite.name} begins`));
    return { ...suite, ...await run(suite, chrome, {}, lanes === 1) };
  }));
  const sum = (key: 'passed' | 'failed') => runs.reduce((total, { [key]: count }) => total + count, 0);
  const [passed, failed] = [sum('passed'), sum('failed')];
  const broken = runs.filter((one) => one.failed > 0);
  if (broken.length > 0) {
    const again = `One suite again: npm test -- --only ${broken[0].group}`;
    console.log(pc.red(`\nFailed: ${broken.map(({ name }) => name).join(', ')}. ${again}`));
  }
  console.log(`\n${timesOf(runs).join('\n')}`);
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
}

new Command('npm test --')
  .description('Runs every test of this project; finds or installs a browser first.')
  .option('--only <suite>', `one suite, or several separated by commas: ${names.join(', ')}`, suiteName)
  .action((flags: { only?: string[] }) => test(flags).catch((error: Error) => {
    console.error(pc.red(error.message));
    console.log('\n0 passed, 1 failed');
    process.exitCode = 1;
  }))
  .parseAsync();
