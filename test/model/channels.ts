import type { Listener, Tab } from './browser.ts';

/** One end of a BroadcastChannel. */
export type Port = { tab: Tab; name: string; listener?: Listener; owner?: unknown };
/** A message on its way; `logout` is the number of the logout that it tells of. */
export type Message = { port: Port; data: unknown; steps: number; logout?: number };

/** BroadcastChannel: messages come later, in their order, and never to the sender. */
export function createChannels(random: () => number) {
  let ports: Port[] = [];
  let messages: Message[] = [];
  const self = {
    /** The Prebid that hears of an event now. */
    hearer: undefined as unknown,
    open(tab: Tab, name: string): Port {
      const port = { tab, name, owner: self.hearer };
      ports.push(port);
      return port;
    },
    /** What a tab has just opened, and listens with, is this Prebid's. */
    own(tab: Tab, owner: unknown) {
      ports.forEach((port) => { if (port.tab === tab) port.owner ??= owner; });
      tab.listeners.forEach((each) => { each.owner ??= owner; });
    },
    /** How many ends are open in these documents. */
    openIn: (tabs: Tab[]) => ports.filter(({ tab }) => tabs.includes(tab)).length,
    close(port: Port) {
      ports = ports.filter((each) => each !== port);
    },
    closeAll(tab: Tab) {
      ports = ports.filter((each) => each.tab !== tab);
    },
    post(from: Port, data: unknown) {
      const to = ports.filter((port) => port !== from && port.name === from.name);
      to.forEach((port) => messages.push({ port, data: structuredClone(data), steps: Math.floor(random() * 3) }));
    },
    /** How many are on their way. */
    count: () => messages.length,
    /** Those with news that were sent since there were so many tell of a logout. */
    tellOf(logout: number, since: number) {
      const news = messages.slice(since).filter(({ data }) => data !== undefined);
      news.forEach((message) => { message.logout = logout; });
    },
    /** One step: messages come nearer; those that arrive. */
    step(): Message[] {
      messages.forEach((message) => message.steps--);
      const late = new Set<Port>();
      const come = messages.filter(({ port, steps }) => {
        if (steps >= 0) late.add(port);
        return !late.has(port);
      });
      messages = messages.filter((message) => !come.includes(message));
      return come.filter(({ port }) => ports.includes(port));
    },
  };
  return self;
}
