
// Who is logged in. Use the sessions that you have.
const sessions = new Map();
const idOf = (req) => /\bsession=([\w-]+)/.exec(req.headers.cookie)?.[1];
const sessionOf = (req) => sessions.get(idOf(req));

function startSession(req, res, session) {
  const id = crypto.randomUUID();
  sessions.set(id, session);
  res.cookie('session', id, { httpOnly: true, sameSite: 'lax', secure: req.secure });
}

app.post('/logout', (req, res) => {
  sessions.delete(idOf(req));
  res.clearCookie('session').sendStatus(204);
});

// Any value as text inside a script of your page.
const forScript = (value) => JSON.stringify(value ?? null).replace(/</g, '\\u003c');
