// The admin as HTTP and JSON, for browsers and benchmarks on this machine.
import express, { ErrorRequestHandler, Request, RequestHandler, Response, Router } from 'express';
import { fromJson, isRecord } from './bytes.js';
import { Fault, parseFault } from './faults.js';
import type { Lifetimes } from './lifetimes.js';
import { hostOf, isForUs, isLoopback } from './loopback.js';
import { Dii, DII_FIELDS, Person, personOf } from './normalize.js';
import type { RequestEntry } from './requestLog.js';

export interface Admin {
  optOut(dii: Dii): void;
  optIn(dii: Dii): void;
  fault(fault: Fault): void;
  clearFaults(): void;
  requests(): RequestEntry[];
  clearRequests(): void;
  /** Moves the time by which tokens are issued and expire, in ms from the real one. */
  setClock(offset: number): void;
  /** Lifetimes of tokens from now on, in ms; those not given stay. */
  setLifetimes(lifetimes: Partial<Lifetimes>): void;
}

/** What only the HTTP admin needs of the operator. */
export interface Inside {
  admin: Admin;
  summary(): object;
  optOutPerson(person: Person): void;
  personOfToken(advertisingToken: string): Promise<Person | undefined>;
}

const BODY_LIMIT = '100kb';

const given = (req: Request): unknown => fromJson(Buffer.isBuffer(req.body) ? req.body.toString() : '');
const done = (res: Response, body?: object) => { res.json({ status: 'success', ...body }); };

/** The person that DII means; throws an Error of one line unless it is exactly one valid piece. */
export function personIn(dii: unknown): Person {
  const person = isRecord(dii) ? personOf(dii) : 'missing';
  if (person === 'missing') throw new Error(`optout: give exactly one of ${DII_FIELDS.join(', ')}`);
  if (person === 'invalid') throw new Error('optout: that is no valid e-mail address, phone number (+ and 10 to 15 digits) or SHA-256 in base64 or hex');
  return person;
}

async function optOut({ admin, optOutPerson, personOfToken }: Inside, input: unknown): Promise<void> {
  const token = isRecord(input) ? input.advertising_token : undefined;
  if (token === undefined) return admin.optOut(input as Dii);
  const person = typeof token === 'string' ? await personOfToken(token) : undefined;
  if (!person) throw new Error('optout: advertising_token is not one of this operator');
  optOutPerson(person);
}

function clockOffset(input: unknown): number {
  const offset = isRecord(input) ? input.offset : undefined;
  if (!Number.isSafeInteger(offset)) throw new Error('clock: give {"offset": a whole number of ms}');
  return offset as number;
}

const refused: ErrorRequestHandler = (error: Error & { status?: number }, _req, res, _next) => {
  res.status(error.status ?? 400).json({ status: 'client_error', message: error.message });
};

// Whoever sets faults or opts people out sits at this machine: no page from elsewhere, and no name but this machine's.
const onlyLocal: RequestHandler = (req, res, next) => {
  res.setHeader('Vary', 'origin');
  const origin = req.get('origin');
  if (!isForUs(req.headers.host, []) || (origin !== undefined && !isLoopback(hostOf(origin) ?? ''))) {
    res.status(403).json({ status: 'client_error', message: 'The admin is for pages and programs of this machine' });
    return;
  }
  if (origin !== undefined) res.setHeader('Access-Control-Allow-Origin', origin);
  next();
};

/** The routes under /admin; bad input is a 400 with one clear line. */
export function adminRoutes(inside: Inside): Router {
  const { admin } = inside;
  const routes = express.Router();
  routes.use(onlyLocal);
  routes.options('/{*path}', (_req, res) => {
    res.set({ 'Access-Control-Allow-Methods': 'GET, POST, DELETE, OPTIONS', 'Access-Control-Allow-Headers': 'Content-Type' }).status(204).end();
  });
  routes.use(express.raw({ type: () => true, limit: BODY_LIMIT }));

  routes.get('/', (_req, res) => done(res, inside.summary()));
  routes.post('/optout', async (req, res) => {
    await optOut(inside, given(req));
    done(res);
  });
  routes.delete('/optout', (req, res) => done(res, void admin.optIn(given(req) as Dii)));
  routes.post('/fault', (req, res) => done(res, void admin.fault(parseFault(given(req)))));
  routes.delete('/fault', (_req, res) => done(res, void admin.clearFaults()));
  routes.get('/requests', (_req, res) => { res.json(admin.requests()); });
  routes.delete('/requests', (_req, res) => done(res, void admin.clearRequests()));
  routes.post('/clock', (req, res) => done(res, void admin.setClock(clockOffset(given(req)))));
  routes.post('/lifetimes', (req, res) => done(res, void admin.setLifetimes(given(req) as Partial<Lifetimes>)));
  routes.use((_req, res) => {
    res.status(404).json({ status: 'client_error', message: 'No such admin endpoint' });
  });
  routes.use(refused);
  return routes;
}
