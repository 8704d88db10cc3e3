// npm run bench:outage: many clients through an operator outage, our policy and Prebid's own; see outage/model.ts for what is simulated.
import fs from 'node:fs';
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import pc from 'picocolors';
import { figuresOf } from './outage/figures.ts';
import { MODEL } from './outage/model.ts';
import { headline, page, table, TITLES, type Pair } from './outage/report.ts';
import { playAll } from './outage/run.ts';
import { FAULTS } from './outage/world.ts';

interface Flags { clients: number; minutes: number; seed: number; quick?: boolean; out: string }

const QUICK = 100_000;

const whole = (least: number, most: number) => (text: string): number => {
  const value = Number(text.replaceAll('_', ''));
  if (/^[\d_]+$/.test(text) && value >= least && value <= most) return value;
  throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
};

// where lines cannot be written over, one for each tenth
function progress(): (share: number) => void {
  let said = 0;
  return (share) => {
    const percent = Math.floor(share * 100);
    if (process.stdout.isTTY) process.stdout.write(`\r  ${pc.dim(`${percent} %`)} `);
    else if (percent >= said + 10) console.log(pc.dim(`  ${said = percent - percent % 10} %`));
  };
}

async function bench(flags: Flags): Promise<void> {
  const { minutes, seed, out } = flags;
  const facts = { clients: flags.quick ? QUICK : flags.clients, minutes, seed };
  const started = Date.now();
  console.log(`${pc.bold(headline(facts))}\n`);
  MODEL.forEach((line) => console.log(pc.dim(`  ${line}`)));
  const policies = ['ours', 'theirs'] as const;
  const results = await playAll(FAULTS.flatMap((fault) => policies.map((policy) => ({ policy, setting: { ...facts, fault } }))), progress());
  if (process.stdout.isTTY) process.stdout.write('\r       \r');
  console.log(pc.dim(`  ${((Date.now() - started) / 1000).toFixed(0)} s`));
  const pairs = FAULTS.map((fault, index): Pair => {
    const [ours, theirs] = results.slice(2 * index);
    return { fault, ours, theirs, figures: { ours: figuresOf(ours, minutes), theirs: figuresOf(theirs, minutes) } };
  });
  pairs.forEach((pair) => console.log(`\n${pc.bold(TITLES[pair.fault])}\n${table(pair)}`));
  fs.mkdirSync(out, { recursive: true });
  const write = (name: string, text: string) => {
    fs.writeFileSync(path.join(out, name), text);
    return path.relative('', path.join(out, name));
  };
  const series = pairs.map(({ fault, figures, ours, theirs }) =>
    ({ fault, figures, requests: { ours: [...ours.requests], theirs: [...theirs.requests] } }));
  console.log(`\n${write('outage.html', page(facts, pairs))}, ${write('outage.json', JSON.stringify({ ...facts, model: MODEL, outages: series }))}`);
}

new Command('npm run bench:outage --')
  .description('Simulates many clients through an operator outage, with this module and with Prebid\'s own.')
  .option('--clients <number>', 'how many readers there are', whole(100, 10_000_000), 1_000_000)
  .option('--minutes <number>', 'how long the operator fails', whole(1, 120), 10)
  .option('--seed <number>', 'another seed is another day', whole(0, 2 ** 32 - 1), 1)
  .option('--quick', `${QUICK.toLocaleString('en')} clients`)
  .option('--out <directory>', 'where outage.html and outage.json are written', path.resolve(__dirname, '../build/bench'))
  .action((flags: Flags) => bench(flags).catch((error: Error) => {
    console.error(pc.red(error.message));
    process.exitCode = 1;
  }))
  .parseAsync();
