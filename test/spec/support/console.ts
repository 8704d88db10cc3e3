// The console, overheard: put in place before Prebid, which keeps the methods that it finds when it is loaded.

const METHODS = ['log', 'info', 'warn', 'error', 'debug', 'trace', 'table', 'dir'] as const;

let hear: ((args: unknown[]) => void) | undefined;

for (const name of METHODS) {
  const original = console[name].bind(console);
  console[name] = (...args: unknown[]) => (hear ?? ((words) => original(...words)))(args);
}

// from here on everything that would be logged goes to the listener instead; without one, to the console again
function overhear(listener?: (args: unknown[]) => void) {
  hear = listener;
}

/** A logged value as text, with what is inside errors and circles. */
function asText(value: unknown): string {
  if (value instanceof Error) return `${value.message} ${value.stack}`;
  const seen = new Set();
  const withoutCircles = (_name: string, part: unknown) => {
    if (typeof part === 'bigint') return String(part);
    if (typeof part !== 'object' || part === null) return part;
    if (seen.has(part)) return '';
    seen.add(part);
    return part;
  };
  try {
    return JSON.stringify(value, withoutCircles) ?? String(value);
  } catch {
    return String(value);
  }
}

/** Everything that is logged in each test of the suite, a line for each call. */
export function logForEach(): string[] {
  const lines: string[] = [];
  beforeEach(() => {
    lines.length = 0;
    overhear((args) => { lines.push(args.map(asText).join(' ')); });
  });
  afterEach(() => overhear());
  return lines;
}
