// npm test: every suite, and one line at the end that sums them up.
import os from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import pc from 'picocolors';
import { findBrowser } from './browser.ts';
import { run } from './test/run.ts';
import { type Suite, suites } from './test/suites.ts';

const names = suites.map(({ name }) => name);

function suiteName(text: string, before: string[] = []): string[] {
  const chosen = text.split(',').map((name) => name.trim()).filter(Boolean);
  const unknown = chosen.find((name) => !names.includes(name));
  if (unknown !== undefined || chosen.length === 0) throw new InvalidArgumentError(`Choose from ${names.join(', ')}.`);
  return [...before, ...chosen];
}

async function test({ only = names }: { only?: string[] }): Promise<void> {
  const chrome = await findBrowser();
  console.log(pc.dim(`Browser: ${chrome}`));
  const total = { passed: 0, failed: 0 };
  const broken: string[] = [];
  const chosen = suites.filter(({ name }) => only.includes(name));
  const long = chosen.find(({ isLong }) => isLong && chosen.length > 1 && os.availableParallelism() > 1);

  async function add(suite: Suite, free?: Promise<unknown>) {
    const { passed, failed } = await run(suite, chrome, {}, free);
    total.passed += passed;
    total.failed += failed;
    if (failed > 0) broken.push(suite.name);
  }

  async function inTurn() {
    for (const suite of chosen) if (suite !== long) await add(suite);
  }

  if (long) console.log(pc.dim(`${long.name} runs beside the others; what it finds comes last`));
  const others = inTurn();
  await Promise.all([others, long && add(long, others)]);
  if (broken.length > 0) console.log(pc.red(`\nFailed: ${broken.join(', ')}. One suite again: npm test -- --only ${broken[0]}`));
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
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
