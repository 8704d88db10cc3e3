// What stands before servers in production: it speaks TLS and HTTP/2, and passes requests on to this machine.
import { once } from 'node:events';
import { request } from 'node:http';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { certificateFor } from './certificate.ts';

/** Fields that belong to one connection, which HTTP/2 does not know. */
const HOP_BY_HOP = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade'];

export interface Front {
  /** https, with the host's name. */
  url: string;
  /** Connections since the start, by the protocol that was agreed upon. */
  connections(): string[];
  /** Requests since the start: method and path without query. */
  requests(): string[];
  /** From now on requests wait until so many of them are open at once, on one connection. */
  gather(count: number): void;
  close(): Promise<void>;
}

// A request by HTTP/1.1, which a test may have to tell of, has no authority.
const headersFor = ({ headers, authority }: Http2ServerRequest): Record<string, string> => ({
  ...Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith(':'))) as Record<string, string>,
  'host': authority ?? headers.host ?? '',
  'x-forwarded-proto': 'https'
});

function pass(req: Http2ServerRequest, res: Http2ServerResponse, target: string): void {
  const { port } = new URL(target);
  const asking = request({ host: '127.0.0.1', port, method: req.method, path: req.url, headers: headersFor(req) }, (answer) => {
    const headers = Object.entries(answer.headers).filter(([name]) => !HOP_BY_HOP.includes(name));
    res.writeHead(answer.statusCode ?? 502, Object.fromEntries(headers));
    answer.pipe(res);
  });
  asking.on('error', () => res.destroy());
  req.pipe(asking);
}

/** Lets nobody through until `count` have come on one connection. */
function meeting(count: number) {
  const waiting = new Map<ServerHttp2Session | undefined, (() => void)[]>();
  return (session: ServerHttp2Session | undefined): Promise<void> => new Promise((resolve) => {
    const here = [...waiting.get(session) ?? [], resolve];
    waiting.set(session, here);
    if (here.length >= count) here.forEach((go) => go());
  });
}

/** Starts one for a host name; `targetOf` says where a path is served on this machine. */
export async function secureFront(host: string, targetOf: (path: string) => string): Promise<Front> {
  const connections: string[] = [];
  const requests: string[] = [];
  let met = meeting(1);
  const server = createSecureServer({ ...await certificateFor(host), allowHTTP1: true }, async (req, res) => {
    const [path] = req.url.split('?');
    requests.push(`${req.method} ${path}`);
    await met(req.stream?.session as ServerHttp2Session | undefined);
    pass(req, res, targetOf(path));
  });
  const sockets = new Set<{ destroy(): void }>();
  server.on('secureConnection', (socket) => {
    connections.push(String(socket.alpnProtocol));
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `https://${host}:${(server.address() as AddressInfo).port}`,
    connections: () => connections,
    requests: () => requests,
    gather(count) { met = meeting(count); },
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    }
  };
}
