
// Check the reader's password first. Then ask UID2.
app.post('/login', async (req, res) => {
  const identity = await generateToken({ email: req.body.email });
  // not httpOnly: the module has to read it
  const options = { path: '/', sameSite: 'lax', secure: req.secure };
  if (identity) res.cookie('uid2_pub_cookie', JSON.stringify(identity), { ...options, expires: new Date(identity.refresh_expires) });
  else res.clearCookie('uid2_pub_cookie', options);
  res.json({ optedOut: !identity });
});

app.post('/logout', (req, res) => {
  res.clearCookie('uid2_pub_cookie', { path: '/' }).sendStatus(204);
});
