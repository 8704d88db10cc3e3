// Log in and log out: the token is made by the operator, on the server, and handed over in the page's way.
import { Router, type Request, type Response } from 'express';
import { generateToken, type Identity, type OperatorError } from '../../operator/client.js';
import { refusal } from './refusal.js';
import type { Dii, Mode, Session, Sessions } from './sessions.js';

/** The account at the operator, and how long to wait for it (ms). */
export type LoginOptions = {
  operator: { url: string; apiKey: string; apiSecret: string };
  operatorTimeout: number;
  now: () => number;
};

/** The first-party cookie that modes/cookie.js names in `params.uid2Cookie`. */
export const TOKEN_COOKIE = 'uid2_pub_cookie';

/** Where the page asks the operator itself, and the module says what it thinks of an address or number. */
export const ON_CLIENT: readonly Mode[] = ['client-side', 'deferred'];
/** Where the server writes the whole identity into the page. */
export const IN_PAGE: readonly Mode[] = ['config', 'sdk'];
const MODES: readonly unknown[] = ['cookie', 'server-only', ...IN_PAGE, ...ON_CLIENT] satisfies Mode[];
const EMAIL = /^[^\s@]+@[^\s@]+$/;
const LONGEST = 254;
/** As long as a stored token can be refreshed. */
const THIRTY_DAYS = 30 * 24 * 60 * 60 * 1000;

const isMode = (value: unknown): value is Mode => MODES.includes(value);

const textIn = (value: unknown): string => (typeof value === 'string' && value.length <= LONGEST ? value.trim() : '');

const optionsOf = (req: Request) => ({ path: '/', sameSite: 'lax', secure: req.secure } as const);

/** What the page is told of the reader: their identity, or that they have opted out, or nothing. Without that word a stored token stays in use. */
export const saidOf = ({ identity, optedOut, refreshedAt }: Session) =>
  identity ?? (optedOut ? { status: 'optout', refresh_expires: refreshedAt + THIRTY_DAYS } : undefined);

/** Writes it as URI-encoded JSON where the page's scripts can read it, for as long as a token can be refreshed. */
export function setTokenCookie(req: Request, res: Response, said: Pick<Identity, 'refresh_expires'>): void {
  res.cookie(TOKEN_COOKIE, JSON.stringify(said), { ...optionsOf(req), expires: new Date(said.refresh_expires) });
}

/** A new identity from the operator, or 'optout'. Throws an Error with one line when the operator cannot be asked. */
export function identityFor(dii: Dii, { operator, operatorTimeout }: LoginOptions): Promise<{ identity: Identity } | 'optout'> {
  return generateToken({ ...operator, timeout: operatorTimeout }, dii);
}

function diiIn(user: string): Dii {
  if (!user) throw refusal(400, 'Enter an e-mail address or a phone number.');
  return user.includes('@') ? { email: user } : { phone: user };
}

/** Starts the session in the browser, and answers whether the reader has opted out. */
export function admit(req: Request, res: Response, sessions: Sessions, session: Session): void {
  sessions.start(req, res, session);
  const said = saidOf(session);
  if (session.mode === 'cookie' && said) setTokenCookie(req, res, said);
  else res.clearCookie(TOKEN_COOKIE, optionsOf(req));
  res.json({ optedOut: session.optedOut });
}

/** A session of this reader: with a token from the operator, or without one where the page makes it. Refuses when the operator does. */
export async function startSession(mode: Mode, dii: Dii, options: LoginOptions): Promise<Session> {
  const session: Session = { mode, dii, optedOut: false, refreshedAt: options.now() };
  if (ON_CLIENT.includes(mode)) return session;
  const answer = await identityFor(dii, options).catch(({ message, status }: OperatorError) => {
    const said = `You are not logged in. ${message}.`;
    throw status === 400 ? refusal(400, `${said} Check the address.`) : refusal(503, `${said} Mend the operator and try again.`);
  });
  return answer === 'optout' ? { ...session, optedOut: true } : { ...session, identity: answer.identity };
}

async function logIn(req: Request, res: Response, sessions: Sessions, options: LoginOptions): Promise<void> {
  const { mode } = req.body ?? {};
  const email = textIn(req.body?.email);
  if (!isMode(mode)) throw refusal(400, 'This page does not say how it wants its token.');
  if (!ON_CLIENT.includes(mode) && !EMAIL.test(email)) throw refusal(400, 'That is not an e-mail address. Try user@example.com.');
  const dii = ON_CLIENT.includes(mode) ? diiIn(textIn(req.body?.user)) : { email };
  admit(req, res, sessions, await startSession(mode, dii, options));
}

/** Routes POST /login {email, mode}, or {user, mode} where the page makes the token, and POST /logout. Logging out asks the operator nothing. */
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
