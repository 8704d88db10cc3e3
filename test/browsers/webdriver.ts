// The little of WebDriver that the scenarios need, over fetch.
import { setTimeout } from 'node:timers/promises';
import type { Cookie, Tab } from './engine.ts';

type Send = <T>(method: string, path: string, body?: object) => Promise<T>;

/** Speaks to the driver at this address; rejects with what it says. */
export const connect = (url: string): Send => async (method, path, body) => {
  const response = await fetch(url + path, { method, ...(body && { body: JSON.stringify(body) }) });
  const { value } = await response.json();
  if (!response.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
  return value;
};

interface Wire { name: string; value: string; path: string; expiry?: number; sameSite?: string }

/** A session's windows. */
export interface Session {
  open(): Promise<Tab>;
  cookies(): Promise<Cookie[]>;
}

// starts the body, whose outcome is looked for later: a command that waited would keep all others waiting
const begin = (body: string, id: number) => `
  const runs = window.__runs ??= {};
  (async () => { ${body} })().then(
    (value) => { runs[${id}] = { value }; },
    (error) => { runs[${id}] = { error: String(error) }; });
  runs[${id}] ??= {};`;
const look = (id: number) => `return window.__runs?.[${id}] ?? { error: 'the page was left' };`;

/** The windows of a session, which has one current window: each command is sent to its own, one after the other. */
export function sessionOf(send: Send, first: string): Session {
  let last: Promise<unknown> = Promise.resolve();
  let runs = 0;
  let current = '';

  function inTurn<T>(task: () => Promise<T>): Promise<T> {
    const next = last.then(task);
    last = next.catch(() => {});
    return next;
  }

  const at = <T>(handle: string, method: string, path: string, body?: object) => inTurn<T>(async () => {
    if (current !== handle) await send('POST', '/window', { handle });
    current = handle;
    return send<T>(method, path, body);
  });

  function tab(handle: string): Tab {
    const execute = <T>(script: string) => at<T>(handle, 'POST', '/execute/sync', { script, args: [] });
    return {
      async goto(url) {
        await execute('window.__isOld = true;');
        await at(handle, 'POST', '/url', { url });
        const isThere = 'return !window.__isOld && document.readyState === \'complete\'';
        while (!await execute<boolean>(isThere).catch(() => false)) await setTimeout(20);
      },
      async run<T>(body: string) {
        const id = ++runs;
        await execute(begin(body, id));
        for (;;) {
          const outcome = await execute<{ value?: T; error?: string }>(look(id));
          if (outcome.error) throw new Error(outcome.error);
          if ('value' in outcome) return outcome.value as T;
          await setTimeout(20);
        }
      },
      async close() {
        await at(handle, 'DELETE', '/window');
        current = '';
      }
    };
  }

  return {
    async open() {
      // from the first window, which no scenario closes
      const { handle } = await at<{ handle: string }>(first, 'POST', '/window/new', { type: 'window' });
      return tab(handle);
    },
    async cookies() {
      const all = await inTurn(() => send<Wire[]>('GET', '/cookie'));
      return all.map(({ name, value, path, expiry, sameSite }) => ({ name, value, path, sameSite, expires: expiry }));
    }
  };
}
