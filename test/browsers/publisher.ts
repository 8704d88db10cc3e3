// A publisher's server: its pages, Prebid, and the bidder that pages ask.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { htmlOf } from './page.ts';

/** The UID2 that a bidder was asked with, or nothing. */
export type Bid = string | undefined;

export interface Publisher {
  url: string;
  /** What the bidder was asked with, by the code of the ad unit. */
  bids: Map<string, Bid>;
  /** Errors that pages have told of as they were left. */
  errors: string[];
  /** The pages that wait to be told something. */
  listeners(): number;
  /** Tells all of them at once. */
  tell(message: unknown): void;
  /** Keeps pages of this path from coming until the function that it gives is called. */
  hold(path: string): () => void;
  close(): Promise<void>;
}

type Eid = { source: string; uids: { id: string }[] };
type Handler = (req: IncomingMessage, res: ServerResponse, url: URL) => unknown;

function bidsIn(body: string): [string, Bid][] {
  const { imp, user } = JSON.parse(body) as { imp: { id: string }[]; user?: { eids?: Eid[]; ext?: { eids?: Eid[] } } };
  const eids = user?.ext?.eids ?? user?.eids ?? [];
  const uid2 = eids.find(({ source }) => source === 'uidapi.com')?.uids[0].id;
  return imp.map(({ id }) => [id, uid2]);
}

/** Serves on 127.0.0.1 until it is closed; each script is a path and the file behind it. */
export async function servePublisher(scripts: Record<string, () => Promise<string>>): Promise<Publisher> {
  const bids: Publisher['bids'] = new Map();
  const errors: string[] = [];
  const doors = new Map<string, Promise<void>>();
  let listeners: ServerResponse[] = [];

  const handlers: Record<string, Handler> = {
    async '/auction'(req, res) {
      for (const [code, bid] of bidsIn(await text(req))) bids.set(code, bid);
      res.setHeader('content-type', 'application/json').end('{}');
    },
    async '/errors'(req, res) {
      errors.push(await text(req));
      res.end();
    },
    '/message'(_req, res) {
      listeners.push(res);
      res.once('close', () => { listeners = listeners.filter((other) => other !== res); });
    },
    '/download': (_req, res) => res.writeHead(204).end()
  };

  async function page(_req: IncomingMessage, res: ServerResponse, { pathname, searchParams }: URL): Promise<void> {
    await doors.get(pathname);
    const { sdk } = JSON.parse(searchParams.get('setup') ?? '{}');
    res.setHeader('content-type', 'text/html').end(htmlOf(sdk ? '/sdk.js' : '/prebid.js'));
  }

  async function script(res: ServerResponse, file: () => Promise<string>): Promise<void> {
    res.setHeader('content-type', 'text/javascript').setHeader('cache-control', 'max-age=600');
    res.end(await readFile(await file()));
  }

  const server = createServer((req, res) => {
    const url = new URL(req.url ?? '/', 'http://localhost');
    const { pathname } = url;
    const handle = pathname in scripts ? () => script(res, scripts[pathname]) : handlers[pathname] ?? page;
    Promise.resolve(handle(req, res, url)).catch((error: Error) => {
      errors.push(`${pathname}: ${error.message}`);
      res.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bids,
    errors,
    listeners: () => listeners.length,
    tell(message) {
      const all = listeners;
      listeners = [];
      for (const res of all) res.setHeader('content-type', 'application/json').end(JSON.stringify(message));
    },
    hold(path) {
      let open = () => {};
      doors.set(path, new Promise((resolve) => { open = resolve; }));
      return () => {
        doors.delete(path);
        open();
      };
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    }
  };
}
