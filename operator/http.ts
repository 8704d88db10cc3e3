// The operator's endpoints over HTTP: CORS, the request log, faults, answers.
import { setTimeout } from 'node:timers/promises';
import express, { ErrorRequestHandler, Express, Request, Response, Router } from 'express';
import { Answer, Ask, clientError, UNKNOWN } from './answers.js';
import { clientGenerate } from './clientGenerate.js';
import type { FaultEndpoint, Faults } from './faults.js';
import { generateV1, generateV2 } from './generate.js';
import { refreshV1, refreshV2 } from './refresh.js';
import { replyTo } from './reply.js';
import type { RequestLog } from './requestLog.js';
import type { World } from './world.js';

interface Endpoint {
  method: 'GET' | 'POST';
  name: FaultEndpoint;
  answer(world: World, ask: Ask): Promise<Answer>;
  /** Takes an API key, so Authorization is among the allowed headers. */
  server?: true;
}

const ENDPOINTS: Record<string, Endpoint> = {
  '/v2/token/refresh': { method: 'POST', name: 'refresh', answer: refreshV2 },
  '/v2/token/client-generate': { method: 'POST', name: 'client-generate', answer: clientGenerate },
  '/v2/token/generate': { method: 'POST', name: 'generate', answer: generateV2, server: true },
  '/v1/token/generate': { method: 'GET', name: 'generate', answer: generateV1, server: true },
  '/v1/token/refresh': { method: 'GET', name: 'refresh', answer: refreshV1 }
};

function askOf(req: Request): Ask {
  return {
    body: Buffer.isBuffer(req.body) ? req.body.toString() : '',
    bearer: /^Bearer (.+)$/.exec(req.get('authorization') ?? '')?.[1],
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

async function preflight(faults: Faults, endpoint: Endpoint, res: Response): Promise<void> {
  await pause(faults.peek(endpoint.name)?.latencyPreflight, res);
  // No max-age, as in production: every preflighted request pays for it again.
  res.set({
    'Access-Control-Allow-Methods': 'GET, POST, OPTIONS',
    'Access-Control-Allow-Headers': `X-UID2-Client-Version, Content-Type${endpoint.server ? ', Authorization' : ''}`
  }).status(204).end();
}

async function serve(world: World, faults: Faults, endpoint: Endpoint, req: Request, res: Response): Promise<void> {
  const fault = faults.take(endpoint.name);
  await pause(fault?.latency, res);
  if (fault?.kind === 'hang' || res.destroyed) return;
  if (fault?.kind === 'close') {
    req.socket.destroy();
    return;
  }
  const reply = await replyTo(() => endpoint.answer(world, askOf(req)), fault);
  // Not express's `set` and `send`, which would have their own opinion about the content type.
  res.status(reply.status).setHeader('Content-Type', reply.contentType);
  res.end(reply.body);
}

const notFound = (_req: Request, res: Response) => {
  res.status(404).json(clientError('No such endpoint').content);
};

const failed: ErrorRequestHandler = (error: { status?: number }, _req, res, _next) => {
  const status = error.status ?? 500;
  res.status(status).json(status < 500 ? clientError('Bad request').content : UNKNOWN.content);
};

/** The express application of an operator, with the admin's routes under /admin. */
export function application(world: World, faults: Faults, log: RequestLog, admin: Router): Express {
  const app = express().disable('x-powered-by').disable('etag');
  app.use((_req, res, next) => {
    res.set('Access-Control-Allow-Origin', '*');
    next();
  });
  app.use('/admin', admin);
  app.use((req, res, next) => {
    log.record(req, res);
    next();
  });
  app.use(express.raw({ type: () => true, limit: '1mb' }));
  for (const [path, endpoint] of Object.entries(ENDPOINTS)) {
    app.options(path, (_req, res) => preflight(faults, endpoint, res));
    app.all(path, (req, res, next) => (req.method === endpoint.method ? serve(world, faults, endpoint, req, res) : next()));
  }
  return app.use(notFound, failed);
}
