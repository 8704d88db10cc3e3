// Whatever is sent to the site, it answers, and its server does not fail.
import { Agent, type IncomingMessage, request } from 'node:http';
import { expect } from 'chai';
import fc from 'fast-check';
import { startSite } from '../../integrationExamples/uid2/server.ts';
import { type Operator, startOperator } from '../../operator/index.ts';

const RUNS = Number(process.env.FUZZ_RUNS ?? 2000);
const SEED = Number(process.env.FUZZ_SEED ?? 16);
const PARALLEL = 16;

const PATHS = [
  '/', '/login', '/login', '/logout', '/token', '/user', '/lab/state', '/lab/mode', '/lab/expire', '/lab/optout', '/lab/fault', '/lab/sleep', '/lab/requests',
  '/openrtb2/auction', '/ssp/theadx', '/ssp/requests/x', '/docs/x', '/docs/%2e%2e', '/docs/reasons.json', '/prebid.js', '/tab.html', '/lab/build', '/panel.js', '/style.css', '/%', '/__proto__', '/constructor.html'
];
const MODES = ['cookie', 'config', 'server-only', 'client-side', 'deferred', 'sdk', '__proto__', 'constructor'];

const USER = 'user@example.com';
const JSON_TYPE = { 'Content-Type': 'application/json' };

interface Sent { method: string; path: string; headers: Record<string, string>; body: string }

const value = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(...MODES, 'user@example.com', '+12345678901', 'optout@example.com', 'x'.repeat(300)));
const NAMES = ['mode', 'email', 'user', 'name', 'seconds', 'undo', 'imp', 'id', '__proto__'];
const login = fc.record({ mode: fc.constantFrom(...MODES), email: value, user: value }, { requiredKeys: ['mode'] });
const ext = fc.oneof(value, fc.record({ prebid: fc.oneof(value, fc.record({ bidder: value })) }));
const imps = fc.array(fc.record({ id: value, tagid: value, ext }, { requiredKeys: [] }), { minLength: 1, maxLength: 3 });
const auction = fc.oneof(fc.record({ imp: imps }), fc.record({ imp: value })).map((made) => JSON.stringify(made));
const body = fc.oneof(
  fc.dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 4 }), login, fc.jsonValue()
).map((made) => JSON.stringify(made));
const text = fc.string({ unit: fc.constantFrom(...'ab09-:/.=; \u00e9%,"'), maxLength: 30 }).map((made) => made.trim());
const headers = fc.record({
  'Content-Type': fc.constantFrom('application/json', 'application/json', 'text/plain', 'text/plain; charset=nothing', 'multipart/form-data'),
  'Content-Encoding': fc.constantFrom('gzip', 'identity', 'nothing'),
  'Cookie': fc.oneof(text, text.map((made) => `site_session=${made}`), fc.constant('site_session=__proto__')),
  'Origin': text,
  'X-Forwarded-Proto': fc.constantFrom('https', 'http', 'x'),
  'X-Forwarded-Host': text
}, { requiredKeys: ['Content-Type'] }).map((made) => made as Record<string, string>);
/** What a page of the site could have sent, but for the values; `cookies` are of readers who are logged in. */
const likely = (cookies: string[]): fc.Arbitrary<Sent> => fc.oneof(
  fc.record({ path: fc.constantFrom('/openrtb2/auction', '/ssp/theadx'), type: fc.constant('text/plain'), body: auction }),
  fc.record({ path: fc.constantFrom(...PATHS), type: fc.constant('application/json'), body })
).chain(({ path, type, body: content }) => fc.constantFrom(...cookies, '').map((Cookie) => (
  { method: 'POST', path, headers: { 'Content-Type': type, Cookie }, body: content }
)));
const unlikely: fc.Arbitrary<Sent> = fc.record({
  method: fc.constantFrom('POST', 'POST', 'POST', 'GET', 'DELETE', 'PUT', 'OPTIONS', 'HEAD'),
  path: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...PATHS) }, { weight: 1, arbitrary: fc.webPath().map((made) => made || '/') }),
  headers,
  body: fc.oneof({ weight: 9, arbitrary: body }, { weight: 1, arbitrary: fc.string() })
});

describe('the example site: any request', function () {
  this.timeout(60_000);
  let operator: Operator;
  let site: Awaited<ReturnType<typeof startSite>>;
  const agent = new Agent({ keepAlive: true, maxSockets: PARALLEL });
  before(async () => {
    operator = await startOperator();
    site = await startSite({ operator, prebid: '' });
  });
  after(async () => {
    agent.destroy();
    await site.close();
    await operator.close();
  });

  const answerTo = ({ method, path, headers: given, body: content }: Sent): Promise<{ status: number; text: string; cookie: string }> => new Promise((resolve, reject) => {
    const all = { ...given, 'Content-Length': Buffer.byteLength(content) };
    const asking = request({ host: '127.0.0.1', port: site.port, agent, method, path, headers: all }, (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      const [cookie = ''] = response.headers['set-cookie'] ?? [];
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString(), cookie: cookie.split(';')[0] }));
      response.on('error', reject);
    });
    asking.on('error', (error) => reject(new Error(`${error.message}: ${method} ${path} ${Object.keys(given)}`)));
    asking.end(content);
  });

  it(`is answered, ${RUNS} of them, and the server never fails`, async () => {
    const statuses = new Set<number>();
    const cookies = await Promise.all(MODES.slice(0, 6).map(async (mode) => {
      const { cookie } = await answerTo({ method: 'POST', path: '/login', headers: JSON_TYPE, body: JSON.stringify({ mode, email: USER, user: USER }) });
      return cookie;
    }));
    const next = fc.sample(fc.oneof(likely(cookies), unlikely), { numRuns: RUNS, seed: SEED }).entries();
    const work = async () => {
      for (const [at, one] of next) {
        const { status, text: answer } = await answerTo(one);
        statuses.add(status);
        // 503: the operator has just been broken by another request
        expect(status < 500 || status === 503, `${status} to number ${at} of seed ${SEED}, ${one.method} ${one.path} -> ${answer.slice(0, 200)}`).to.equal(true);
        expect(answer).not.to.match(/node_modules|\.ts:\d/);
        operator.admin.clearFaults();
        operator.admin.setClock(0);
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
    for (const status of [200, 204, 400, 403, 404, 409]) expect([...statuses]).to.include(status);
    expect((await answerTo({ method: 'GET', path: '/lab/state', headers: {}, body: '' })).status).to.equal(200);
  });
});
