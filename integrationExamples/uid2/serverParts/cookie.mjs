
// Check the reader's password first. Then ask UID2.
app.post('/login', async (req, res) => {
  const identity = await generateToken({ email: req.body.email });
  // not httpOnly: the module has to read it
  const options = { path: '/', sameSite: 'lax', secure: req.secure };
  // after an opt-out the cookie says so: without one a stored token stays in use
  const answer = identity ?? { status: 'optout', refresh_expires: Date.now() + 30 * 24 * 3600_000 };
  res.cookie('uid2_pub_cookie', JSON.stringify(answer), { ...options, expires: new Date(answer.refresh_expires) });
  res.json({ optedOut: !identity });
});

app.post('/logout', (req, res) => {
  res.clearCookie('uid2_pub_cookie', { path: '/' }).sendStatus(204);
});
