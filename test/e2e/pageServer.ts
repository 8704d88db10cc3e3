// The smallest publisher: a page with Prebid in it.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The path of a page without a script. */
export const PARKED = 'parked';

const PAGE = '<!doctype html><meta charset="utf-8"><title>Publisher</title><link rel="icon" href="data:,"><script src="/prebid.js"></script>';

/** Serves the page on 127.0.0.1 until it is closed, with the bundle that there is when it is asked for, and more headers if given. */
export async function servePage(prebid: () => Promise<string>, headers: Record<string, string> = {}): Promise<{ url: string; close(): Promise<void> }> {
  const server: Server = createServer(async (req, res) => {
    for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
    if (req.url === '/prebid.js') return res.setHeader('content-type', 'text/javascript').end(await readFile(await prebid()));
    res.setHeader('content-type', 'text/html').end(req.url === `/${PARKED}` ? '' : PAGE);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    }
  };
}
