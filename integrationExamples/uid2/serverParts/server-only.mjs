
// Check the reader's password first. Then ask UID2: if it fails, the reader is logged in without a token.
app.post('/login', async (req, res) => {
  startSession(req, res, { identity: await generateToken({ email: req.body.email }), refreshed: Date.now() });
  res.sendStatus(204);
});

// Refresh every five minutes, while the reader is active.
app.get('/token', async (req, res) => {
  const session = sessionOf(req);
  if (session?.identity?.refresh_token && Date.now() > session.refreshed + 5 * 60_000) {
    session.refreshed = Date.now();
    session.identity = await refreshToken(session.identity);
  }
  const usable = session?.identity?.identity_expires > Date.now();
  res.set('cache-control', 'private, no-store').json({ token: usable ? session.identity.advertising_token : null });
});
