import { createChannels, type Message } from './channels.ts';
import { enter } from './globals.ts';
import { createLocks } from './locks.ts';
import { createStorage } from './storage.ts';

// A browser of several tabs without Chromium: what the module uses of one, and time that moves only when told to.

/** Microtasks that the longest chain of promises in one task takes, and some. */
const TICKS = 48;
/** How many timers go off in one span of time; a tab that has more sleeps through the rest. */
const MOST_TIMERS = 30;

export type Task = () => void;
export type Listener = (event: { key?: string | null; data?: unknown; type?: string; detail?: unknown }) => void;
type Timer = { id: number; at: number; task: Task };

/** A document: a page, or a frame in one. */
export interface Tab {
  name: number;
  /** The page that a frame is in. */
  parent?: Tab;
  /** What its scripts have put on `window`. */
  window: { [name: string]: unknown };
  /** When its Prebids have asked the operator, ms since the start. */
  requested: number[];
  open: boolean;
  hidden: boolean;
  frozen: boolean;
  /** In the back/forward cache. */
  parked: boolean;
  /** How many channels it had as it was left. */
  ports?: number;
  tasks: Task[];
  /** Storage events that are still on their way. */
  events: { steps: number; key: string | null }[];
  timers: Timer[];
  listeners: { type: string; listener: Listener; owner?: unknown }[];
}

export type Browser = ReturnType<typeof createBrowser>;

/** What is watched from outside. */
export interface Watch {
  /** A task of the tab has run. */
  ran(tab: Tab): void;
  passed(ms: number): void;
  /** The tab is about to hear of an event, of storage or (without a key) another. */
  hears(tab: Tab, key?: string | null): void;
  receives(message: Message): void;
  /** What happens outside of the tabs next, and when. */
  next(): [at: number, task: Task] | undefined;
}

export function createBrowser(withLocks: boolean, clock: number, [random, news]: [random: () => number, news: () => number], watch: Watch) {
  const tabs: Tab[] = [];
  const now = (): number => clock + elapsed + self.offset;
  const storage = createStorage(tabs, now, random);
  const locks = createLocks();
  /** Ms since the start, which no change of the clock changes. */
  let elapsed = 0;
  let timers = 0;

  const self = {
    broken: undefined as unknown,
    tabs,
    ...storage,
    channels: createChannels(news),
    /** How far the clock is off, ms. */
    offset: 0,
    now,
    truth: () => clock + elapsed,
    elapsed: () => elapsed,

    openTab(name: number, hidden: boolean, parent?: Tab): Tab {
      const tab: Tab = { name, parent, hidden, window: {}, requested: [], open: true, frozen: false, parked: false, tasks: [], events: [], timers: [], listeners: [] };
      tabs.push(tab);
      return tab;
    },

    closeTab(tab: Tab) {
      tab.open = false;
      tabs.splice(tabs.indexOf(tab), 1);
      self.channels.closeAll(tab);
      locks.closed(tab);
    },

    setTimer(tab: Tab, task: Task, ms: number): number {
      tab.timers.push({ id: ++timers, at: elapsed + Math.max(ms, 0), task });
      return timers;
    },

    clearTimer(tab: Tab, id: number) {
      const at = tab.timers.findIndex((timer) => timer.id === id);
      if (at >= 0) tab.timers.splice(at, 1);
    },

    isQueuing: locks.isQueuing,
    locks: withLocks ? locks.manager : undefined,

    /** Tells a tab of an event; as a page is left it looks at nothing. */
    tell(tab: Tab, type: string, key?: string | null) {
      tab.tasks.push(() => {
        if (type !== 'beforeunload' && type !== 'pagehide') watch.hears(tab, key);
        for (const { listener, owner } of tab.listeners.filter((each) => each.type === type)) {
          self.channels.hearer = owner;
          listener({ key, type });
        }
        self.channels.hearer = undefined;
      });
    },

    /** Runs the task in the tab, and all that follows from it at once. */
    async run(tab: Tab, task: Task): Promise<void> {
      enter(self, tab);
      try {
        task();
      } catch (e) {
        self.broken ??= e;
      }
      for (let i = 0; i < TICKS; i++) await null;
      enter(self);
      if (tab.open) watch.ran(tab);
      if (self.broken) throw self.broken;
    },

    /** Runs what is to be run in every tab, until nothing is. */
    async settle(): Promise<void> {
      for (let tab; (tab = tabs.find(({ tasks, frozen }) => tasks.length && !frozen));) await self.run(tab, tab.tasks.shift()!);
    },

    /** One step: storage events and messages come nearer. */
    async step(): Promise<void> {
      for (const message of self.channels.step()) {
        message.port.tab.tasks.push(() => {
          watch.receives(message);
          message.port.listener?.({ data: message.data });
        });
      }
      for (const tab of tabs) {
        tab.events.forEach((event) => event.steps--);
        while (tab.events.length && tab.events[0].steps < 0) self.tell(tab, 'storage', tab.events.shift()!.key);
      }
      await self.settle();
    },

    /** Time passes with all timers, or asleep: then each that is due goes off once, afterwards. */
    async pass(ms: number, asleep: boolean): Promise<void> {
      const end = elapsed + ms;
      for (let left = asleep ? 0 : MOST_TIMERS; left > 0; left--) {
        const due = next();
        if (!due || due.at > end) {
          move(end);
          return;
        }
        move(due.at);
        await due.go();
        await self.settle();
      }
      elapsed = end;
      const outside = watch.next();
      if (outside && outside[0] <= end && random() < 0.5) {
        outside[1]();
        await self.settle();
      }
      for (const tab of tabs.filter(({ frozen }) => !frozen)) await self.fireDue(tab);
    },

    /** Lets each timer of the tab that is due go off. */
    async fireDue(tab: Tab): Promise<void> {
      for (const timer of tab.timers.filter(({ at }) => at <= elapsed).sort((a, b) => a.at - b.at)) {
        if (!tab.open || !tab.timers.includes(timer)) continue;
        self.clearTimer(tab, timer.id);
        await self.run(tab, timer.task);
        await self.settle();
      }
    },
  };

  function move(to: number) {
    watch.passed(to - elapsed);
    elapsed = Math.max(elapsed, to);
  }

  function next(): { at: number; go: () => Promise<void> | void } | undefined {
    let first: Timer | undefined;
    let owner: Tab | undefined;
    for (const tab of tabs) {
      if (tab.frozen) continue;
      for (const timer of tab.timers) if (!first || timer.at < first.at || (timer.at === first.at && timer.id < first.id)) [first, owner] = [timer, tab];
    }
    const outside = watch.next();
    if (outside && outside[0] < (first?.at ?? Infinity)) return { at: outside[0], go: outside[1] };
    return first && { at: first.at, go: () => {
      self.clearTimer(owner!, first!.id);
      return self.run(owner!, first!.task);
    } };
  }

  return self;
}
