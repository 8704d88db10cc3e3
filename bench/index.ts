// npm run bench: this module and Prebid's own, side by side.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import pc from 'picocolors';
import { agreementOf, agreementText, unlike, type Results } from './compare.ts';
import { openLab, type Lab } from './lab.ts';
import { page, type Facts, type Measured } from './report.ts';
import { textOf } from './results.ts';
import { SECTIONS } from './sections.ts';

interface Flags { only?: string[]; runs?: number; quick?: boolean; compare?: Results; out: string }

const NAMES = SECTIONS.map(({ name }) => name);
// even, so that each goes first as often as the other
const RUNS = 6;
const QUICK_RUNS = 2;

function sectionNames(text: string): string[] {
  const chosen = text.split(',').map((name) => name.trim()).filter(Boolean);
  if (!chosen.length || chosen.some((name) => !NAMES.includes(name))) throw new InvalidArgumentError(`Choose from ${NAMES.join(', ')}.`);
  return chosen;
}

function count(text: string): number {
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number from 1 to 999.');
}

function results(file: string): Results {
  try {
    const found = JSON.parse(fs.readFileSync(file, 'utf8')) as Results;
    if (found.sections.every(({ rows }) => Array.isArray(rows))) return found;
  } catch {}
  throw new InvalidArgumentError('Give a results.json of an earlier run.');
}

// where lines cannot be written over, one for each fifth
function progress(name: string): (share: number) => void {
  let said = 0;
  return (share) => {
    const percent = Math.floor(share * 100);
    if (process.stdout.isTTY) process.stdout.write(`\r  ${pc.dim(`${name} ${percent} %`)}   `);
    else if (percent >= said + 20) console.log(pc.dim(`  ${said = percent - percent % 20} %`));
  };
}

async function bench({ only = NAMES, quick = false, runs = quick ? QUICK_RUNS : RUNS, compare, out }: Flags): Promise<void> {
  const started = Date.now();
  const began = new Date().toISOString();
  fs.mkdirSync(out, { recursive: true });
  let lab: Promise<Lab> | undefined;
  const openOnce = () => (lab ??= openLab(out));
  /** The lab, if there is one. */
  const opened = () => lab?.catch(() => undefined);
  const measured: Measured[] = [];
  try {
    for (const { name, title, run } of SECTIONS.filter((section) => only.includes(section.name))) {
      const since = Date.now();
      console.log(`\n${pc.bold(title)}`);
      const finding = await run({ runs, quick, out, lab: openOnce, progress: progress(name) }).catch(async (error: Error) => {
        process.exitCode = 1;
        (await opened())?.reset();
        return { rows: [], notes: [`Not measured: ${error.message}`] };
      });
      if (process.stdout.isTTY) process.stdout.write('\r                         \r');
      const seconds = (Date.now() - since) / 1000;
      measured.push({ name, title, seconds, ...finding });
      if (finding.rows.length) console.log(textOf(finding.rows));
      finding.notes.forEach((note) => console.log(pc.dim(`  ${note}`)));
      console.log(pc.dim(`  ${seconds.toFixed(0)} s`));
    }
    const facts: Facts = {
      began,
      seconds: (Date.now() - started) / 1000,
      runs,
      quick,
      prebid: JSON.parse(fs.readFileSync(path.resolve(__dirname, '../node_modules/prebid.js/package.json'), 'utf8')).version,
      node: process.version,
      chromium: (await opened())?.version,
      processor: `${os.cpus().length} × ${os.cpus()[0]?.model.trim()}`,
      // above the number of processors, what takes time takes longer
      load: os.loadavg()[0],
    };
    const write = (name: string, text: string) => {
      fs.writeFileSync(path.join(out, name), text);
      return path.relative('', path.join(out, name));
    };
    console.log(`\n${write('report.html', page(facts, measured))}, ${write('results.json', JSON.stringify({ ...facts, sections: measured }, null, 1))}` +
      pc.dim(`  ${facts.seconds.toFixed(0)} s`));
    const found: Results = { ...facts, sections: measured };
    if (compare) [...unlike(compare, found), ...agreementText(agreementOf(compare, found))].forEach((line) => console.log(`  ${line}`));
  } finally {
    await (await opened())?.close();
  }
}

new Command('npm run bench --')
  .description('Measures this module and Prebid\'s own, in turn: a table, build/bench/report.html and results.json. Nothing passes or fails by time.')
  .option('--only <sections>', `some of ${NAMES.join(', ')}, separated by commas`, sectionNames)
  .option('--runs <number>', `samples of each (default: ${RUNS}, quick ${QUICK_RUNS})`, count)
  .option('--quick', 'fewer samples and smaller simulations, for a first look')
  .option('--compare <file>', 'a results.json of an earlier run: says which figures are not the same again', results)
  .option('--out <directory>', 'where the report is written', path.resolve(__dirname, '../build/bench'))
  .action((flags: Flags) => bench(flags).catch((error: Error) => {
    console.error(pc.red(error.message));
    process.exitCode = 1;
  }))
  .parseAsync();
