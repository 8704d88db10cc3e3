// a longer wait is made in parts: browsers take no more than 24.8 days, and clocks may be set
const HOUR_MS = 3600e3;

/** Makes the one timer: takes the delay until it goes off (ms), or nothing for never, and says whether the page is hidden. */
export type Wakeup = (wake: (event?: Event) => void, leave: () => void) => (delay?: number) => boolean;

/** Wakes when the time has come in a visible page, when the page is shown or hidden, and when another tab wrote what starts with `key`; tells when the page is left. */
export const pageWakeup = (key: string): Wakeup => (wake, leave) => {
  let timer: ReturnType<typeof setTimeout>;
  document.addEventListener('visibilitychange', wake);
  addEventListener('pageshow', wake);
  addEventListener('pagehide', leave);
  // of all storage at once there is no key
  addEventListener('storage', (event) => event.key?.indexOf(key) || wake());
  return (delay) => {
    const { hidden } = document;
    clearTimeout(timer);
    if (delay! < Infinity && !hidden) timer = setTimeout(wake, Math.min(delay!, HOUR_MS));
    return hidden;
  };
};
