// The smallest publisher: a page with Prebid in it.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The path of a page without a script. */
export const PARKED = 'parked';

const SCRIPT = '/prebid.js';
const pageOf = (script: string) =>
  `<!doctype html><meta charset="utf-8"><title>Publisher</title><link rel="icon" href="data:,"><script src="${script}"></script>`;
const versionOf = (file: string) => createHash('sha256').update(file).digest('hex').slice(0, 16);

/**
 * Serves the page on 127.0.0.1 until it is closed, with the bundle that there is when it is asked for, and more headers if given.
 * A browser may keep the script if `isKept`, as publishers let it: each file has an address of its own.
 */
export async function servePage(
  prebid: () => Promise<string>, headers: Record<string, string> = {}, isKept = false
): Promise<{ url: string; close(): Promise<void> }> {
  const server: Server = createServer(async (req, res) => {
    for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
    const [path, version] = req.url!.split('?');
    if (path === SCRIPT) {
      if (isKept && version) res.setHeader('cache-control', 'max-age=3600, immutable');
      return res.setHeader('content-type', 'text/javascript').end(await readFile(await prebid()));
    }
    const script = isKept ? `${SCRIPT}?${versionOf(await prebid())}` : SCRIPT;
    res.setHeader('content-type', 'text/html').end(path === `/${PARKED}` ? '' : pageOf(script));
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
