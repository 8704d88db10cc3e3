const HOUR_MS = 3600e3;

export type Wakeup = ReturnType<typeof createWakeup>;

/** Calls `wake` when the time has come, the page is shown again, or another tab wrote to storage. */
export function createWakeup(wake: () => void) {
  let timer: ReturnType<typeof setTimeout>;
  document.addEventListener('visibilitychange', wake);
  window.addEventListener('pageshow', wake);
  window.addEventListener('storage', wake);

  /** Replaces the time to wake at: `delay` ms from now, or never. A late timer just looks again, and a long one looks between. */
  return (delay: number) => {
    clearTimeout(timer);
    if (delay < Infinity) timer = setTimeout(wake, Math.min(delay, HOUR_MS));
  };
}
