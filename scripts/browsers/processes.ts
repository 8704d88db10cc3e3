// Programs that a test run starts, each with all that it starts in turn, and ended together with the run.
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';

const running = new Set<ChildProcess>();

// a group of its own, so that the children of a browser end with it
function kill({ pid }: ChildProcess): void {
  try {
    if (pid) process.kill(-pid, 'SIGKILL');
  } catch {}
}

process.on('exit', () => running.forEach(kill));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

/** Starts a program; rejects if it is not there. */
export async function start(file: string, args: string[], options: SpawnOptions): Promise<ChildProcess> {
  const child = spawn(file, args, { ...options, detached: true });
  await once(child, 'spawn');
  running.add(child);
  return child;
}

/** Ends a program and its children. */
export async function stop(child: ChildProcess): Promise<void> {
  const isOver = child.exitCode !== null || child.signalCode !== null;
  const ended = isOver ? undefined : once(child, 'exit');
  kill(child);
  await ended;
  running.delete(child);
}
