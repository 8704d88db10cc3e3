// Processes that a run has started and that outlive it.
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

const PATIENCE = 10_000;

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

// told by their environment; nowhere but on Linux can that be read
function bearing(mark: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && read(`/proc/${name}/environ`).includes(mark))
    .map((pid) => `${pid} ${read(`/proc/${pid}/comm`).trim()}`);
}

/** The processes with this text in their environment, once they have had time to end: id and name. */
export async function leftovers(mark: string): Promise<string[]> {
  const deadline = performance.now() + PATIENCE;
  while (bearing(mark).length > 0 && performance.now() < deadline) await setTimeout(100);
  return bearing(mark);
}
