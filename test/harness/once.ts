// Work that several processes need done, and one of them does.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';

const WAIT_MS = 50;

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

// with its content from the start, so that nobody reads half of it
function take(lock: string): boolean {
  const mine = `${lock}.${process.pid}`;
  fs.writeFileSync(mine, String(process.pid));
  try {
    fs.linkSync(mine, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    fs.rmSync(mine);
  }
}

/** Waits a moment; a lock whose process is gone is taken away. */
async function wait(lock: string): Promise<void> {
  try {
    if (isRunning(Number(fs.readFileSync(lock, 'utf8')))) await setTimeout(WAIT_MS);
    else fs.rmSync(lock, { force: true });
  } catch {
    // it has just been released
  }
}

/** Makes a folder if it is not there: `make` fills another, which gets its name at the end. Other processes wait for it. */
export async function madeOnce(folder: string, make: (folder: string) => Promise<unknown>): Promise<void> {
  const lock = `${folder}.lock`;
  fs.mkdirSync(path.dirname(folder), { recursive: true });
  while (!fs.existsSync(folder)) {
    if (!take(lock)) {
      await wait(lock);
      continue;
    }
    const unfinished = fs.mkdtempSync(`${folder}.`);
    try {
      if (fs.existsSync(folder)) return;
      await make(unfinished);
      fs.renameSync(unfinished, folder);
    } finally {
      fs.rmSync(unfinished, { recursive: true, force: true });
      fs.rmSync(lock, { force: true });
    }
  }
}
