// The start page, in each mode, and the frames that stand for tabs.
import { randomUUID } from 'node:crypto';
import { Router, type Request } from 'express';
import { faultNames } from './faults.js';
import { sessionView } from './lab.js';
import { IN_PAGE, saidOf } from './login.js';
import { modeOf, pageScript, scriptToCopy, serverPart, WAYS } from './modes.js';
import { escapeHtml, Html, renderPage } from './pages.js';
import { keepFresh, sendableToken, type RenewOptions } from './renew.js';
import type { Mode, Session, Sessions } from './sessions.js';
import { addressesOf, type Versions } from './versions.js';

/** What these pages are made from. */
export type Playground = {
  operator: { url: string; pagesUrl?: string; cstg: { subscriptionId: string; serverPublicKey: string } };
  sessions: Sessions;
  clock: { ahead: number };
  renewal: RenewOptions;
  versions(): Promise<Versions>;
};

/** Where each page was before one page had all modes. */
const OLD_PAGES: Record<string, string> = { ...Object.fromEntries(WAYS.map(({ mode }) => [mode, `mode=${mode}`])), try: 'mode=cookie', index: '' };

/** Who is logged in, for a page that makes the token itself. */
function readerIn(mode: Mode, session: Session | undefined) {
  if (mode !== 'client-side' || session?.mode !== mode) return { kind: 'email', user: null };
  const [[kind, user]] = Object.entries(session.dii);
  return { kind, user };
}

const tabs = (chosen: Mode) => new Html(WAYS.map(({ mode, tab }) =>
  `<a href="/?mode=${mode}" data-mode="${mode}"${mode === chosen ? ' aria-current="page"' : ''}>${tab}</a>`).join('\n    '));

/** Routes GET /, GET /<old page>.html, GET /tab.html and GET /token. */
export function playground({ operator, sessions, clock, renewal, versions }: Playground): Router {
  const operatorUrl = operator.pagesUrl ?? operator.url;

  // The token of a server-only session, refreshed first when that is due.
  async function currentToken(req: Request): Promise<string | null> {
    const session = sessions.of(req);
    if (session?.mode !== 'server-only') return null;
    await keepFresh(session, renewal);
    return sendableToken(session, renewal.now());
  }

  async function page(req: Request, mode: Mode): Promise<string> {
    const session = sessions.of(req);
    const placement = randomUUID();
    const { config, ads } = await pageScript(mode, {
      placement,
      uid2ApiBase: operatorUrl,
      uid2Token: session?.mode === mode && IN_PAGE.includes(mode) ? saidOf(session) : null,
      advertisingToken: mode === 'server-only' ? await currentToken(req) : null,
      ...operator.cstg,
      ...readerIn(mode, session)
    });
    const copied = await scriptToCopy(mode);
    const { tab, about } = WAYS.find((way) => way.mode === mode)!;
    return renderPage('index', {
      ...addressesOf(await versions()),
      title: new Html(tab), tabs: tabs(mode), about: new Html(escapeHtml(about).replace(/`([^`]+)`/g, '<code>$1</code>')), script: new Html(config + ads),
      ahead: clock.ahead,
      lab: {
        mode, placement, session: sessionView(session), faults: faultNames(mode), operatorUrl,
        code: { config: copied.config, page: copied.config + copied.ads, server: await serverPart(mode) }
      }
    });
  }

  const router = Router();
  router.get('/', async (req, res) => {
    const mode = modeOf(req.query.mode) ?? sessions.of(req)?.mode ?? 'cookie';
    res.type('html').send(await page(req, mode));
  });
  for (const [old, query] of Object.entries(OLD_PAGES)) {
    router.get(`/${old}.html`, (req, res) => { res.redirect(`/?${query}${old === 'try' ? '#try' : ''}`); });
  }
  router.get('/tab.html', async (req, res) => {
    res.type('html').send(await renderPage('tab', { ...addressesOf(await versions()), ahead: clock.ahead, uid2ApiBase: operatorUrl }));
  });
  router.get('/token', async (req, res) => { res.json({ token: await currentToken(req) }); });
  return router;
}
