import type { Browser, Listener, Tab, Task } from './browser.ts';
import type { Port } from './channels.ts';

// The globals of a page, as the module sees them.

// the module asks for it as it is loaded, so whoever imports the module imports this file first
Object.assign(globalThis, { FEATURES: { UID2_CSTG: true } });

// whose code is running: globals are of one tab
let browser: Browser | undefined;
let current: Tab | undefined;

/** From here on, this tab's code runs, or none's. */
export function enter(which: Browser, tab?: Tab) {
  browser = which;
  current = tab;
}

/** The tab whose code runs. */
export const here = (): Tab => {
  if (!current) browser!.broken ??= new Error('code ran that belongs to no task: more microtasks than TICKS?');
  return current!;
};

const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout, now: Date.now };

function listen(type: string, listener: Listener) {
  here().listeners.push({ type, listener });
}

/** Events within events, so many: two Prebids of one document tell each other without end. */
const TOO_DEEP = 20;
let depth = 0;

function dispatch(event: { type: string; detail: unknown }) {
  if (++depth > TOO_DEEP) browser!.broken ??= new Error('two Prebids of one document tell each other without end');
  const heard = depth > TOO_DEEP ? [] : here().listeners.filter(({ type }) => type === event.type);
  try {
    heard.forEach(({ listener }) => listener(event));
  } finally {
    depth--;
  }
}

class Channel {
  port: Port;
  constructor(name: string) {
    this.port = browser!.channels.open(here(), name);
  }

  addEventListener(_type: 'message', listener: Listener) {
    this.port.listener = listener;
  }

  postMessage(data: unknown) {
    browser!.channels.post(this.port, data);
  }

  close() {
    browser!.channels.close(this.port);
  }
}

/** In the place of Web Cryptography, whose answers no task can wait for: what is sealed can be read, and a hash is its text. */
const subtle = {
  importKey: async () => ({}),
  generateKey: async () => ({}),
  deriveKey: async () => ({}),
  exportKey: async () => new ArrayBuffer(8),
  digest: async (_name: string, bytes: Uint8Array) => bytes,
  encrypt: async (_how: object, _key: object, bytes: Uint8Array) => bytes,
  decrypt: async (_how: object, _key: object, bytes: Uint8Array) => bytes,
};

/** Puts the browser's globals in place, and gives back how to take them away. */
export function installGlobals(): () => void {
  const fakes: Record<string, unknown> = {
    location: { hostname: 'shop', protocol: 'http:' },
    document: { addEventListener: listen, get hidden() { return here().hidden; } },
    navigator: { get locks() { return browser!.locks; } },
    BroadcastChannel: Channel,
    crypto: { subtle, getRandomValues: <T>(bytes: T) => bytes },
    dispatchEvent: dispatch,
    addEventListener: listen,
    setTimeout: (task: Task, ms = 0) => (current ? browser!.setTimer(current, task, ms) : real.setTimeout(task, ms)),
    clearTimeout: (id: number) => (current ? browser!.clearTimer(current, id) : real.clearTimeout(id)),
  };
  const before = [...Object.keys(fakes), 'window'].map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const);
  Object.entries(fakes).forEach(([name, value]) => {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  });
  Object.defineProperty(globalThis, 'window', { get: () => current?.window, configurable: true });
  Date.now = () => (current ? browser!.now() : real.now());
  return () => {
    Date.now = real.now;
    before.forEach(([name, descriptor]) => {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else delete (globalThis as Record<string, unknown>)[name];
    });
  };
}
