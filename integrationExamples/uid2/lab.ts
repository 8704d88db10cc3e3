// What the buttons of these pages need and no publisher's site has: expiring tokens, opting out, breaking the operator.
import { Router } from 'express';
import { identityFor, IN_PAGE, ON_CLIENT, setTokenCookie, type LoginOptions } from './login.js';
import { refusal } from './refusal.js';
import type { Mode, Session, Sessions } from './sessions.js';

const FAULTS: Record<string, object> = {
  'answers 500': { endpoint: 'refresh', kind: 'status', status: 500 },
  'is unavailable (503, HTML)': {
    endpoint: 'refresh', kind: 'status', status: 503, body: '<h1>Service Unavailable</h1>', contentType: 'text/html'
  },
  'never answers': { endpoint: 'refresh', kind: 'hang' },
  'drops the connection': { endpoint: 'refresh', kind: 'close' },
  'answers garbage': { endpoint: 'refresh', kind: 'garbage' },
  'takes two seconds': { endpoint: 'refresh', latency: 2000 },
  'fails at everything, login too': { kind: 'status', status: 500 }
};

const GENERATING: Record<string, object> = {
  'does not know this domain (403)': { endpoint: 'client-generate', kind: 'status', status: 403 },
  'generates no tokens (500)': { endpoint: 'client-generate', kind: 'status', status: 500 }
};
const ALL_FAULTS: Record<string, object> = { ...GENERATING, ...FAULTS };

/** The names of the faults that a page can choose from. */
export const faultNames = (mode: Mode): string[] => Object.keys(ON_CLIENT.includes(mode) ? ALL_FAULTS : FAULTS);

const userOf = ({ dii }: Session): string => ('email' in dii ? dii.email : dii.phone);

const WANTED = 12;

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

const LONGEST_SLEEP = 24 * 60 * 60;

/** Routes under /lab; each answers JSON, or {message} with one line when it cannot be done. `clock.ahead` (ms) grows with every sleep. */
export function labRoutes(sessions: Sessions, options: LoginOptions, clock: { ahead: number }): Router {
  let fault: string | null = null;
  const optedOut = new Set<string>();
  const admin = async (method: string, path: string, body?: object) => {
    const response = await fetch(options.operator.url + path, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(options.operatorTimeout)
    }).catch(() => { throw refusal(502, 'The UID2 operator cannot be reached. Is it running?'); });
    if (!response.ok) throw refusal(502, `The UID2 operator answered ${response.status} to ${method} ${path}.`);
    return response.json().catch(() => null);
  };

  const router = Router();
  router.get('/lab/state', async (req, res) => {
    const requests: Logged[] | null = await admin('GET', '/admin/requests').catch(() => null);
    const session = sessions.of(req);
    res.json({
      session: sessionView(session),
      optedOutHere: !!session && optedOut.has(userOf(session)),
      operator: {
        reachable: requests !== null,
        fault,
        refreshes: requests?.filter(({ path, preflight }) => path.endsWith('/token/refresh') && !preflight).length ?? 0,
        requests: requests?.slice(-WANTED).reverse() ?? []
      }
    });
  });

  // A new identity whose times are moved: to the module it is a login that happened hours ago.
  router.post('/lab/expire', async (req, res) => {
    const session = sessions.of(req);
    if (!session || ON_CLIENT.includes(session.mode)) throw refusal(409, 'Log in first: there is no token to expire.');
    const answer = await identityFor(session.dii, options).catch(() => {
      throw refusal(503, 'Not now: the operator has to issue the token that is to be expired. Mend it first, or break only its refreshes.');
    });
    if (answer === 'optout') throw refusal(409, 'This user has opted out, so there is no token to expire: wait some seconds until a refresh is due, then run an auction.');
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
    res.json({});
  });

  router.post('/lab/fault', async (req, res) => {
    const name: unknown = req.body?.name;
    if (typeof name !== 'string' || !Object.hasOwn(ALL_FAULTS, name)) throw refusal(400, 'There is no such fault.');
    await admin('DELETE', '/admin/fault');
    await admin('POST', '/admin/fault', ALL_FAULTS[name]);
    fault = name;
    res.json({});
  });

  // The operator's clock and ours; the pages move their own.
  router.post('/lab/sleep', async (req, res) => {
    const seconds: unknown = req.body?.seconds;
    if (!(Number.isInteger(seconds) && Number(seconds) > 0 && Number(seconds) <= LONGEST_SLEEP)) throw refusal(400, 'Sleep for a whole number of seconds, a day at most.');
    const ahead = clock.ahead + Number(seconds) * 1000;
    await admin('POST', '/admin/clock', { offset: ahead });
    clock.ahead = ahead;
    res.json({ ahead });
  });

  router.delete('/lab/requests', async (req, res) => {
    await admin('DELETE', '/admin/requests');
    res.json({});
  });

  router.delete('/lab/fault', async (req, res) => {
    await admin('DELETE', '/admin/fault');
    fault = null;
    res.json({});
  });
  return router;
}
