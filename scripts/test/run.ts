// Runs one suite as a command of its own.
import { spawn } from 'node:child_process';
import pc from 'picocolors';
import { type Counts, forget, root, type Suite } from './suites.ts';

const runNode = (args: string[], env: NodeJS.ProcessEnv): Promise<number> => new Promise((resolve) => {
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env });
  child.on('error', () => resolve(1));
  child.on('close', (code) => resolve(code ?? 1));
});

/** Runs a suite in this browser, with more environment for it, and shows its results. */
export async function run(suite: Suite, chrome: string, env: Record<string, string> = {}): Promise<Counts> {
  const started = Date.now();
  console.log(`\n${pc.bold(suite.name)} ${pc.dim(`· ${suite.about}`)}`);
  forget(suite);
  const code = await runNode(suite.args, { ...process.env, CHROME_BIN: chrome, ...suite.env, ...env });
  const counts: Counts = suite.count(code);
  console.log(pc.dim(`  ${((Date.now() - started) / 1000).toFixed(1)} s`));
  return counts;
}
