// SSPs on this machine: where the test browser looks for them, and what they were sent.
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { certificateFor } from './certificate.ts';
import { bidderAt, type Sent, SSPS } from './ssps.ts';

/** Connections of one test are used by the next. */
const KEEP_ALIVE_MS = 10 * 60_000;

// some SSPs have several, which begin alike
const HOSTS = Object.values(SSPS).map(({ url }) => `${new URL(url).hostname}*`);

export interface SspServer {
  /** Rules for host names that lead a browser here. */
  rules: string[];
  /** What comes from now on is added to this list. */
  collect(sent: Sent[]): void;
  close(): Promise<void>;
}

// some adapters compress what they send
const textOf = (body: Buffer) => (body[0] === 0x1f && body[1] === 0x8b ? gunzipSync(body) : body).toString();

function headersFor({ headers }: IncomingMessage): Record<string, string> {
  return {
    'access-control-allow-origin': headers.origin ?? '*',
    'access-control-allow-credentials': 'true',
    'access-control-allow-headers': headers['access-control-request-headers'] ?? '',
    'access-control-allow-methods': 'GET, POST'
  };
}

/** Starts them all, as one server that speaks TLS. */
export async function startSsps(): Promise<SspServer> {
  let sent: Sent[] = [];

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const url = `https://${req.headers.host}${req.url}`;
    const body = await buffer(req);
    const bidder = bidderAt(url);
    if (bidder && req.method !== 'OPTIONS') sent.push({ bidder, url, body: textOf(body) });
    res.writeHead(bidder ? 204 : 404, headersFor(req)).end();
  }

  const server = createServer({ ...await certificateFor('ssp.example'), keepAliveTimeout: KEEP_ALIVE_MS }, (req, res) => {
    // a page that is left may close the connection before it has sent all
    answer(req, res).catch(() => res.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    rules: HOSTS.map((host) => `MAP ${host} 127.0.0.1:${port}`),
    collect(list) { sent = list; },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    }
  };
}
