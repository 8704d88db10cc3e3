// Runs one suite as a command of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import pc from 'picocolors';
import { type Counts, forget, root, type Suite } from './suites.ts';

/** More than a suite has to say, bytes. */
const MOST = 1e8;

/** Runs node until it ends, and gives its exit code; what it writes is kept until the screen is free. */
async function runNode(args: string[], env: NodeJS.ProcessEnv, free: Promise<unknown> | undefined): Promise<number> {
  if (!free) return codeOf(spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env }));
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...env, ...(pc.isColorSupported && { FORCE_COLOR: '1' }) } });
  const kept = new PassThrough({ highWaterMark: MOST });
  for (const stream of [child.stdout, child.stderr]) stream.pipe(kept, { end: false });
  const [code] = await Promise.all([
    codeOf(child).finally(() => kept.end()),
    free.then(() => finished(kept.on('data', (text) => process.stdout.write(text)))),
  ]);
  return code;
}

const codeOf = (child: ReturnType<typeof spawn>): Promise<number> => once(child, 'close').then(([code]) => code ?? 1, () => 1);

/** Runs a suite in this browser, with more environment for it, and shows its results: at once, or when the screen is free. */
export async function run(suite: Suite, chrome: string, env: Record<string, string> = {}, free?: Promise<unknown>): Promise<Counts> {
  const started = Date.now();
  const say = () => console.log(`\n${pc.bold(suite.name)} ${pc.dim(`· ${suite.about}`)}`);
  forget(suite);
  if (!free) say();
  const code = await runNode(suite.args, { ...process.env, CHROME_BIN: chrome, ...suite.env, ...env }, free?.then(say));
  const counts: Counts = suite.count(code);
  console.log(pc.dim(`  ${((Date.now() - started) / 1000).toFixed(1)} s`));
  return counts;
}
