// npm run test:versions: the browser suites with each major version of Prebid that the module is for.
import { Command } from 'commander';
import pc from 'picocolors';
import { findBrowser } from './browser.ts';
import { prebidAt } from './build/download.ts';
import { isProblem } from './build/problem.ts';
import { run } from './test/run.ts';
import { suites } from './test/suites.ts';

const VERSIONS = ['9.46.0', '10.29.1', '11.30.0', '11.36.0'];
const SUITES = ['own', 'prebid', 'e2e'];

const list = (text: string) => text.split(',').map((name) => name.trim()).filter(Boolean);

async function test(versions: string[], only: string[]): Promise<void> {
  const chrome = await findBrowser();
  const rows: string[] = [];
  let failed = 0;
  for (const version of versions) {
    prebidAt(version);
    const cells: string[] = [];
    for (const suite of suites.filter(({ group }) => only.includes(group))) {
      console.log(pc.bold(`\nprebid.js ${version}`));
      const counts = await run(suite, chrome, { PREBID: version });
      failed += counts.failed;
      cells.push((counts.failed ? pc.red : pc.green)(`${suite.name} ${counts.passed} passed, ${counts.failed} failed`));
    }
    rows.push([version.padEnd(8), ...cells].join('   '));
  }
  console.log(`\n${rows.join('\n')}`);
  process.exitCode = failed > 0 ? 1 : 0;
}

new Command('npm run test:versions --')
  .description('Runs the browser suites with several versions of Prebid, which are downloaded once; takes some minutes each.')
  .option('--versions <list>', 'versions, separated by commas', list, VERSIONS)
  .option('--only <suites>', `suites, separated by commas: ${SUITES.join(', ')}`, list, SUITES)
  .action(({ versions, only }: { versions: string[]; only: string[] }) => test(versions, only).catch((error: unknown) => {
    console.error(pc.red(isProblem(error) ? error.message : (error as Error).stack ?? String(error)));
    process.exitCode = 1;
  }))
  .parseAsync();
