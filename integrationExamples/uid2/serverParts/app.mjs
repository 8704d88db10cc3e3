import express from 'express';

// The names of your site.
const NAMES = ['localhost', '127.0.0.1'];

const app = express();
// A proxy on this machine says whether the reader came by https.
app.set('trust proxy', 'loopback');

// Keeps other sites out: their names may lead to this server, and their pages may post to it.
app.use((req, res, next) => {
  const { host = '', origin, 'sec-fetch-site': site } = req.headers;
  const isOwnPage = site ? site === 'same-origin' : !origin || origin.endsWith(`://${host}`);
  if (NAMES.includes(host.replace(/:\d+$/, '')) && (req.method === 'GET' || isOwnPage)) next();
  else res.sendStatus(403);
});

// A login is JSON: {"email": …}.
app.use(express.json());
app.post('/login', (req, res, next) => {
  if (typeof req.body?.email === 'string') next();
  else res.sendStatus(400);
});

app.listen(process.env.PORT ?? 8080, '127.0.0.1');
