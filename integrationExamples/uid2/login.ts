// Log in and log out: the token is made by the operator, on the server, and handed over in the page's way.
import { Router, type Request, type Response } from 'express';
import { generateToken, type Identity } from '../../operator/client.js';
import { refusal } from './refusal.js';
import type { Mode, Session, Sessions } from './sessions.js';

/** The account at the operator, and how long to wait for it (ms). */
export type LoginOptions = {
  operator: { url: string; apiKey: string; apiSecret: string };
  operatorTimeout: number;
  now: () => number;
};

/** The first-party cookie that cookie.html names in `params.uid2Cookie`. */
export const TOKEN_COOKIE = 'uid2_pub_cookie';

const MODES: readonly unknown[] = ['cookie', 'config', 'server-only'] satisfies Mode[];
const EMAIL = /^[^\s@]+@[^\s@]+$/;
const LONGEST_EMAIL = 254;

const isMode = (value: unknown): value is Mode => MODES.includes(value);

const isEmail = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= LONGEST_EMAIL && EMAIL.test(value);

const optionsOf = (req: Request) => ({ path: '/', sameSite: 'lax', secure: req.secure } as const);

/** Writes the identity as URI-encoded JSON where the page's scripts can read it, for as long as it can be refreshed. */
export function setTokenCookie(req: Request, res: Response, identity: Identity): void {
  res.cookie(TOKEN_COOKIE, JSON.stringify(identity), { ...optionsOf(req), expires: new Date(identity.refresh_expires) });
}

/** A new identity from the operator, or 'optout'. Throws an Error with one line when the operator cannot be asked. */
export function identityFor(email: string, { operator, operatorTimeout }: LoginOptions): Promise<{ identity: Identity } | 'optout'> {
  return generateToken({ ...operator, timeout: operatorTimeout }, { email });
}

async function logIn(req: Request, res: Response, sessions: Sessions, options: LoginOptions): Promise<void> {
  const { mode } = req.body ?? {};
  const email = typeof req.body?.email === 'string' ? req.body.email.trim() : undefined;
  if (!isMode(mode)) throw refusal(400, 'This page does not say how it wants its token.');
  if (!isEmail(email)) throw refusal(400, 'That is not an e-mail address. Try user@example.com.');
  const answer = await identityFor(email, options).catch((error: Error) => {
    throw refusal(503, `You are not logged in. ${error.message}. Mend the operator and try again.`);
  });
  const session: Session = { mode, email, optedOut: answer === 'optout', refreshedAt: options.now() };
  if (answer !== 'optout') session.identity = answer.identity;
  sessions.start(req, res, session);
  if (mode === 'cookie' && session.identity) setTokenCookie(req, res, session.identity);
  else res.clearCookie(TOKEN_COOKIE, optionsOf(req));
  res.json({ optedOut: session.optedOut });
}

/** Routes POST /login {email, mode} and POST /logout. Logging out asks the operator nothing. */
export function loginRoutes(sessions: Sessions, options: LoginOptions): Router {
  const router = Router();
  router.post('/login', (req, res) => logIn(req, res, sessions, options));
  router.post('/logout', (req, res) => {
    sessions.end(req, res);
    res.clearCookie(TOKEN_COOKIE, optionsOf(req));
    res.status(204).end();
  });
  return router;
}
