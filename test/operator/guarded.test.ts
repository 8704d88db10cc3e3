// An operator on a machine where a browser visits other sites too: what those must not reach, and what has a limit.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import express from 'express';
import { startOperator } from '../../operator/index.js';
import { requestLog } from '../../operator/requestLog.js';
import { identityOf, operatorForEach, refresh, send } from './support.js';

const HEALTH = 'GET /ops/healthcheck';

describe('operator: names that it answers to', () => {
  const operator = operatorForEach();
  const statusFor = async (Host: string, what = HEALTH) => (await send(operator(), what, { headers: { Host } })).status;

  for (const host of ['localhost', 'localhost:8080', '127.0.0.1', '127.0.0.1:1', '[::1]:8080', 'operator.localhost', 'LOCALHOST', 'localhost.']) {
    it(`are this machine's, as ${host}`, async () => {
      expect(await statusFor(host)).to.equal(200);
    });
  }
  // A page of evil.test can have that name resolved to 127.0.0.1, and then read what it answers.
  for (const host of ['evil.test', 'evil.test:8080', 'localhost.evil.test', '127.0.0.1.evil.test', 'notlocalhost', '127.0.0.1@evil.test', 'evil.test@127.0.0.1', 'evil.test/@localhost', ':', '128.0.0.1']) {
    it(`are no other, as ${JSON.stringify(host)}`, async () => {
      for (const what of [HEALTH, 'POST /v2/token/refresh', 'GET /admin', 'OPTIONS /admin']) {
        const { status, headers } = await send(operator(), what, { headers: { Host: host } });
        expect([status, headers['access-control-allow-origin']], what).to.deep.equal([403, undefined]);
      }
      expect(operator().admin.requests()).to.deep.equal([]);
    });
  }
  it('can be more, by option, but not for the admin', async () => {
    const named = await startOperator({ hosts: ['operator.example'] });
    const status = async (what: string, Host: string) => (await send(named, what, { headers: { Host } })).status;
    try {
      expect(await status(HEALTH, 'operator.example')).to.equal(200);
      expect(await status(HEALTH, 'other.example')).to.equal(403);
      expect(await status('GET /admin', 'operator.example')).to.equal(403);
      expect(await status('GET /admin', 'localhost')).to.equal(200);
    } finally {
      await named.close();
    }
  });
});

describe('operator: pages that reach the admin', () => {
  const operator = operatorForEach();
  const fault = JSON.stringify({ kind: 'status', status: 503 });

  for (const Origin of ['https://news.example.com', 'http://localhost.evil.test', 'http://127.0.0.1.evil.test', 'null', 'file://', 'x']) {
    it(`are none of ${Origin}, whatever they ask`, async () => {
      for (const [what, body] of [['POST /admin/fault', fault], ['GET /admin/requests'], ['DELETE /admin/requests'], ['OPTIONS /admin/fault']]) {
        const { status, headers, body: text } = await send(operator(), what, { headers: { Origin }, body });
        expect([status, headers['access-control-allow-origin']], what).to.deep.equal([403, undefined]);
        expect(JSON.parse(text.toString()).message).to.equal('The admin is for pages and programs of this machine');
      }
      expect((await refresh(operator(), 'x')).status).to.equal(400);
    });
  }
});

describe('operator: limits', () => {
  const operator = operatorForEach();

  it('100 counted faults wait at most', () => {
    for (let i = 0; i < 100; i++) operator().admin.fault({ kind: 'hang', times: 1 });
    expect(() => operator().admin.fault({ kind: 'hang', times: 1 })).to.throw('fault: 100 are waiting for their requests; clear them first');
    operator().admin.clearFaults();
    operator().admin.fault({ kind: 'hang', times: 1 });
  });
  it('a lasting fault takes the place of those that it hides', async () => {
    const listed = async () => JSON.parse((await send(operator(), 'GET /admin')).body.toString()).faults;
    for (let i = 0; i < 500; i++) operator().admin.fault({ kind: 'status', status: 500 + i % 10, endpoint: i % 2 ? 'refresh' : 'generate' });
    expect(await listed()).to.deep.equal([
      { kind: 'status', status: 509, endpoint: 'refresh' }, { kind: 'status', status: 508, endpoint: 'generate' }
    ]);
    operator().admin.fault({ kind: 'close' });
    expect(await listed()).to.deep.equal([{ kind: 'close' }]);
  });
  it('headers of 16 KB', async () => {
    expect((await send(operator(), HEALTH, { headers: { 'X-Long': 'x'.repeat(15_000) } })).status).to.equal(200);
    expect((await send(operator(), HEALTH, { headers: { 'X-Long': 'x'.repeat(17_000) } })).status).to.equal(431);
  });
  it('a body of 100 KB for the admin', async () => {
    const { status, body } = await send(operator(), 'POST /admin/fault', { body: ' '.repeat(102_401) });
    expect([status, JSON.parse(body.toString()).status]).to.deep.equal([413, 'client_error']);
  });
  it('the log forgets the oldest requests', async () => {
    const log = requestLog(Date.now, undefined, 3);
    const app = express().use((req, res) => {
      log.record(req, res);
      res.end();
    });
    const server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    for (const path of ['v1', 'v2', 'token', 'generate', 'refresh']) await (await fetch(`http://127.0.0.1:${port}/${path}`)).text();
    expect(log.entries().map(({ path }) => path)).to.deep.equal(['/token', '/generate', '/refresh']);
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  });
});

describe('operator: keys', () => {
  it('are new ones at each start, without a seed', async () => {
    const [one, other] = [await startOperator(), await startOperator()];
    try {
      expect(one.apiKey).not.to.equal(other.apiKey);
      expect(one.apiSecret).not.to.equal(other.apiSecret);
      expect(one.cstg.serverPublicKey).not.to.equal(other.cstg.serverPublicKey);
      expect((await refresh(other, (await identityOf(one)).refresh_token)).status).to.equal(400);
    } finally {
      await Promise.all([one.close(), other.close()]);
    }
  });
});

describe('operator: the log', () => {
  const operator = operatorForEach();

  for (const client of ['PrebidJS-11.36.0-UID2Module-1.0', 'uid2-sdk-4.0.1', 'my_app+2', 'x']) {
    it(`knows ${client} for a client`, async () => {
      await fetch(`${operator().url}/v2/token/refresh?client=${encodeURIComponent(client)}`, { method: 'POST' });
      expect(operator().admin.requests()[0].client).to.equal(client);
    });
  }
  for (const client of ['user@example.com', '+12345678901', '12345678901', 'web-12345678901', 'a'.repeat(24), 'x y', '<script>', 'ü']) {
    it(`hides ${client}`, async () => {
      await fetch(`${operator().url}/v2/token/refresh?client=${encodeURIComponent(client)}`, { method: 'POST' });
      expect(operator().admin.requests()[0].client).to.equal('…');
    });
  }
});
