
// Not httpOnly: the module has to read it. Secure: Safari takes it by https only, others from localhost too.
const options = { path: '/', sameSite: 'lax', secure: true };

// Check the reader's password first. Then ask UID2: if it fails, the reader is logged in without a token.
app.post('/login', async (req, res) => {
  const answer = await generateToken({ email: req.body.email });
  if (answer) res.cookie('uid2_pub_cookie', JSON.stringify(answer), { ...options, expires: new Date(answer.refresh_expires) });
  else res.clearCookie('uid2_pub_cookie', options);
  res.sendStatus(204);
});

app.post('/logout', (req, res) => {
  res.clearCookie('uid2_pub_cookie', options).sendStatus(204);
});
