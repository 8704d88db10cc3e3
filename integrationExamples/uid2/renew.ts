// Keeps a session's identity fresh on the server, for pages that get nothing but the advertising token.
import { refreshToken } from '../../operator/client.js';
import type { Session } from './sessions.js';

/** Where to refresh, how often (ms), and how long to wait for an answer (ms). */
export type RenewOptions = {
  operatorUrl: string;
  refreshEvery: number;
  operatorTimeout: number;
  now: () => number;
};

/** The token that may be sent now, or null: none, expired, or the user opted out. */
export function sendableToken({ identity, optedOut }: Session, now: number): string | null {
  return identity && !optedOut && now < identity.identity_expires ? identity.advertising_token : null;
}

function isDue({ identity, optedOut, refreshedAt }: Session, now: number, refreshEvery: number): boolean {
  return !!identity && !optedOut && now < identity.refresh_expires &&
    (now >= identity.refresh_from || now >= refreshedAt + refreshEvery);
}

async function renew(session: Session, { operatorUrl, operatorTimeout, now }: RenewOptions): Promise<void> {
  const before = session.identity!;
  try {
    const answer = await refreshToken(operatorUrl, before, operatorTimeout);
    // A new login, or the page's "expire now", may have come in between.
    if (session.identity !== before) return;
    session.optedOut = answer === 'optout';
    session.identity = answer === 'optout' ? undefined : answer;
    session.refreshedAt = now();
    session.lastError = undefined;
  } catch (error) {
    session.lastError = (error as Error).message;
  }
}

/** Call it when the user does something: refreshes when due, one request at a time. Never throws; a usable token stays in use. */
export async function keepFresh(session: Session, options: RenewOptions): Promise<void> {
  if (!session.renewing && !isDue(session, options.now(), options.refreshEvery)) return;
  session.renewing ??= renew(session, options).finally(() => { session.renewing = undefined; });
  await session.renewing;
}
