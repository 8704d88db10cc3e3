
// Who is logged in. Use the sessions that you have.
const sessions = new Map();
const idOf = (req) => /(?:^|; )session=([\w-]+)/.exec(req.headers.cookie)?.[1];
const sessionOf = (req) => sessions.get(idOf(req));
// Safari takes a Secure cookie by https only, others from localhost too.
const options = { httpOnly: true, sameSite: 'lax', secure: true };

function startSession(req, res, session) {
  const id = crypto.randomUUID();
  sessions.set(id, session);
  res.cookie('session', id, options);
}

app.post('/logout', (req, res) => {
  sessions.delete(idOf(req));
  res.clearCookie('session', options).sendStatus(204);
});

// For your page: Prebid, and any value as text inside a script.
const PREBID = '<script src="/prebid.js" async></script>';
const forScript = (value) => JSON.stringify(value ?? null).replace(/</g, '\\u003c');
