// Where your pages are, as browsers know it: all of your names.
const ORIGINS = ['http://localhost:8080', 'http://127.0.0.1:8080'];

// Only your own pages may log readers in and out. Browsers tell the origin with each POST.
function guard({ headers: { origin } }, res, next) {
  if (!origin || ORIGINS.includes(origin)) next();
  else res.sendStatus(403);
}
