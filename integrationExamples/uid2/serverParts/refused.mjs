
// Where UID2 refuses or fails, the page gets one line of JSON, and your log has the reason.
app.use((error, req, res, next) => {
  const { status = 503 } = error;
  if (!error.status) console.error(error.message);
  const cure = status < 500 ? 'Check the address, and log in again.' : 'UID2 cannot be asked. Try again later.';
  res.status(status).json({ message: `${cure} The server's log says why.` });
});
