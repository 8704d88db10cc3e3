/** Settles when the task has run, alone among all tabs if it can be. */
export type Lock = (task: () => Promise<void>) => Promise<void>;

/** A Web Lock; without them, or when it is not to be had within `patience` ms, just runs the task. */
export const webLock = (patience: number): Lock => async (task) => {
  const queue = new AbortController();
  let begun: Promise<void> | undefined;
  setTimeout(() => queue.abort(), patience);
  try {
    await navigator.locks.request('uid2', { signal: queue.signal }, () => (begun = task()));
  } catch (e) {
    await (begun ?? task());
  }
};
