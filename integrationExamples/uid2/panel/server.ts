// What the panel asks this site's server for.
import { lab, type SessionView } from './page.js';
import type { Received } from './received.js';

type Answer = { message?: string; identity?: unknown; ahead?: number };

/** A request as the operator's log, or this page, has seen it; times in ms since 1970. */
export type Request = { time: number; method: string; path: string; status: number; ms: number; preflight?: boolean };

export type OperatorView = {
  reachable: boolean;
  /** Whether it has /admin: a real operator has none. */
  admin: boolean;
  fault: string | null;
  /** How many of all requests were for a refresh. */
  refreshes: number;
  requests: Request[];
};

/** What the server knows now. */
export type ServerState = {
  session: SessionView;
  optedOutHere: boolean;
  /** Whether that was after this login. */
  optedOutLater: boolean;
  /** How far this site's clock is ahead of the real one, ms. */
  ahead: number;
  operator: OperatorView;
};

/** What the documentation says of a reason, as HTML. */
export type Advice = { means: string; cure: string };

const SILENT = 'This site’s server does not answer. Is it still running?';

/** Asks the site's server to do something. Throws an Error with one line for a person. */
export async function send(method: string, path: string, body?: object): Promise<Answer> {
  const response = await fetch(path, {
    method, headers: { 'content-type': 'application/json' }, body: body && JSON.stringify(body)
  }).catch(() => { throw new Error(SILENT); });
  const answer: Answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.message ?? `The site answered ${response.status}.`);
  return answer;
}

async function json<T>(path: string): Promise<T> {
  const response = await fetch(path).catch(() => { throw new Error(SILENT); });
  return response.json() as Promise<T>;
}

/** What the server knows, and what its SSPs have received of this page. */
export const askServer = (): Promise<[ServerState, Received[]]> =>
  Promise.all([json<ServerState>('/lab/state'), json<Received[]>(`/ssp/requests/${lab.placement}`)]);

/** The cure of each reason, from the documentation. */
export const askAdvice = (): Promise<Record<string, Advice>> => json('/docs/reasons.json');
