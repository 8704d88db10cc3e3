// A local UID2 operator: the whole protocol with real cryptography, and faults on demand.
import { once } from 'node:events';
import { createServer, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Admin, adminRoutes, personIn } from './admin.js';
import { toBase64 } from './bytes.js';
import { faults as noFaults, parseFault } from './faults.js';
import { application, type Hold } from './http.js';
import { keysFrom } from './keys.js';
import { FAST, Lifetimes, parseLifetimes, PRODUCTION } from './lifetimes.js';
import { people as nobody } from './people.js';
import { requestLog } from './requestLog.js';
import { randomBytes } from './seal.js';
import { tokens } from './tokens.js';

export type { Admin } from './admin.js';
export type { Fault } from './faults.js';
export type { Lifetimes } from './lifetimes.js';
export type { Dii } from './normalize.js';
export type { RequestEntry } from './requestLog.js';
export type { Identity } from './tokens.js';

export interface OperatorOptions {
  /** Default 0: a free one. */
  port?: number;
  /** ms after issue; default 1 h, 4 h, 30 d. */
  lifetimes?: Lifetimes;
  /** Lifetimes of 15 s, 30 s, 10 min, to watch it live. */
  fast?: boolean;
  /** Root domains whose pages may generate tokens themselves; default localhost, 127.0.0.1, example.com. */
  domains?: string[];
  /** Whether pages on loopback addresses, and on names such as news.test, may be on that list; the real operator refuses them. Default true. */
  localOrigins?: boolean;
  /** Names of apps that may generate tokens themselves; default none. */
  apps?: string[];
  /** Whether /admin is there over HTTP; the real operator has none. Default true. */
  admin?: boolean;
  /** Whether it speaks API v1, which production has retired. Default true. */
  v1?: boolean;
  /** Host names that it answers to beside localhost and 127.0.0.1, if something in front of it passes them on. */
  hosts?: string[];
  /** All keys derive from it, so a restart with the same seed loses nobody, and it is as secret as they are; by default at random. */
  seed?: string;
  /** Unix ms. */
  now?: () => number;
  /** Gets a line for each request. */
  log?: (line: string) => void;
  /** What an answer waits for once it is made, for tests of late ones. */
  hold?: Hold;
}

export interface Operator {
  url: string;
  port: number;
  apiKey: string;
  /** b64 of 32 bytes. */
  apiSecret: string;
  /** What a publisher puts on the page to generate tokens there. */
  cstg: { subscriptionId: string; serverPublicKey: string };
  admin: Admin;
  /** Stops listening and ends all connections, hanging ones too. */
  close(): Promise<void>;
}

const DOMAINS = ['localhost', '127.0.0.1', 'example.com'];
const MOST_HEADERS = 16 * 1024;
/** How long a client may take to send its headers, and all of its request, in ms; node looks every 30 s. */
const TIMEOUTS = { headersTimeout: 10_000, requestTimeout: 30_000 };

const randomSeed = (): string => toBase64(randomBytes(32));

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

/** Starts an operator on 127.0.0.1; rejects with node's error (code EADDRINUSE) if the port is taken. */
export async function startOperator(options: OperatorOptions = {}): Promise<Operator> {
  const { port = 0, fast = false, seed = randomSeed(), now = Date.now, log } = options;
  const { domains = DOMAINS, localOrigins = true, apps = [], v1 = true, hosts = [], admin: hasAdmin = true, hold } = options;
  if (!seed) throw new Error('seed: an empty one gives keys that anybody can compute');
  let lifetimes = parseLifetimes(options.lifetimes ?? {}, fast ? FAST : PRODUCTION);
  let offset = 0;
  const keys = await keysFrom(seed);
  const people = nobody();
  const faults = noFaults();
  const requests = requestLog(now, log);
  const world = {
    keys,
    tokens: tokens(keys),
    people,
    domains,
    localOrigins,
    apps,
    now,
    clock: () => now() + offset,
    lifetimes: () => lifetimes
  };
  const cstg = { subscriptionId: keys.subscriptionId, serverPublicKey: keys.serverPublicKey };
  const admin: Admin = {
    optOut: (dii) => people.optOut(personIn(dii)),
    optIn: (dii) => people.optIn(personIn(dii)),
    fault: (fault) => faults.add(parseFault(fault)),
    clearFaults: faults.clear,
    requests: requests.entries,
    clearRequests: requests.clear,
    setClock(ms) { offset = ms; },
    setLifetimes(input) { lifetimes = parseLifetimes(input, lifetimes); }
  };
  const summary = () => ({ faults: faults.list(), lifetimes, clock: offset, optedOut: people.count(), domains, cstg });
  const routes = adminRoutes({ admin, summary, optOutPerson: people.optOut, personOfToken: world.tokens.readAdvertising });
  const app = application({ world, faults, log: requests, admin: hasAdmin ? routes : undefined, hosts, v1, hold });
  const server = createServer({ maxHeaderSize: MOST_HEADERS, ...TIMEOUTS }, app);
  const taken = await listen(server, port);
  return {
    url: `http://127.0.0.1:${taken}`,
    port: taken,
    apiKey: keys.apiKey,
    apiSecret: toBase64(keys.clientSecret),
    cstg,
    admin,
    close: () => close(server)
  };
}
