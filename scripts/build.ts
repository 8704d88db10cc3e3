// npm run build -- --modules=uid2IdSystem,appnexusBidAdapter
import path from 'node:path';
import { Command } from 'commander';
import pc from 'picocolors';
import { build, isProblem, parseModules } from './build/index.ts';
import { prebidAt } from './build/download.ts';
import { layoutOf } from './build/layout.ts';
import { report } from './build/report.ts';

interface Flags { modules?: string; disable?: string; enable?: string; out?: string; dev?: boolean; prebid?: string; uid2?: 'ours' | 'prebid' }

const list = (text = '') => text.split(',').map((name) => name.trim()).filter(Boolean);

async function run(flags: Flags): Promise<void> {
  const started = Date.now();
  if (flags.uid2 !== 'ours' && flags.uid2 !== 'prebid') throw Object.assign(new Error(`--uid2 must be ours or prebid, not ${flags.uid2}`), { name: 'BuildProblem' });
  const prebid = flags.prebid && prebidAt(flags.prebid);
  const modules = parseModules(flags.modules ?? '', layoutOf({ ...flags, prebid }));
  const result = await build({
    ...flags,
    prebid,
    modules,
    disable: list(flags.disable),
    enable: list(flags.enable),
    compare: flags.dev ? undefined : 'uid2IdSystem'
  });
  console.log(report(result, flags).join('\n'));
  console.log(`\n${pc.green('built')} ${path.relative('.', result.file)} ${pc.dim(`prebid.js ${result.version}, ${((Date.now() - started) / 1000).toFixed(1)} s`)}`);
}

new Command('build')
  .description('Makes a Prebid.js bundle with the UID2 module of this project.')
  .option('--modules <list>', 'modules, separated by commas, or a JSON file with an array of them')
  .option('--disable <features>', 'features to leave out, separated by commas, for example UID2_CSTG')
  .option('--enable <features>', 'features to put in, separated by commas')
  .option('--out <file>', 'the file to write (default: build/dist/prebid.js)')
  .option('--dev', 'readable output')
  .option('--prebid <path>', 'another copy of the prebid.js package, or a version, such as 9.46.0, which is downloaded once')
  .option('--uid2 <whose>', 'ours, or prebid for the module that Prebid ships', 'ours')
  .action((flags: Flags) => run(flags).catch((error: unknown) => {
    console.error(pc.red(isProblem(error) ? error.message : (error as Error).stack ?? String(error)));
    process.exitCode = 1;
  }))
  .parseAsync();
