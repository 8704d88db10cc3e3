
// Check the reader's password first. Then ask UID2.
app.post('/login', async (req, res) => {
  const identity = await generateToken({ email: req.body.email });
  // after an opt-out the page says so: without that a stored token stays in use
  startSession(req, res, { identity: identity ?? { status: 'optout' } });
  res.json({ optedOut: !identity });
});

// Your page. The script that you have copied goes where the dots are.
app.get('/', (req, res) => {
  const uid2Token = forScript(sessionOf(req)?.identity);
  res.set('cache-control', 'no-store').send(`<script>const identity = ${uid2Token}; /* … */</script>`);
});
