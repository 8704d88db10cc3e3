
// Check the reader's password first. Then ask UID2.
app.post('/login', async (req, res) => {
  const identity = await generateToken({ email: req.body.email });
  startSession(req, res, { identity, refreshed: Date.now() });
  res.json({ optedOut: !identity });
});

// Refresh every five minutes, while the reader is active.
app.get('/token', async (req, res) => {
  const session = sessionOf(req);
  if (session?.identity && Date.now() > session.refreshed + 5 * 60_000) {
    session.refreshed = Date.now();
    // where that fails, the token stays in use until it expires
    session.identity = await refreshToken(session.identity).catch(() => session.identity);
  }
  const usable = session?.identity?.identity_expires > Date.now();
  res.set('cache-control', 'no-store').json({ token: usable ? session.identity.advertising_token : null });
});
