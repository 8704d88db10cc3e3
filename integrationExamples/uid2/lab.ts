// What the buttons of these pages need and no publisher's site has: expiring tokens, opting out, breaking the operator.
import { Router } from 'express';
import { FAULTS, faultOf } from './faults.js';
import { admit, identityFor, IN_PAGE, ON_CLIENT, setTokenCookie, startSession, type LoginOptions } from './login.js';
import { modeOf } from './modes.js';
import { refusal } from './refusal.js';
import type { Session, Sessions } from './sessions.js';

const userOf = ({ dii }: Session): string => ('email' in dii ? dii.email : dii.phone);

const WANTED = 30;
const LONGEST_SLEEP = 24 * 60 * 60;
/** How long we believe an operator that it has no /admin, in ms: every open page asks each second. */
const ASK_AGAIN = 60_000;
const UNREACHABLE = 'The UID2 operator cannot be reached. Is it running?';

type Logged = { path: string; preflight: boolean };

/** What a page may know about its session; never a token. */
export function sessionView(session: Session | undefined) {
  if (!session) return null;
  const { mode, optedOut, identity, refreshedAt, lastError } = session;
  return {
    mode, user: userOf(session), optedOut, refreshedAt, lastError,
    identityExpires: identity?.identity_expires,
    refreshFrom: identity?.refresh_from,
    refreshExpires: identity?.refresh_expires
  };
}

/** What the operator's log says: `admin` is false for an operator without /admin, as a real one. */
function operatorView(requests: Logged[] | 'none' | undefined, fault: string | null) {
  const log = Array.isArray(requests) ? requests : [];
  return {
    reachable: requests !== undefined,
    admin: Array.isArray(requests),
    fault,
    refreshes: log.filter(({ path, preflight }) => path.endsWith('/token/refresh') && !preflight).length,
    requests: log.slice(-WANTED).reverse()
  };
}

/** Routes under /lab; each answers JSON, or {message} with one line when it cannot be done. `clock.ahead` (ms) grows with every sleep. */
export function labRoutes(sessions: Sessions, options: LoginOptions, clock: { ahead: number }): Router {
  let fault: string | null = null;
  const optedOut = new Set<string>();
  const ask = (method: string, path: string, body?: object) => fetch(options.operator.url + path, {
    method,
    headers: { 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(options.operatorTimeout)
  }).catch(() => { throw refusal(502, UNREACHABLE); });

  // A body may name the reader, so it goes only to an operator that is known to have /admin.
  async function admin(method: string, path: string, body?: object): Promise<void> {
    const log = await requestsSeen();
    if (log === 'none') throw refusal(501, 'This operator has no /admin, as a real one. This needs the local operator.');
    if (!log) throw refusal(502, UNREACHABLE);
    const response = await ask(method, path, body);
    if (!response.ok) throw refusal(502, `The UID2 operator answered ${response.status} to ${method} ${path}.`);
  }

  let noneUntil = -Infinity;

  /** The operator's log; 'none' where there is no /admin, undefined where nothing answers, or something else than an operator. */
  async function requestsSeen(): Promise<Logged[] | 'none' | undefined> {
    if (options.now() < noneUntil) return 'none';
    const response = await ask('GET', '/admin/requests').catch(() => undefined);
    if (response?.status === 404) {
      noneUntil = options.now() + ASK_AGAIN;
      return 'none';
    }
    const log: unknown = response?.ok ? await response.json().catch(() => undefined) : undefined;
    return Array.isArray(log) ? log : undefined;
  }

  const router = Router();
  router.get('/lab/state', async (req, res) => {
    const session = sessions.of(req);
    res.json({
      session: sessionView(session),
      optedOutHere: !!session && optedOut.has(userOf(session)),
      optedOutLater: !!session?.optedOutLater,
      ahead: clock.ahead,
      operator: operatorView(await requestsSeen(), fault)
    });
  });

  // The same reader, logged in for another mode.
  router.post('/lab/mode', async (req, res) => {
    const session = sessions.of(req);
    const mode = modeOf(req.body?.mode);
    if (!session || !mode) throw refusal(409, 'Log in first: there is nobody to take along.');
    admit(req, res, sessions, await startSession(mode, session.dii, options));
  });

  // A new identity whose times are moved: to the module it is a login that happened hours ago.
  router.post('/lab/expire', async (req, res) => {
    const session = sessions.of(req);
    if (!session || ON_CLIENT.includes(session.mode)) throw refusal(409, 'Log in first: there is no token to expire.');
    const answer = await identityFor(session.dii, options).catch(() => {
      throw refusal(503, 'Not now: the operator must issue the token that is to expire. Mend it first, or break only its refreshes.');
    });
    if (answer === 'optout') throw refusal(409, 'This reader has opted out, so there is no token to expire.');
    const now = options.now();
    const identity = { ...answer.identity, refresh_from: now - 2000, identity_expires: now - 1000 };
    Object.assign(session, { identity, optedOut: false, refreshedAt: 0 });
    if (session.mode === 'cookie') setTokenCookie(req, res, identity);
    res.json(IN_PAGE.includes(session.mode) ? { identity } : {});
  });

  router.post('/lab/optout', async (req, res) => {
    const session = sessions.of(req);
    if (!session) throw refusal(409, 'Log in first: nobody is here to opt out.');
    const undo = req.body?.undo === true;
    await admin(undo ? 'DELETE' : 'POST', '/admin/optout', session.dii);
    if (undo) optedOut.delete(userOf(session));
    else optedOut.add(userOf(session));
    session.optedOutLater = !undo;
    res.json({});
  });

  async function setFault(name: string | null): Promise<void> {
    await admin('DELETE', '/admin/fault');
    fault = null;
    if (name !== null) await admin('POST', '/admin/fault', FAULTS[name]);
    fault = name;
  }
  router.post('/lab/fault', async (req, res) => {
    const name = faultOf(req.body?.name);
    if (name === undefined) throw refusal(400, 'There is no such fault.');
    await setFault(name);
    res.json({});
  });
  router.delete('/lab/fault', async (req, res) => {
    await setFault(null);
    res.json({});
  });

  // The operator's clock and ours; the pages move their own.
  async function setClock(ahead: number): Promise<{ ahead: number }> {
    await admin('POST', '/admin/clock', { offset: ahead });
    clock.ahead = ahead;
    return { ahead };
  }
  router.post('/lab/sleep', async (req, res) => {
    const seconds: unknown = req.body?.seconds;
    if (!(Number.isInteger(seconds) && Number(seconds) > 0 && Number(seconds) <= LONGEST_SLEEP)) throw refusal(400, 'Sleep for a whole number of seconds, a day at most.');
    res.json(await setClock(clock.ahead + Number(seconds) * 1000));
  });
  router.delete('/lab/sleep', async (req, res) => { res.json(await setClock(0)); });

  router.delete('/lab/requests', async (req, res) => {
    await admin('DELETE', '/admin/requests');
    res.json({});
  });
  return router;
}
