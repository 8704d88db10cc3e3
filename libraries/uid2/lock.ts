/** Settles when the task has run, alone among all tabs if it can be. */
export type Lock = (task: () => Promise<unknown>) => Promise<unknown>;

/** A Web Lock; without them, or when it is not to be had within `patience` ms, just runs the task. */
export const webLock = (patience: number, looks = 30): Lock => async (task) => {
  const queue = new AbortController();
  const { locks } = navigator;
  let begun: Promise<unknown> | undefined;
  setTimeout(() => queue.abort(), patience);
  const enter = (options: LockOptions, wait: number) => begun ?? locks.request('uid2', options, async (lock) => {
    if (!lock) return;
    while (wait--) await locks.query();
    await (begun = task());
  });
  try {
    await enter({ ifAvailable: true }, 0);
    // the lock of another tab is here sooner than what that one has stored: not after so many questions to the browser
    await enter({ signal: queue.signal }, looks);
  } catch (e) {
    await (begun ?? task());
  }
};
