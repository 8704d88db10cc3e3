/** Settles when the task has run, alone among all tabs if it can be. */
export type Lock = (task: () => Promise<unknown>) => Promise<unknown>;

/** A Web Lock; without them, or when it is not to be had within `patience` ms, just runs the task. */
export const webLock = (patience: number, now = () => performance.now()): Lock => async (task) => {
  const queue = new AbortController();
  const { locks } = navigator;
  const since = now();
  let begun: Promise<unknown> | undefined;
  setTimeout(() => queue.abort(), patience);
  try {
    await locks.request('uid2', { signal: queue.signal }, async () => {
      // the lock of another tab is here sooner than what that one has stored: not after so many questions to the browser
      if (now() > since + 2) for (let i = 30; i; i--) await locks.query();
      await (begun = task());
    });
  } catch (e) {
    await (begun ?? task());
  }
};
