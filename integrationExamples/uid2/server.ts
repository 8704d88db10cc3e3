// A publisher's site: pages, login, header bidding, a local SSP.
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import express, { type NextFunction, type Request, type Response } from 'express';
import { guard } from './guard.js';
import { faultNames, labRoutes, sessionView } from './lab.js';
import { IN_PAGE, loginRoutes } from './login.js';
import { renderPage } from './pages.js';
import { refusal } from './refusal.js';
import { keepFresh, sendableToken } from './renew.js';
import { bundle } from './scripts.js';
import { openSessions, type Mode } from './sessions.js';
import { sspRoutes } from './ssp.js';

/** What the site needs to run; times in ms. */
export type SiteOptions = {
  operator: { url: string; apiKey: string; apiSecret: string; cstg: { subscriptionId: string; serverPublicKey: string } };
  /** Path of the Prebid bundle; it may appear later than the site. */
  prebid: string;
  /** Default 0: any free port. */
  port?: number;
  /** How often a server-only session of an active user is refreshed. Default 5 minutes, as the UID2 guides advise. */
  refreshEvery?: number;
  /** How long an answer of the operator may take. Default 3000. */
  operatorTimeout?: number;
  /** Host names that it answers to beside localhost and 127.0.0.1, if something in front of it passes them on. */
  hosts?: string[];
  now?: () => number;
};

const PAGES: Record<string, Mode> = { cookie: 'cookie', config: 'config', 'server-only': 'server-only', 'client-side': 'client-side', deferred: 'deferred', sdk: 'sdk', try: 'cookie', tab: 'cookie' };
const SCRIPTS = ['panel', 'clock'] as const;
const FIVE_MINUTES = 5 * 60 * 1000;

function siteApp({ operator, prebid, refreshEvery = FIVE_MINUTES, operatorTimeout = 3000, hosts = [], now = Date.now }: SiteOptions) {
  const sessions = openSessions();
  const clock = { ahead: 0 };
  const time = () => now() + clock.ahead;
  const login = { operator, operatorTimeout, now: time };
  const renewal = { operatorUrl: operator.url, refreshEvery, operatorTimeout, now: time };
  const prebidFile = resolve(prebid);

  // The token of a server-only session, refreshed first when that is due.
  async function currentToken(req: Request): Promise<string | null> {
    const session = sessions.of(req);
    if (session?.mode !== 'server-only') return null;
    await keepFresh(session, renewal);
    return sendableToken(session, time());
  }

  const app = express();
  app.disable('x-powered-by');
  // With https in front of it, the cookies are Secure.
  app.set('trust proxy', 'loopback');
  app.use((req, res, next) => {
    res.set({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'referrer-policy': 'same-origin' });
    next();
  });
  app.use(guard(hosts));
  app.use(express.json());
  app.use(express.text({ limit: '1mb' }));

  app.get('/', async (req, res) => { res.type('html').send(await renderPage('index', {})); });
  for (const [page, mode] of Object.entries(PAGES)) {
    app.get(`/${page}.html`, async (req, res) => {
      const session = sessions.of(req);
      const token = mode === 'server-only' ? await currentToken(req) : null;
      res.type('html').send(await renderPage(page, {
        ahead: clock.ahead,
        uid2ApiBase: operator.url,
        uid2Token: session?.mode === mode && IN_PAGE.includes(mode) ? session.identity : null,
        advertisingToken: token,
        ...operator.cstg,
        dii: session?.mode === 'client-side' ? session.dii : null,
        panel: { mode, session: sessionView(session), faults: faultNames(mode) }
      }));
    });
  }
  app.get('/user', (req, res) => {
    const session = sessions.of(req);
    res.json({ dii: session?.mode === 'deferred' ? session.dii : null });
  });
  app.get('/token', async (req, res) => { res.json({ token: await currentToken(req) }); });
  for (const name of SCRIPTS) {
    let script: Promise<string> | undefined;
    app.get(`/${name}.js`, async (req, res) => { res.type('js').send(await (script ??= bundle(name))); });
  }
  app.get('/style.css', (req, res) => res.sendFile(resolve(__dirname, 'pages', 'style.css'), { dotfiles: 'allow' }));
  app.get(['/prebid.js', '/prebid.js.map'], (req, res, next) => {
    const file = req.path.endsWith('.map') ? `${prebidFile}.map` : prebidFile;
    res.sendFile(file, { dotfiles: 'allow', cacheControl: false }, error => {
      if (error && !res.headersSent) next(refusal(404, 'Prebid.js is not built yet: reload in a moment.'));
    });
  });
  app.use(loginRoutes(sessions, login), sspRoutes(time), labRoutes(sessions, login, clock));

  app.use((req, res) => { res.status(404).json({ message: `There is no ${req.path} here.` }); });
  app.use((error: Error & { status?: number }, req: Request, res: Response, next: NextFunction) => {
    if (res.headersSent) return next(error);
    if (error.status) res.status(error.status).json({ message: error.message });
    else res.status(500).json({ message: `This site’s server has failed: ${error.name}.` });
  });
  return app;
}

/** Starts the site on 127.0.0.1. Rejects with the listen error (code EADDRINUSE when the port is taken). */
export function startSite(options: SiteOptions): Promise<{ url: string; port: number; close: () => Promise<void> }> {
  const app = siteApp(options);
  return new Promise((resolve, reject) => {
    const server = app.listen(options.port ?? 0, '127.0.0.1', (error?: Error) => {
      if (error) return reject(error);
      const { port } = server.address() as AddressInfo;
      resolve({
        url: `http://127.0.0.1:${port}`,
        port,
        close: () => new Promise(done => {
          server.close(() => done());
          server.closeAllConnections();
        })
      });
    });
  });
}
