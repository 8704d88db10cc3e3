// Who is logged in: sessions in memory, found by a random cookie that scripts cannot read.
import { randomBytes } from 'node:crypto';
import type { Request, Response } from 'express';
import type { Identity } from '../../operator/client.js';

/** How the token gets to the page: a first-party cookie, the page's own config, only as a value, made there, from the start or once it knows the user, or in a call of UID2's SDK. */
export type Mode = 'cookie' | 'config' | 'server-only' | 'client-side' | 'deferred' | 'sdk';

/** What the user has logged in with: directly identifying information. */
export type Dii = { email: string } | { phone: string };

/** One logged-in user; times in ms since 1970. `identity` is missing for a user who opted out, and where the page makes the token. */
export type Session = {
  mode: Mode;
  dii: Dii;
  optedOut: boolean;
  /** Has opted out on this site after this login; a login says of an earlier opt-out itself. */
  optedOutLater?: boolean;
  identity?: Identity;
  refreshedAt: number;
  lastError?: string;
  renewing?: Promise<void>;
};

const MOST = 1000;
const MAX_AGE = 30 * 24 * 60 * 60 * 1000;

// By https the browser itself sees to it that no other host has set the cookie.
const nameFor = ({ secure }: Request): string => (secure ? '__Host-site_session' : 'site_session');

const optionsFor = ({ secure }: Request) => ({ httpOnly: true, sameSite: 'lax', path: '/', secure } as const);

const cookieOf = (req: Request): string | undefined => {
  const start = `${nameFor(req)}=`;
  return (req.headers.cookie ?? '').split('; ').find(pair => pair.startsWith(start))?.slice(start.length);
};

/** Opens an empty session store; the oldest session goes when there are more than 1000. */
export function openSessions() {
  const sessions = new Map<string, Session>();

  return {
    /** The session of this request, or undefined. */
    of: (req: Request): Session | undefined => sessions.get(cookieOf(req) ?? ''),

    /** Starts a session under a new id; the id the browser came with is worth nothing afterwards. */
    start(req: Request, res: Response, session: Session): void {
      sessions.delete(cookieOf(req) ?? '');
      if (sessions.size >= MOST) sessions.delete(sessions.keys().next().value as string);
      const id = randomBytes(24).toString('base64url');
      sessions.set(id, session);
      res.cookie(nameFor(req), id, { ...optionsFor(req), maxAge: MAX_AGE });
    },

    /** Forgets the session and takes its cookie away. */
    end(req: Request, res: Response): void {
      sessions.delete(cookieOf(req) ?? '');
      res.clearCookie(nameFor(req), optionsFor(req));
    }
  };
}

export type Sessions = ReturnType<typeof openSessions>;
