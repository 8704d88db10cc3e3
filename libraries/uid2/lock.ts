export type Lock = (name: string, task: () => Promise<void>) => Promise<void>;

/** Runs the task alone among all tabs; without Web Locks, or when the lock is not to be had within `wait` ms, just runs it. */
export const webLock = (wait: number): Lock => async (name, task) => {
  let begun: Promise<void> | undefined;
  try {
    await navigator.locks.request(name, { signal: AbortSignal.timeout(wait) }, () => (begun = task()));
  } catch (e) {
    await (begun ?? task());
  }
};
