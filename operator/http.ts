// The operator's endpoints over HTTP: CORS, the request log, faults, answers.
import { STATUS_CODES } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import express, { ErrorRequestHandler, Express, Request, RequestHandler, Response, Router } from 'express';
import { Answer, Ask, UNKNOWN } from './answers.js';
import { clientGenerate } from './clientGenerate.js';
import type { FaultEndpoint, Faults } from './faults.js';
import { generateV1, generateV2 } from './generate.js';
import { isForUs } from './loopback.js';
import { refreshV1, refreshV2 } from './refresh.js';
import { replyTo } from './reply.js';
import type { RequestLog } from './requestLog.js';
import type { World } from './world.js';

interface Endpoint {
  method: 'GET' | 'POST';
  name: FaultEndpoint;
  answer(world: World, ask: Ask): Promise<Answer>;
}

const ENDPOINTS: Record<string, Endpoint> = {
  '/v2/token/refresh': { method: 'POST', name: 'refresh', answer: refreshV2 },
  '/v2/token/client-generate': { method: 'POST', name: 'client-generate', answer: clientGenerate },
  '/v2/token/generate': { method: 'POST', name: 'generate', answer: generateV2 }
};
/** Production has retired these. */
const ENDPOINTS_V1: Record<string, Endpoint> = {
  '/v1/token/generate': { method: 'GET', name: 'generate', answer: generateV1 },
  '/v1/token/refresh': { method: 'GET', name: 'refresh', answer: refreshV1 }
};
const BODY_LIMIT = '1mb';
const NOT_FOUND = '<html><body><h1>Resource not found</h1></body></html>';
// The real operator has older words for this one.
const REASONS: Record<number, string | undefined> = { ...STATUS_CODES, 413: 'Request Too Long' };

function askOf(req: Request): Ask {
  return {
    body: Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0),
    binary: /^application\/octet-stream\b/i.test(req.get('content-type') ?? ''),
    bearer: /^Bearer\s+(.+)$/i.exec(req.get('authorization') ?? '')?.[1],
    origin: req.get('origin'),
    query(name) {
      const value = req.query[name];
      return typeof value === 'string' ? value : undefined;
    }
  };
}

// Ends early when the connection does, so that nothing outlives its client.
async function pause(ms: number | undefined, res: Response): Promise<void> {
  if (!ms) return;
  const gone = new AbortController();
  res.once('close', () => gone.abort());
  await setTimeout(ms, undefined, { signal: gone.signal }).catch(() => undefined);
}

const ALLOWED_HEADERS = [
  'X-UID2-Client-Version', 'Access-Control-Request-Method', 'Access-Control-Allow-Credentials', 'Access-Control-Allow-Origin',
  'Access-Control-Allow-Headers', 'Content-Type'
].join(', ');

/** Names any caller's origin as allowed, and answers preflights, on whatever path. */
function cors(endpoints: Record<string, Endpoint>, faults: Faults): RequestHandler {
  return async (req, res, next) => {
    res.setHeader('Vary', 'origin');
    const origin = req.get('origin');
    if (origin === undefined) return next();
    res.setHeader('Access-Control-Allow-Origin', origin);
    if (req.method !== 'OPTIONS' || !req.get('access-control-request-method')) return next();
    if (Object.hasOwn(endpoints, req.path)) await pause(faults.peek(endpoints[req.path].name)?.latencyPreflight, res);
    // No max-age, as in production: every preflighted request pays for it again.
    res.set({ 'Access-Control-Allow-Methods': 'GET, POST, OPTIONS', 'Access-Control-Allow-Headers': ALLOWED_HEADERS });
    res.status(204).end();
  };
}

async function serve({ world, faults, hold }: Served, endpoint: Endpoint, req: Request, res: Response): Promise<void> {
  const fault = faults.take(endpoint.name);
  await pause(fault?.latency, res);
  if (fault?.kind === 'hang' || res.destroyed) return;
  if (fault?.kind === 'close') {
    req.socket.destroy();
    return;
  }
  const ask = askOf(req);
  const reply = await replyTo(() => endpoint.answer(world, ask), fault);
  await hold?.(req.path, ask.body.toString());
  // Not express's `set` and `send`, which would have their own opinion about the content type.
  res.status(reply.status);
  if (reply.contentType !== undefined) res.setHeader('Content-Type', reply.contentType);
  res.end(reply.body);
}

/** Answers one method, and says which when asked by another. */
const only = (method: string, handler: RequestHandler): RequestHandler => (req, res, next) => {
  if (req.method === method) return handler(req, res, next);
  res.status(405).setHeader('Allow', method).end();
};

const onlyForUs = (hosts: readonly string[]): RequestHandler => (req, res, next) => {
  if (isForUs(req.headers.host, hosts)) return next();
  res.status(403).setHeader('Content-Type', 'text/plain');
  res.end('This operator answers to localhost and 127.0.0.1. Start it with --host <name> for another name.\n');
};

/** The real operator takes //v2/… for /v2/…. */
const oneSlash: RequestHandler = (req, _res, next) => {
  req.url = req.url.replace(/^[^?]*/, (path) => path.replace(/\/{2,}/g, '/'));
  next();
};

const notFound: RequestHandler = (_req, res) => { res.status(404).type('html').end(NOT_FOUND); };

const failed: ErrorRequestHandler = (error: { status?: number }, _req, res, _next) => {
  const status = error.status ?? 500;
  if (status >= 500) res.status(status).json(UNKNOWN.content);
  else res.status(status).end(REASONS[status]);
};

/** What an answer to this request waits for, if anything. */
export type Hold = (path: string, body: string) => Promise<void> | undefined;

export interface Served {
  world: World;
  faults: Faults;
  log: RequestLog;
  /** The routes under /admin, if they are to be there. */
  admin?: Router;
  /** Host names that it answers to, beside this machine's. */
  hosts: readonly string[];
  /** Whether the endpoints of API v1 are there. */
  v1: boolean;
  /** What an answer waits for. */
  hold?: Hold;
}

/** The express application of an operator. */
export function application(served: Served): Express {
  const { faults, log, admin, hosts, v1 } = served;
  const endpoints = v1 ? { ...ENDPOINTS, ...ENDPOINTS_V1 } : ENDPOINTS;
  const app = express().disable('x-powered-by').disable('etag');
  app.use(onlyForUs(hosts));
  if (admin) app.use('/admin', admin);
  app.use(oneSlash);
  app.use((req, res, next) => {
    log.record(req, res);
    next();
  });
  app.use(cors(endpoints, faults));
  app.all('/ops/healthcheck', only('GET', (_req, res) => { res.end('OK'); }));
  app.use(express.raw({ type: () => true, limit: BODY_LIMIT }));
  for (const [path, endpoint] of Object.entries(endpoints)) {
    app.all(path, only(endpoint.method, (req, res) => serve(served, endpoint, req, res)));
  }
  return app.use(notFound, failed);
}
