
// The server has no part in UID2. It writes who is logged in.
app.post('/login', (req, res) => {
  startSession(req, res, { email: req.body.email });
  res.sendStatus(204);
});

// Your page. The script that you have copied goes where the dots are.
app.get('/', (req, res) => {
  const email = forScript(sessionOf(req)?.email);
  res.set('cache-control', 'private, no-store').send(`<script>const email = ${email}; /* … */</script>${PREBID}`);
});
