
import express from 'express'; // version 5

const app = express();

// A login is JSON: {"email": …}.
app.use(['/login', '/logout'], guard, express.json());
app.post('/login', (req, res, next) => {
  if (typeof req.body?.email === 'string') next();
  else res.sendStatus(400);
});

app.listen(process.env.PORT ?? 8080, '127.0.0.1');
