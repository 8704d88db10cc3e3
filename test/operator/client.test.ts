import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { Account, generateToken, refreshToken } from '../../operator/client.js';
import { readAnswer, writeAnswer } from '../../operator/envelope.js';
import { Identity, Operator, startOperator } from '../../operator/index.js';
import { HINT } from './realRows.js';
import { getV1, operatorForEach, send } from './support.js';

const START = 1_700_000_000_000;

/** Stands before an operator, and speaks binary with it: so its answers are binary, though its clients asked in text. */
async function binaryFront(operator: Operator) {
  const seen: (string | undefined)[] = [];
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk);
    const { authorization = '' } = req.headers;
    const answer = await send(operator, `${req.method} ${req.url}`, {
      headers: { authorization, 'content-type': 'application/octet-stream' }, body: Buffer.from(Buffer.concat(chunks).toString(), 'base64')
    });
    seen.push(answer.headers['content-type']);
    res.writeHead(answer.status, { 'content-type': answer.headers['content-type'] }).end(answer.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    types: () => seen,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    }
  };
}

describe('operator client', () => {
  const operator = operatorForEach();
  const account = (changes: Partial<Account> = {}): Account => {
    const { url, apiKey, apiSecret } = operator();
    return { url, apiKey, apiSecret, ...changes };
  };
  const generated = async (email = 'user@example.com') => {
    const answer = await generateToken(account(), { email });
    if (answer === 'optout') throw new Error('opted out');
    return answer.identity;
  };
  const message = (task: Promise<unknown>) => task.then(() => 'no error', (error: Error) => error.message);

  it('generates a token', async () => {
    expect(await generated()).to.have.all.keys(
      'advertising_token', 'refresh_token', 'refresh_from', 'identity_expires', 'refresh_expires', 'refresh_response_key');
  });
  it('hears of an opt-out', async () => {
    expect(await generateToken(account(), { email: 'optout@example.com' })).to.equal('optout');
    expect(await refreshToken(operator().url, await generated('refresh-optout@example.com'))).to.equal('optout');
  });
  it('refreshes a token', async () => {
    const identity = await generated();
    const next = await refreshToken(operator().url, identity) as Identity;
    expect(next.advertising_token).to.be.a('string').and.not.equal(identity.advertising_token);
  });
  it('refreshes a token of API v1', async () => {
    const { body } = await (await getV1(operator(), '/v1/token/generate', { email: 'a@b.c' })).json();
    expect(await refreshToken(operator().url, body)).to.have.property('advertising_token');
  });

  const failures: [string, () => Promise<unknown>, string][] = [
    ['a wrong API key', () => generateToken(account({ apiKey: 'other' }), { email: 'a@b.c' }), 'generating a token failed: it answered 401 unauthorized'],
    ['a wrong secret', () => generateToken(account({ apiSecret: randomBytes(32).toString('base64') }), { email: 'a@b.c' }), `generating a token failed: it answered 400 client_error: Invalid body: Check encryption key (ClientSecret).${HINT}`],
    ['a secret that is none', () => generateToken(account({ apiSecret: 'secret' }), { email: 'a@b.c' }), 'generating a token failed: the API secret must be base64 of 32 bytes'],
    ['a bad address', () => generateToken(account(), { email: 'nobody' }), 'generating a token failed: it answered 400 client_error: Invalid Identifier'],
    ['a wrong clock', () => generateToken(account({ now: () => 0 }), { email: 'a@b.c' }), 'generating a token failed: it answered 400 client_error: Invalid timestamp: Request too old or client time drift.'],
    ['a bad refresh token', () => refreshToken(operator().url, { refresh_token: 'x' }), 'refreshing a token failed: it answered 400 error: Error refreshing token']
  ];
  for (const [what, task, expected] of failures) {
    it(`says in one line that it met ${what}`, async () => {
      expect(await message(task())).to.equal(`UID2 operator: ${expected}`);
    });
  }
  it('says in one line that nobody is there', async () => {
    const closed = await startOperator();
    await closed.close();
    expect(await message(refreshToken(closed.url, { refresh_token: 'x' }))).to.equal('UID2 operator: refreshing a token failed: it cannot be reached (ECONNREFUSED)');
  });
  it('gives up on an operator that hangs', async () => {
    operator().admin.fault({ kind: 'hang' });
    expect(await message(refreshToken(operator().url, { refresh_token: 'x' }, 1))).to.equal('UID2 operator: refreshing a token failed: no answer within 1 ms');
  });
  for (const kind of ['wrongKey', 'garbage', 'truncated', 'notBase64', 'huge'] as const) {
    it(`does not believe an answer that is ${kind}`, async () => {
      const identity = await generated();
      operator().admin.fault(kind === 'huge' ? { kind, bytes: 4000 } : { kind });
      expect(await message(generateToken(account(), { email: 'a@b.c' }))).to.equal('UID2 operator: generating a token failed: its answer cannot be decrypted: check the API secret');
      expect(await message(refreshToken(operator().url, identity))).to.equal('UID2 operator: refreshing a token failed: its answer cannot be decrypted');
    });
  }
  it('does not believe an identity that lacks a field', async () => {
    const identity = await generated();
    for (const field of ['advertising_token', 'refresh_token', 'refresh_from', 'identity_expires', 'refresh_expires', 'body', 'status']) {
      operator().admin.fault({ kind: 'missingFields', fields: [field], times: 1 });
      expect(await message(refreshToken(operator().url, identity)), field).to.equal('UID2 operator: refreshing a token failed: its answer holds no identity');
    }
  });
  it('does not believe the answer to another request', async () => {
    const answers: string[] = [];
    const real = globalThis.fetch;
    // A wire tap that gives every request the first one's answer.
    globalThis.fetch = async (...args) => {
      const response = await real(...args);
      answers.push(await response.text());
      return new Response(answers[0]);
    };
    try {
      await generated();
      expect(await message(generateToken(account(), { email: 'a@b.c' }))).to.equal('UID2 operator: generating a token failed: its answer belongs to another request: the nonce differs');
    } finally {
      globalThis.fetch = real;
    }
  });
  for (const minutes of [-1.9, 1.9]) {
    it(`generates a token with a clock that is ${minutes} min wrong`, async () => {
      const answer = await generateToken(account({ now: () => Date.now() + minutes * 60_000 }), { email: 'a@b.c' });
      expect(answer).to.have.property('identity');
    });
  }
  it('reads answers in binary, of an operator that gives them so', async () => {
    const front = await binaryFront(operator());
    try {
      const answer = await generateToken(account({ url: front.url }), { email: 'a@b.c' });
      if (answer === 'optout') throw new Error('opted out');
      expect(await refreshToken(front.url, answer.identity)).to.have.property('advertising_token');
      expect(front.types()).to.deep.equal(['application/octet-stream', 'application/octet-stream']);
    } finally {
      await front.close();
    }
  });
  it('does not believe an answer from another time', async () => {
    const times = [Date.now(), Date.now() - 3_600_000];
    expect(await message(generateToken(account({ now: () => times.shift() ?? 0 }), { email: 'a@b.c' }))).to.equal('UID2 operator: generating a token failed: its answer is too old, or a clock is wrong');
  });
  it('believes a late answer to a clock that is almost two minutes ahead', async () => {
    const times = [Date.now() + 119_000, Date.now() + 124_000];
    expect(await generateToken(account({ now: () => times.shift() ?? 0 }), { email: 'a@b.c' })).to.have.property('identity');
  });
  // In ms from when the request was sent; the answer arrived after 5000.
  for (const [at, isBelieved] of [[-120_000, false], [-119_999, true], [124_999, true], [125_000, false]] as const) {
    it(`${isBelieved ? 'believes' : 'does not believe'} an answer of the time ${at}`, async () => {
      const [key, nonce] = [randomBytes(32), randomBytes(8)];
      const answer = await writeAnswer(key, START + at, nonce, 'text');
      const read = message(readAnswer(key, { sent: START, arrived: START + 5000 }, nonce, answer));
      expect(await read).to.equal(isBelieved ? 'no error' : 'its answer is too old, or a clock is wrong');
    });
  }
  it('says nothing secret in an error', async () => {
    operator().admin.fault({ kind: 'status', status: 500, body: JSON.stringify({ status: 'unknown' }) });
    const said = await message(generateToken(account(), { email: 'user@example.com' }));
    expect(said).to.equal('UID2 operator: generating a token failed: it answered 500 unknown');
  });
});
