// Runs one suite as a command of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import pc from 'picocolors';
import { type Counts, forget, root, type Suite } from './suites.ts';

export interface Run extends Counts { ms: number }

type Env = Record<string, string | undefined>;

/** Runs node until it ends, and gives its exit code and what it has written, unless that went to the screen at once. */
async function runNode(args: string[], env: Env, isAlone: boolean): Promise<{ code: number; text: Buffer }> {
  const colors = pc.isColorSupported && !isAlone ? { FORCE_COLOR: '1' } : {};
  const child = spawn(process.execPath, args,
    { cwd: root, stdio: ['ignore', isAlone ? 'inherit' : 'pipe', isAlone ? 'inherit' : 'pipe'], env: { ...env, ...colors } });
  const pieces: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (piece: Buffer) => pieces.push(piece));
  const code = await once(child, 'close').then(([code]) => code ?? 1, () => 1);
  return { code, text: Buffer.concat(pieces) };
}

/** Runs a suite in this browser, with more environment for it, and shows its results: as they come if it runs alone, else at its end. */
export async function run(suite: Suite, chrome: string, env: Record<string, string> = {}, isAlone = true): Promise<Run> {
  const started = Date.now();
  const say = () => console.log(`\n${pc.bold(suite.name)} ${pc.dim(`· ${suite.about}`)}`);
  forget(suite);
  if (isAlone) say();
  const { code, text } = await runNode(suite.args, { ...process.env, CHROME_BIN: chrome, BUILD_CACHE: suite.name, ...suite.env, ...env }, isAlone);
  // from here on nothing of another suite comes in between
  if (!isAlone) say();
  process.stdout.write(text);
  const counts = suite.count(code);
  const ms = Date.now() - started;
  console.log(pc.dim(`  ${(ms / 1000).toFixed(1)} s`));
  return { ...counts, ms };
}
