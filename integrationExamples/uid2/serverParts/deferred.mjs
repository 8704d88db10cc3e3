
// The server has no part in UID2. It tells the page who is logged in.
app.post('/login', (req, res) => {
  startSession(req, res, { email: req.body.email });
  res.sendStatus(204);
});

app.get('/user', (req, res) => {
  const { email } = sessionOf(req) ?? {};
  res.set('cache-control', 'private, no-store').json({ dii: email ? { email } : null });
});
