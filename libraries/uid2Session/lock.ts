import { attempt } from './parse.js';
import type { Lock } from './env.js';

const NAME = 'uid2';

/** What this Prebid does in the lock: its last task. */
type Own = { task?: Promise<unknown> };

/**
 * A Web Lock. The task runs exactly once: in the lock if it is free, else in its turn, else after `patience` ms.
 * A task that comes while another one of this Prebid has the lock runs right after that one, in the same lock.
 * Where there are no locks, or storage is blocked and asking for one throws, it just runs.
 */
export function webLock(patience: number): Lock {
  const own: Own = {};
  return async (task) => {
    const next = () => task(false);
    if (own.task) return (own.task = own.task.then(next, next));
    return inTurn(task, patience, own);
  };
}

/** Gives the lock back once the last task is over: another one may come meanwhile. */
async function untilAllEnded(own: Own): Promise<void> {
  const { task } = own;
  await task?.catch(() => {});
  // Firefox: what was written reaches other tabs later than a free lock does, unless the browser is asked once more
  await attempt(() => navigator.locks.query())?.catch(() => {});
  if (task !== own.task) return untilAllEnded(own);
  own.task = undefined;
}

async function inTurn(task: Parameters<Lock>[0], patience: number, own: Own) {
  const { locks } = navigator;
  const queue = new AbortController();
  /** Begun by whichever comes first: the lock, the end of patience, or an error. The others find it running. */
  let running: Promise<unknown> | undefined;
  const runOnce = (hasWaited: boolean) => (running ??= task(hasWaited));

  async function inLock(hasWaited: boolean) {
    // the lock may come after patience has ended
    if (running) return;
    own.task = runOnce(hasWaited);
    await untilAllEnded(own);
  }

  async function runInLock() {
    const isFree = await locks.request(NAME, { ifAvailable: true }, async (lock) => {
      if (lock) await inLock(false);
      return lock !== null;
    });
    if (!isFree) await locks.request(NAME, { signal: queue.signal }, () => inLock(true));
  }

  async function runWithoutLock() {
    await new Promise((resolve) => setTimeout(resolve, patience));
    queue.abort();
    // at once: the end of the queue would run it too
    await runOnce(true);
  }

  await Promise.race([runInLock().catch(() => runOnce(false)), runWithoutLock()]);
  await running;
}
