
// Check the reader's password first. Then ask UID2: if it fails, the reader is logged in without a token.
app.post('/login', async (req, res) => {
  startSession(req, res, { identity: await generateToken({ email: req.body.email }), refreshed: Date.now() });
  res.sendStatus(204);
});

// The token, or null. It is refreshed every five minutes, while the reader is active.
async function tokenOf(session) {
  if (session?.identity?.refresh_token && Date.now() > session.refreshed + 5 * 60_000) {
    session.refreshed = Date.now();
    session.identity = await refreshToken(session.identity);
  }
  return session?.identity?.identity_expires > Date.now() ? session.identity.advertising_token : null;
}

// Your page. The script that you have copied goes where the dots are.
app.get('/', async (req, res) => {
  const token = forScript(await tokenOf(sessionOf(req)));
  res.set('cache-control', 'private, no-store').send(`<script>const token = ${token}; /* … */</script>${PREBID}`);
});

app.get('/token', async (req, res) => {
  res.set('cache-control', 'private, no-store').json({ token: await tokenOf(sessionOf(req)) });
});
