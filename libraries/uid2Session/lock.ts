import type { Lock } from './env.js';

const NAME = 'uid2';

/**
 * A Web Lock. The task runs exactly once: in the lock if it is free, else in its turn, else after `patience` ms.
 * Where there are no locks, or storage is blocked and asking for one throws, it just runs.
 */
export const webLock = (patience: number): Lock => async (task) => {
  const { locks } = navigator;
  const queue = new AbortController();
  /** Begun by whichever comes first: the lock, the end of patience, or an error. The others find it running. */
  let running: Promise<unknown> | undefined;
  const runOnce = (hasWaited: boolean) => (running ??= task(hasWaited));

  async function inLock(hasWaited: boolean) {
    // the lock may come after patience has ended
    if (running) return;
    await runOnce(hasWaited);
    // Firefox: what was written reaches other tabs later than a free lock does, unless the browser is asked once more
    await locks.query();
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
    await runOnce(true);
  }

  await Promise.race([runInLock().catch(() => runOnce(false)), runWithoutLock()]);
  await running;
};
