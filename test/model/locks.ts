import { here } from './globals.ts';
import type { Tab, Task } from './browser.ts';

type Ticket = { tab: Tab; granted: boolean; grant: Task };
type Options = { signal?: AbortSignal; ifAvailable?: boolean };

/** Web Locks of one name: the first who asks has it, then each in turn. */
export function createLocks() {
  const queue: Ticket[] = [];

  function leave(ticket: Ticket) {
    const at = queue.indexOf(ticket);
    if (at >= 0) queue.splice(at, 1);
    advance();
  }

  function advance() {
    const [first] = queue;
    if (!first || first.granted) return;
    first.granted = true;
    first.grant();
  }

  return {
    /** The document is gone, and its locks with it. */
    closed: (tab: Tab) => queue.filter((ticket) => ticket.tab === tab).forEach(leave),

    /** Whether the document has a lock, or waits for one. */
    isQueuing: (tab: Tab) => queue.some((ticket) => ticket.tab === tab),

    /** `navigator.locks`. */
    manager: {
      query: async () => ({}),
      // first if it is free, then in turn
      request: (_name: string, { signal, ifAvailable }: Options, task: (lock: object | null) => Promise<unknown>) => new Promise<unknown>((resolve, reject) => {
        const tab = here();
        if (ifAvailable && queue.length) return void tab.tasks.push(() => task(null).then(resolve, reject));
        const ticket: Ticket = {
          tab,
          granted: false,
          grant: () => tab.tasks.push(() => {
            if (signal?.aborted) return leave(ticket);
            task({}).finally(() => leave(ticket)).then(resolve, reject);
          }),
        };
        signal?.addEventListener('abort', () => {
          if (!ticket.granted) leave(ticket);
          reject(signal.reason);
        });
        queue.push(ticket);
        advance();
      }),
    },
  };
}
