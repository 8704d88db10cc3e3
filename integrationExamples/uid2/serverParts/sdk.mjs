
// Check the reader's password first. Then ask UID2: if it fails, the reader is logged in without a token.
app.post('/login', async (req, res) => {
  startSession(req, res, { identity: await generateToken({ email: req.body.email }) });
  res.sendStatus(204);
});

// Your page. The script that you have copied goes where the dots are.
app.get('/', (req, res) => {
  const identity = forScript(sessionOf(req)?.identity);
  res.set('cache-control', 'private, no-store').send(`<script>const identity = ${identity}; /* … */</script>${PREBID}`);
});
