import express from 'express';

const app = express().use(express.json());
app.listen(process.env.PORT ?? 8080, '127.0.0.1');
