// The command prebid-uid2: puts our module into a source checkout of Prebid.js, and takes it out again.
import { Command } from 'commander';
import path from 'node:path';
import colors from 'picocolors';
import { type Done, install, Refusal, uninstall } from './checkout.ts';

interface Flags { force?: boolean }

const BUILD = 'npx gulp build --modules=uid2IdSystem,appnexusBidAdapter';

function report({ written, removed, record }: Done): void {
  for (const name of written) console.log(`${colors.green('  wrote   ')}${name}`);
  for (const name of removed) console.log(`${colors.yellow('  removed ')}${name}`);
  if (written.length + removed.length === 0) console.log('  nothing to do: all of it is as it should be');
  if (record) console.log(`\nWhat was there is kept in ${record}: leave it with the checkout, uninstall needs it.`);
}

// the same form for both: does it, says it, or says in a line why not
const action = (title: string, act: (folder: string, force: boolean) => Done, after: (folder: string) => string) => (folder: string, { force = false }: Flags) => {
  try {
    const done = act(path.resolve(folder), force);
    console.log(`${title} Prebid.js ${done.version} in ${folder}`);
    report(done);
    console.log(`\n${after(folder)}`);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    console.error(colors.red(error.message));
    process.exitCode = 1;
  }
};

const program = new Command('prebid-uid2')
  .description('Puts this UID2 module in place of Prebid\'s own in a source checkout or fork of Prebid.js.');

program.command('install <path>')
  .description('replaces uid2IdSystem there; again, to bring it up to date')
  .option('--force', 'also over files that have changes of their own')
  .action(action('UID2 for', install, (folder) => `Now build it: cd ${folder} && ${BUILD}\nAdd ,uid2Sdk for window.__uid2, which pages written for UID2's JavaScript SDK expect: it is optional.`));

program.command('uninstall <path>')
  .description('restores what was there')
  .option('--force', 'also over files that have been changed since')
  .action(action('Prebid\'s own UID2 again for', uninstall, (folder) => `Now build it: cd ${folder} && ${BUILD}`));

program.parse();
