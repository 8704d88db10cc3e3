import { expect } from 'chai';
import { operatorForEach } from './support.js';

const BROWSER = ['/v2/token/refresh', '/v2/token/client-generate', '/v1/token/refresh'];
const SERVER = ['/v2/token/generate', '/v1/token/generate'];

describe('operator: CORS', () => {
  const operator = operatorForEach();
  const options = (path: string) => fetch(operator().url + path, {
    method: 'OPTIONS',
    headers: { 'Origin': 'https://news.test', 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'x-uid2-client-version' }
  });

  for (const path of [...BROWSER, ...SERVER]) {
    it(`lets any origin ask ${path}, without credentials and without a max-age`, async () => {
      const { status, headers } = await options(path);
      expect(status).to.equal(204);
      expect(headers.get('access-control-allow-origin')).to.equal('*');
      expect(headers.get('access-control-allow-methods')).to.equal('GET, POST, OPTIONS');
      expect(headers.get('access-control-allow-credentials')).to.equal(null);
      expect(headers.get('access-control-max-age')).to.equal(null);
    });
  }
  for (const path of BROWSER) {
    it(`allows two headers at ${path}`, async () => {
      expect((await options(path)).headers.get('access-control-allow-headers')).to.equal('X-UID2-Client-Version, Content-Type');
    });
  }
  for (const path of SERVER) {
    it(`allows Authorization too at ${path}`, async () => {
      expect((await options(path)).headers.get('access-control-allow-headers')).to.equal('X-UID2-Client-Version, Content-Type, Authorization');
    });
  }
  it('lets any origin read refusals and unknown paths', async () => {
    for (const path of ['/v2/token/refresh', '/v2/token/nothing']) {
      const response = await fetch(operator().url + path, { method: 'POST', body: 'x' });
      expect(response.headers.get('access-control-allow-origin')).to.equal('*');
      expect(response.headers.get('access-control-max-age')).to.equal(null);
    }
  });
});

describe('operator: HTTP', () => {
  const operator = operatorForEach();

  it('answers 404 to other paths and methods', async () => {
    for (const [method, path] of [['GET', '/'], ['GET', '/v2/token/refresh'], ['POST', '/v1/token/generate'], ['OPTIONS', '/v2/nothing']]) {
      const response = await fetch(operator().url + path, { method });
      expect([response.status, await response.json()]).to.deep.equal([404, { status: 'client_error', message: 'No such endpoint' }]);
    }
  });
  it('answers a refusal to a body that is too large and to a malformed path', async () => {
    const large = await fetch(`${operator().url}/v2/token/refresh`, { method: 'POST', body: 'A'.repeat(2_000_000) });
    expect([large.status, (await large.json()).status]).to.deep.equal([413, 'client_error']);
    const twice = await fetch(`${operator().url}/v1/token/refresh?refresh_token=a&refresh_token=b`);
    expect([twice.status, (await twice.json()).status]).to.deep.equal([400, 'client_error']);
  });
  it('does not say what it is made of', async () => {
    const { headers } = await fetch(operator().url);
    expect(headers.get('x-powered-by')).to.equal(null);
    expect(headers.get('etag')).to.equal(null);
  });
});
