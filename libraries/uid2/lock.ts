/** Settles when the task has run, alone among all tabs if it can be. A task that says so has written what reaches other tabs in its own time. */
export type Lock = (task: () => Promise<unknown>) => Promise<unknown>;

/** A Web Lock; without them, or when it is not to be had within `patience` ms, just runs the task. */
export const webLock = (patience: number): Lock => async (task) => {
  const queue = new AbortController();
  const { locks } = navigator;
  let begun: Promise<unknown> | undefined;
  setTimeout(() => queue.abort(), patience);
  try {
    await locks.request('uid2', { signal: queue.signal }, async () => {
      // a free lock can be in another tab sooner than what was stored before: not after so many questions to the browser
      if (await (begun = task())) for (let i = 30; i; i--) await locks.query();
    });
  } catch (e) {
    await (begun ?? task());
  }
};
