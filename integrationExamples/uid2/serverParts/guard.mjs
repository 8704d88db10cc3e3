// The names of your site.
const NAMES = ['localhost', '127.0.0.1'];

// Keeps other sites out: their names may lead to this server, and their pages may post to it.
function guard(req, res, next) {
  const { host = '', origin, 'sec-fetch-site': site } = req.headers;
  const isOwnPage = site ? site === 'same-origin' : !origin || origin.endsWith(`://${host}`);
  if (NAMES.includes(host.replace(/:\d+$/, '')) && (req.method === 'GET' || isOwnPage)) next();
  else res.sendStatus(403);
}
