// A publisher's site: the start page, login, header bidding, a local SSP.
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import express, { type NextFunction, type Request, type Response } from 'express';
import { advice, docsPage } from './docs.js';
import { guard } from './guard.js';
import { labRoutes } from './lab.js';
import { loginRoutes } from './login.js';
import { playground } from './playground.js';
import { refusal } from './refusal.js';
import { renderPage } from './pages.js';
import { bundle, SCRIPTS } from './scripts.js';
import { openSessions } from './sessions.js';
import { sspRoutes } from './ssp.js';
import { keepVersions, STYLE, versionsOf } from './versions.js';

/** What the site needs to run; times in ms. */
export type SiteOptions = {
  operator: {
    url: string;
    /** Where pages find it, if not where this server does. */
    pagesUrl?: string;
    apiKey: string;
    apiSecret: string;
    cstg: { subscriptionId: string; serverPublicKey: string };
  };
  /** Path of the Prebid bundle; it may appear later than the site. */
  prebid: string;
  /** Until it settles, pages say that Prebid is being built, and then load again. */
  built?: Promise<unknown>;
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

const HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  // no other site may show these pages in a frame, and so borrow the reader's clicks; tab.html is in a frame of our own
  'content-security-policy': 'frame-ancestors \'self\''
};
/** How long a client may take to send its headers, and all of its request, in ms; node looks every 30 s. */
const TIMEOUTS = { headersTimeout: 10_000, requestTimeout: 30_000 };
const FIVE_MINUTES = 5 * 60 * 1000;
const BUILD_FAILED = 'Prebid could not be built. The terminal says why.';

// Prebid.js: whether it is built, the bundle, and a page that waits for it.
function prebidRoutes({ prebid, built = Promise.resolve() }: SiteOptions) {
  const file = resolve(prebid);
  const build: { over: boolean; failure: string | null } = { over: false, failure: null };
  built.then(() => { build.over = true; }, () => { build.failure = BUILD_FAILED; });

  const routes = express.Router();
  routes.get('/lab/build', (req, res) => { res.json(build); });
  routes.get(['/prebid.js', '/prebid.js.map'], (req, res, next) => {
    const asked = req.path.endsWith('.map') ? `${file}.map` : file;
    res.sendFile(asked, { dotfiles: 'allow', cacheControl: false }, error => {
      if (error && !res.headersSent) next(refusal(404, 'Prebid.js is not built yet: reload in a moment.'));
    });
  });
  routes.get(['/', '/:page.html'], async (req, res, next) => {
    // by then a build that was not needed has settled
    await Promise.resolve();
    if (build.over) return next();
    res.status(503).type('html').send(await renderPage('building', {}));
  });
  return routes;
}

function siteApp(options: SiteOptions) {
  const { operator, refreshEvery = FIVE_MINUTES, operatorTimeout = 3000, hosts = [], now = Date.now } = options;
  const sessions = openSessions();
  const clock = { ahead: 0 };
  const time = () => now() + clock.ahead;
  const login = { operator, operatorTimeout, now: time };
  const versions = () => versionsOf(resolve(options.prebid));
  const renewal = { operatorUrl: operator.url, refreshEvery, operatorTimeout, now: time };

  const app = express();
  app.disable('x-powered-by');
  // With https in front of it, the cookies are Secure.
  app.set('trust proxy', 'loopback');
  app.use((req, res, next) => {
    res.set(HEADERS);
    next();
  });
  app.use(guard(hosts));
  app.use(express.json());
  app.use(express.text({ limit: '1mb' }));

  app.use(keepVersions(versions), prebidRoutes(options), playground({ operator, sessions, clock, renewal, versions }));
  app.get('/user', (req, res) => {
    const session = sessions.of(req);
    res.json({ dii: session?.mode === 'deferred' ? session.dii : null });
  });
  for (const name of SCRIPTS) {
    app.get(`/${name}.js`, async (req, res) => { res.type('js').send(await bundle(name)); });
  }
  app.get('/style.css', (req, res) => res.sendFile(STYLE, { dotfiles: 'allow', cacheControl: false }));
  app.get('/docs/reasons.json', async (req, res) => { res.json(await advice()); });
  app.get('/docs/:name', async (req, res, next) => {
    const page = await docsPage(req.params.name);
    if (page) res.type('html').send(page);
    else next();
  });
  app.use(loginRoutes(sessions, login), sspRoutes(time), labRoutes(sessions, login, clock));

  app.use((req, res) => { res.status(404).json({ message: `There is no ${req.path} here.` }); });
  app.use((error: Error & { status?: number }, req: Request, res: Response, next: NextFunction) => {
    if (res.headersSent) return next(error);
    res.set(HEADERS);
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
    Object.assign(server, TIMEOUTS);
  });
}
