// What other sites must not do with the example site, and what it is like behind https.
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { expect } from 'chai';
import { startSite } from '../../integrationExamples/uid2/server.ts';
import { type Operator, startOperator } from '../../operator/index.ts';

describe('the example site, and other sites', () => {
  let operator: Operator;
  let site: Awaited<ReturnType<typeof startSite>>;
  before(async () => {
    operator = await startOperator();
    site = await startSite({ operator, prebid: '', hosts: ['www.pub.example'] });
  });
  after(async () => {
    await site.close();
    await operator.close();
  });

  async function send(what: string, headers: Record<string, string> = {}, mode = 'cookie') {
    const [method, path] = what.split(' ');
    const body = method === 'POST' ? JSON.stringify({ mode, email: 'user@example.com', user: 'user@example.com' }) : undefined;
    const asking = request({ host: '127.0.0.1', port: site.port, method, path, headers: { 'content-type': 'application/json', ...headers }, agent: false });
    asking.end(body);
    const [response] = await once(asking, 'response') as [IncomingMessage];
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    return { status: response.statusCode, cookies: response.headers['set-cookie'] ?? [], headers: response.headers, text: Buffer.concat(chunks).toString() };
  }
  const own = () => site.url;

  for (const host of ['localhost:3000', '127.0.0.1', '[::1]', 'www.pub.example']) {
    it(`answers to ${host}`, async () => {
      expect((await send('GET /', { host })).status).to.equal(200);
    });
  }
  for (const host of ['evil.test', 'localhost.evil.test', 'pub.example', ':']) {
    it(`does not answer to ${JSON.stringify(host)}, which may be resolved to this machine`, async () => {
      for (const what of ['GET /', 'GET /token', 'POST /login']) {
        const { status, text } = await send(what, { host });
        expect([status, JSON.parse(text)]).to.deep.equal([403, { message: 'This site answers to localhost and 127.0.0.1 only.' }]);
      }
    });
  }

  const foreign: Record<string, string>[] = [
    { origin: 'https://evil.test' }, { origin: 'null' }, { origin: 'http://127.0.0.1:1' }, { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', 'origin': 'http://localhost:9999' }, { 'sec-fetch-site': 'none' }
  ];
  for (const headers of foreign) {
    it(`takes no login, logout or fault that comes with ${JSON.stringify(headers)}`, async () => {
      for (const what of ['POST /login', 'POST /logout', 'POST /lab/fault', 'POST /openrtb2/auction', 'DELETE /lab/requests']) {
        const { status, cookies, text } = await send(what, headers);
        expect([status, cookies, JSON.parse(text)], what).to.deep.equal([403, [], { message: 'This request comes from another site.' }]);
      }
    });
  }
  it('takes a login of its own pages, and of a program', async () => {
    for (const headers of [{ origin: own() }, { 'sec-fetch-site': 'same-origin', 'origin': own() }, {}]) {
      expect((await send('POST /login', headers as Record<string, string>)).status).to.equal(200);
    }
  });
  it('can be opened by a link from another site', async () => {
    expect((await send('GET /', { 'sec-fetch-site': 'cross-site', 'origin': 'https://evil.test' })).status).to.equal(200);
  });

  for (const path of ['/', '/tab.html', '/panel.js', '/nothing']) {
    it(`cannot be shown in another site's frame: ${path}`, async () => {
      expect((await send(`GET ${path}`)).headers['content-security-policy']).to.equal('frame-ancestors \'self\'');
    });
  }

  it('has Secure cookies behind https, and a __Host- one for the session', async () => {
    const { cookies } = await send('POST /login', { 'x-forwarded-proto': 'https' });
    expect(cookies.map((line) => line.split('=')[0])).to.deep.equal(['__Host-site_session', 'uid2_pub_cookie']);
    for (const line of cookies) expect(line).to.match(/; Path=\//).and.match(/; Secure/).and.match(/; SameSite=Lax/).and.not.match(/Domain/);
  });
  it('takes no session of plain http for one of https', async () => {
    const [session] = (await send('POST /login', {}, 'deferred')).cookies;
    const cookie = session.split(';')[0];
    const userBy = async (headers: Record<string, string>) => JSON.parse((await send('GET /user', headers)).text).dii;
    expect(await userBy({ cookie })).to.deep.equal({ email: 'user@example.com' });
    expect(await userBy({ cookie, 'x-forwarded-proto': 'https' })).to.equal(null);
  });
});
