// The console, overheard: put in place before Prebid, which keeps the methods that it finds when it is loaded.

const METHODS = ['log', 'info', 'warn', 'error', 'debug', 'trace', 'table', 'dir'] as const;

let hear: ((args: unknown[]) => void) | undefined;

for (const name of METHODS) {
  const original = console[name].bind(console);
  console[name] = (...args: unknown[]) => (hear ?? ((words) => original(...words)))(args);
}

/** From here on everything that would be logged goes to the listener instead; without one, to the console again. */
export function overhear(listener?: (args: unknown[]) => void) {
  hear = listener;
}
