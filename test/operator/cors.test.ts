import { expect } from 'chai';
import { operatorForEach } from './support.js';

const PATHS = ['/v2/token/refresh', '/v2/token/client-generate', '/v1/token/refresh', '/v2/token/generate', '/v1/token/generate'];

describe('operator: CORS', () => {
  const operator = operatorForEach();
  const options = (path: string) => fetch(operator().url + path, {
    method: 'OPTIONS',
    headers: { 'Origin': 'https://news.test', 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'x-uid2-client-version' }
  });

  for (const path of PATHS) {
    it(`lets any origin ask ${path}, without credentials and without a max-age`, async () => {
      const { status, headers } = await options(path);
      expect(status).to.equal(204);
      expect(headers.get('access-control-allow-origin')).to.equal('https://news.test');
      expect(headers.get('access-control-allow-methods')).to.equal('GET, POST, OPTIONS');
      expect(headers.get('access-control-allow-credentials')).to.equal(null);
      expect(headers.get('access-control-max-age')).to.equal(null);
    });
  }
  it('lets any origin read refusals and unknown paths', async () => {
    for (const path of ['/v2/token/refresh', '/v2/token/nothing']) {
      const response = await fetch(operator().url + path, { method: 'POST', body: 'x', headers: { Origin: 'https://news.test' } });
      expect(response.headers.get('access-control-allow-origin')).to.equal('https://news.test');
      expect(response.headers.get('access-control-max-age')).to.equal(null);
    }
  });
});

describe('operator: HTTP', () => {
  const operator = operatorForEach();

  it('names the method of an endpoint of API v1', async () => {
    const response = await fetch(`${operator().url}/v1/token/generate`, { method: 'POST' });
    expect([response.status, response.headers.get('allow')]).to.deep.equal([405, 'GET']);
  });
  it('answers a refusal to a token that is given twice', async () => {
    const twice = await fetch(`${operator().url}/v1/token/refresh?refresh_token=a&refresh_token=b`);
    expect([twice.status, (await twice.json()).status]).to.deep.equal([400, 'client_error']);
  });
  it('does not say what it is made of', async () => {
    const { headers } = await fetch(operator().url);
    expect(headers.get('x-powered-by')).to.equal(null);
    expect(headers.get('etag')).to.equal(null);
  });
});
