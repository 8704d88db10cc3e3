import { request } from 'node:http';
import { expect } from 'chai';
import { startOperator } from '../../operator/index.js';
import { duration, parseDuration } from '../../operator/lifetimes.js';

describe('operator: starting and stopping', () => {
  it('listens on a free port of 127.0.0.1', async () => {
    const operator = await startOperator();
    expect(operator.url).to.equal(`http://127.0.0.1:${operator.port}`);
    expect((await fetch(`${operator.url}/admin`)).status).to.equal(200);
    await operator.close();
  });
  it('rejects with EADDRINUSE if the port is taken', async () => {
    const operator = await startOperator();
    const error = await startOperator({ port: operator.port }).then(() => undefined, (reason) => reason);
    expect(error?.code).to.equal('EADDRINUSE');
    await operator.close();
  });
  it('listens no more once it is closed', async () => {
    const operator = await startOperator();
    await operator.close();
    expect(await fetch(operator.url).then(() => 'answered', () => 'gone')).to.equal('gone');
    await operator.close();
  });
  it('takes the same port again after a close with a kept-alive connection', async () => {
    const first = await startOperator();
    await (await fetch(`${first.url}/admin`)).text();
    await first.close();
    const second = await startOperator({ port: first.port });
    expect(second.port).to.equal(first.port);
    await second.close();
  });
  it('keeps an answer back for as long as the test that has started it wants, made when it was asked for', async () => {
    const held: [path: string, body: string][] = [];
    let letGo = () => {};
    const operator = await startOperator({
      hold: (...asked) => new Promise((resolve) => {
        held.push(asked);
        letGo = resolve;
      })
    });
    let isAnswered = false;
    const answer = fetch(`${operator.url}/v2/token/refresh`, { method: 'POST', body: 'x' }).finally(() => { isAnswered = true; });
    while (!held.length) await new Promise((resolve) => setImmediate(resolve));
    await fetch(`${operator.url}/ops/healthcheck`);
    expect([held, isAnswered]).to.deep.equal([[['/v2/token/refresh', 'x']], false]);
    operator.admin.fault({ kind: 'status', status: 503 });
    letGo();
    expect((await answer).status).to.equal(400);
    await operator.close();
  });
  it('survives a client that goes away in mid-request', async () => {
    const operator = await startOperator();
    operator.admin.fault({ latency: 600_000, times: 1 });
    const asking = request(`${operator.url}/v2/token/refresh`, { method: 'POST' });
    asking.on('error', () => undefined);
    asking.end('x');
    while (!operator.admin.requests().length) await new Promise((resolve) => setImmediate(resolve));
    asking.destroy();
    expect((await fetch(`${operator.url}/v2/token/refresh`, { method: 'POST', body: 'x' })).status).to.equal(400);
    await operator.close();
  });
  it('refuses an empty seed, whose keys anybody could compute', async () => {
    const error = await startOperator({ seed: '' }).then((operator) => operator.close(), (reason) => reason);
    expect(error?.message).to.equal('seed: an empty one gives keys that anybody can compute');
  });
  it('refuses lifetimes that are out of order', async () => {
    const error = await startOperator({ lifetimes: { refreshFrom: 3, identityExpires: 2, refreshExpires: 1 } }).catch((reason) => reason);
    expect(error.message).to.equal('lifetimes: refreshFrom <= identityExpires <= refreshExpires must hold');
  });
});

describe('operator: durations', () => {
  for (const [text, ms, shown] of [['500', 500, '500 ms'], ['20ms', 20, '20 ms'], ['15s', 15_000, '15 s'], ['90s', 90_000, '90 s'], ['10m', 600_000, '10 min'], ['4h', 14_400_000, '4 h'], ['30d', 2_592_000_000, '30 d']] as const) {
    it(`reads ${text} and writes ${shown}`, () => {
      expect(parseDuration(text)).to.equal(ms);
      expect(duration(ms)).to.equal(shown);
    });
  }
  for (const text of ['', '-5', '1.5h', '4 h', '3w', '9'.repeat(30)]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      expect(() => parseDuration(text)).to.throw('give a duration such as 15s, 10m, 4h, 30d, or a number of ms');
    });
  }
});
