// What a page has done, as the page itself logs it; and what Prebid has logged of ours.
import type { BrowserContext, Page } from 'playwright-core';

// as text, since what compiles these files leaves names in functions that a page does not have
const STORAGE = `{
  const used = window.used = [];
  const note = (what, name) => { if (/uid2|uid_2/i.test(name)) used.push(what + ' ' + name); };
  for (const name of ['getItem', 'setItem', 'removeItem']) {
    const real = Storage.prototype[name];
    Storage.prototype[name] = function (...args) { note(name, args[0]); return real.apply(this, args); };
  }
  // other modules use cookies too: what is looked for in them tells whose it is
  const { match } = String.prototype;
  String.prototype.match = function (pattern) {
    note('get cookie', String(pattern));
    return match.call(this, pattern);
  };
  const { get, set } = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie');
  Object.defineProperty(Document.prototype, 'cookie', {
    get,
    set(value) { note('set cookie', value); set.call(this, value); },
  });
}`;

const HABITS = `{
  const habits = window.habits = [];
  const { addEventListener } = EventTarget.prototype;
  EventTarget.prototype.addEventListener = function (type, ...rest) {
    habits.push('listens on ' + (this ?? window).constructor.name + ' for ' + type);
    return addEventListener.call(this ?? window, type, ...rest);
  };
  for (const name of ['setTimeout', 'setInterval']) {
    const real = window[name];
    window[name] = (...args) => { habits.push(name); return real(...args); };
  }
  const Real = BroadcastChannel;
  window.BroadcastChannel = class extends Real { constructor(name) { super(name); habits.push('channel'); } };
  const request = LockManager.prototype.request;
  LockManager.prototype.request = function (...args) { habits.push('lock'); return request.apply(this, args); };
}`;

/** Pages loaded from here on log each use of our keys and cookies. */
export const spyOnStorage = (context: BrowserContext) => context.addInitScript({ content: STORAGE });

/** Pages loaded from here on log their listeners, timers, channels and locks. */
export const spyOnHabits = (context: BrowserContext) => context.addInitScript({ content: HABITS });

/** The uses of our keys and cookies since the last time this was asked. */
export const usedBy = (page: Page): Promise<string[]> => page.evaluate(() => (window as any).used.splice(0));

/** What the page has set up so far, in order of the alphabet. */
export const habitsOf = (page: Page): Promise<string[]> => page.evaluate(() => [...(window as any).habits].sort());

/** The warnings and errors that Prebid has logged, and that name UID2. */
export const warningsOf = (page: Page): Promise<string[]> => page.evaluate(() => (window as any).pbjs.getEvents()
  .filter(({ eventType, args }: any) => eventType === 'auctionDebug' && /WARN|ERR/.test(args.type))
  .map(({ args }: any) => Object.values(args.arguments).map(String).join(' '))
  .filter((text: string) => /UID2/.test(text)));
