
import express from 'express';

const app = express();
// A proxy on this machine says whether the reader came by https.
app.set('trust proxy', 'loopback');

// A login is JSON: {"email": …}.
app.use(guard, express.json());
app.post('/login', (req, res, next) => {
  if (typeof req.body?.email === 'string') next();
  else res.sendStatus(400);
});

app.listen(process.env.PORT ?? 8080, '127.0.0.1');
