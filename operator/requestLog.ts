// Which requests the operator saw, without anything secret.
import type { Request, Response } from 'express';
import colors from 'picocolors';

/** A request; `time` is Unix ms, `status` 0 as long as it has no answer, `ms` how long the answer took. */
export interface RequestEntry {
  time: number;
  method: string;
  path: string;
  client?: string;
  origin?: string;
  status: number;
  ms: number;
  preflight: boolean;
}

export interface RequestLog {
  record(req: Request, res: Response): void;
  entries(): RequestEntry[];
  clear(): void;
}

const KEPT = 10_000;

const HIDDEN = '…';

// A mistyped path may carry what should have been in a body, so it shows the words of endpoints only.
const WORDS = ['', 'v1', 'v2', 'token', 'generate', 'client-generate', 'refresh', 'ops', 'healthcheck', 'admin'];
const safePath = (path: string) => path.split('/').map((part) => (WORDS.includes(part) ? part : HIDDEN)).join('/').slice(0, 120);
// Short words and versions, 40 characters at most: a token, a sealed body, a hash, an address or a phone number is none.
const CLIENT = /^(?=.{1,40}$)[a-z]\w{0,19}(?:[.+-](?!\d{6})\w{1,20})*$/i;
const safeClient = (value: unknown) => {
  if (typeof value !== 'string' || value === '') return undefined;
  return CLIENT.test(value) ? value : HIDDEN;
};
// Only what an origin has: no user, no path.
const ORIGIN = /^[a-z][a-z+.-]{0,20}:\/\/[\w.:[\]-]{1,100}$/i;
const safeOrigin = (value: string | undefined) => value && (value === 'null' || ORIGIN.test(value) ? value : HIDDEN);

function statusText(status: number): string {
  if (status === 0) return colors.magenta('no answer');
  return (status < 300 ? colors.green : status < 500 ? colors.yellow : colors.red)(String(status));
}

/** One line for a person: time, method, path, status, ms. */
export function requestLine(entry: RequestEntry): string {
  const time = colors.dim(new Date(entry.time).toTimeString().slice(0, 8));
  const line = `${entry.method.padEnd(7)} ${entry.path.padEnd(25)}`;
  return `${time} ${entry.preflight ? colors.dim(line) : line} ${statusText(entry.status)} ${colors.dim(`${entry.ms} ms`)}`;
}

/** An empty log of at most `kept` requests; `log` gets a line when a request has ended. */
export function requestLog(now: () => number, log?: (line: string) => void, kept = KEPT): RequestLog {
  let entries: RequestEntry[] = [];
  return {
    record(req, res) {
      const client = safeClient(req.query.client ?? req.get('x-uid2-client-version'));
      const origin = safeOrigin(req.get('origin'));
      const entry: RequestEntry = {
        time: now(),
        method: req.method,
        path: safePath(req.path),
        ...(client && { client }),
        ...(origin && { origin }),
        status: 0,
        ms: 0,
        preflight: req.method === 'OPTIONS'
      };
      const start = performance.now();
      if (entries.length >= kept) entries.shift();
      entries.push(entry);
      const answered = () => {
        entry.status = res.statusCode;
        entry.ms = Math.round(performance.now() - start);
      };
      res.once('finish', answered);
      res.once('close', () => {
        if (!res.writableFinished) entry.ms = Math.round(performance.now() - start);
        log?.(requestLine(entry));
      });
    },
    entries: () => entries.map((entry) => ({ ...entry })),
    clear() { entries = []; }
  };
}
