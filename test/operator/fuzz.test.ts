// Whatever is sent, the operator answers, and by what the table of the real one's answers knows.
import { randomBytes } from 'node:crypto';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { expect } from 'chai';
import fc from 'fast-check';
import { type Operator, startOperator } from '../../operator/index.js';
import { clientRequest, envelope, hash, identityOf, withKey } from './support.js';

/** For each endpoint. */
const RUNS = Number(process.env.FUZZ_RUNS ?? 500);
const SEED = Number(process.env.FUZZ_SEED ?? 16);
const PARALLEL = 16;

interface Sent { method: string; path: string; headers: Record<string, string>; body: Buffer | string }

const METHODS = ['POST', 'POST', 'POST', 'POST', 'GET', 'OPTIONS', 'PUT', 'DELETE', 'HEAD', 'PATCH'];
const ENDPOINTS = [
  '/v2/token/refresh', '/v2/token/generate', '/v2/token/client-generate', '/v1/token/generate', '/v1/token/refresh', '/ops/healthcheck',
  '/admin', '/admin/optout', '/admin/fault', '/admin/requests', '/admin/clock', '/admin/lifetimes'
];
const ELSEWHERE = ['//v2///token/refresh', '/', '/%', '/v2/%2e%2e/admin'];
const NAMES = ['email', 'phone', 'email_hash', 'phone_hash', 'kind', 'status', 'offset', 'refreshFrom', '__proto__', 'constructor', 'advertising_token'];
const REQUEST_FIELDS = ['payload', 'iv', 'public_key', 'timestamp', 'subscription_id', 'app_name', 'extra'];

/** Sound requests to start from, so that what is spoiled reaches far. */
async function samplesOf(operator: Operator) {
  const { refresh_token: token, advertising_token: advertising } = await identityOf(operator);
  const sealed = (text: string) => envelope(operator, { text });
  const client = (text: string) => clientRequest(operator, text).body;
  return [
    token, advertising, sealed('{"email":"a@b.c"}'), sealed(''), sealed('null'), sealed('[1]'), sealed('{"email":{}}'), sealed('{"email_hash":7}'),
    client(`{"email_hash":"${hash('a@b.c')}"}`), client('{"email_hash":{}}'), client('[]'), client('null'),
    '{"kind":"status","status":200}', '{"email":"a@b.c"}', '{"offset":0}', '{}'
  ];
}

/** One character or byte is another one, or the end is missing. */
function spoiled(text: string, at: number, by: number): Buffer {
  const bytes = Buffer.from(text);
  if (by % 5 === 0 || !bytes.length) return bytes.subarray(0, at % (bytes.length + 1));
  bytes[at % bytes.length] = by;
  return bytes;
}

/** What may be sent to an endpoint, or elsewhere. */
function sentTo(operator: Operator, samples: string[], endpoint?: string): fc.Arbitrary<Sent> {
  const value = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(1e300, -1, 2 ** 63, 1.5, '', hash('x'), 'a@b.c', '+12345678901'));
  const object = (names: string[]) => fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 6 }).map((made) => JSON.stringify(made));
  const nat = fc.nat(5000);
  // A client's request whose fields are right but for some.
  const client = fc.dictionary(fc.constantFrom(...REQUEST_FIELDS), value, { maxKeys: 2 })
    .map((changes) => clientRequest(operator, '{}', changes).body);
  const body: fc.Arbitrary<Buffer | string> = fc.oneof(
    fc.constantFrom(...samples),
    fc.tuple(fc.constantFrom(...samples), nat, fc.nat(255)).map(([text, at, by]) => spoiled(text, at, by)),
    fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
    fc.uint8Array({ minLength: 291, maxLength: 291 }).map((bytes) => Buffer.from(bytes).toString('base64')),
    fc.string({ maxLength: 400 }), object(NAMES), object(REQUEST_FIELDS), client, fc.jsonValue().map((made) => JSON.stringify(made))
  );
  const header = fc.string({ unit: fc.constantFrom(...'abz09-:/. \u00e9%;,@"'), maxLength: 30 }).map((text) => text.trim());
  const headers = fc.record({
    'Origin': fc.oneof(header, fc.constantFrom('http://localhost', 'https://example.com', 'null', 'https://[::1]', 'http://a..b', 'https://xn--a.com')),
    'Authorization': fc.oneof(header, fc.constant(withKey(operator).Authorization), fc.constant('bearer')),
    'Content-Type': fc.oneof(header, fc.constantFrom('text/plain', 'application/octet-stream', 'application/json; charset=nothing')),
    'Content-Encoding': fc.constantFrom('gzip', 'br', 'identity', 'nothing'),
    'Access-Control-Request-Method': header,
    'X-UID2-Client-Version': header,
    'Host': fc.oneof(header, fc.constant('localhost'))
  }, { requiredKeys: [] });
  const query = fc.oneof(fc.constant(''), fc.webQueryParameters().map((text) => `?${text}`), fc.tuple(
    fc.constantFrom('refresh_token', 'email', 'phone_hash', 'client', 'email[a]', '__proto__'), fc.oneof(fc.string(), fc.constantFrom(...samples))
  ).map(([name, text]) => `?${encodeURIComponent(name)}=${encodeURIComponent(text)}`));
  const path = endpoint ? fc.constant(endpoint) : fc.oneof(fc.constantFrom(...ELSEWHERE), fc.webPath());
  const unlikely = fc.record({
    method: fc.constantFrom(...METHODS), path: fc.tuple(path, query).map((parts) => parts.join('') || '/'),
    // Most get past the check of Host.
    headers: fc.tuple(headers, fc.nat(9)).map(([made, odds]) => {
      const { Host, ...others } = made;
      return (odds ? others : made) as Record<string, string>;
    }),
    body
  });

  // Past the keys and origins, with whatever is inside.
  const inside = fc.oneof(object(NAMES), fc.jsonValue().map((made) => JSON.stringify(made)), fc.constantFrom('', 'null', '7', '"x"', '[1]', '{"email":{}}', '{', '{"email":"a@b.c"}'));
  const posted = (sentBody: fc.Arbitrary<Buffer | string>, given: Record<string, string> = {}) =>
    sentBody.map((content): Sent => ({ method: 'POST', path: endpoint!, headers: given, body: content }));
  // With two names, or the same one twice.
  const asked = (names: string[], values: fc.Arbitrary<string>, given: Record<string, string> = {}) =>
    fc.array(fc.tuple(fc.constantFrom(...names), values).map(([name, text]) => `${name}=${encodeURIComponent(text)}`), { minLength: 1, maxLength: 2 })
      .map((parts): Sent => ({ method: 'GET', path: `${endpoint}?${parts.join('&')}`, headers: given, body: '' }));
  const tokens = fc.oneof(fc.constantFrom(...samples), fc.tuple(fc.constant(samples[0]), nat, fc.nat(255)).map((parts) => spoiled(...parts)));
  const pageOf = { Origin: 'https://example.com' };
  const likely: Record<string, () => fc.Arbitrary<Sent>> = {
    '/v2/token/generate': () => posted(inside.map((made) => envelope(operator, { text: made })), withKey(operator)),
    '/v2/token/client-generate': () => posted(fc.oneof(inside.map((made) => clientRequest(operator, made).body), client, object(REQUEST_FIELDS)), pageOf),
    '/v2/token/refresh': () => posted(tokens),
    '/v1/token/generate': () => asked(NAMES, fc.oneof(fc.string(), fc.constantFrom('a@b.c', '+12345678901', hash('x'))), withKey(operator)),
    '/v1/token/refresh': () => asked(['refresh_token'], tokens.map(String))
  };
  if (!endpoint) return unlikely;
  return fc.oneof(endpoint.startsWith('/admin') ? posted(inside) : likely[endpoint]?.() ?? unlikely, unlikely);
}

function answerTo(operator: Operator, agent: Agent, { method, path, headers: given, body }: Sent): Promise<{ status: number; text: string }> {
  // Without a length, node sends what follows a DELETE as the next request.
  const headers = { ...given, 'Content-Length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port: operator.port, agent, method, path, headers }, (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
      response.on('error', reject);
    });
    asking.on('error', (error) => reject(new Error(`${error.message}: ${method} ${path.split('?')[0]} ${Object.keys(given)}`)));
    asking.end(body);
  });
}

/** The only 5xx that the real operator has for what is sent to it. */
const isNamed = (status: number, text: string, path: string) =>
  status === 500 && path.includes('client-generate') && text === '{"status":"unknown","message":"Unknown error while handling client side token generate"}';

describe('operator: any request', function () {
  this.timeout(60_000);
  let operator: Operator;
  const agent = new Agent({ keepAlive: true, maxSockets: PARALLEL });
  const lines: string[] = [];
  const statuses = new Set<number>();
  let samples: string[];
  before(async () => {
    operator = await startOperator({ log: (line) => lines.push(line) });
    samples = await samplesOf(operator);
  });
  after(async () => {
    agent.destroy();
    await operator.close();
  });

  const ask = (path: string) => answerTo(operator, agent, { method: 'GET', path, headers: {}, body: '' });

  async function sendAll(requests: Sent[]): Promise<void> {
    const next = requests.entries();
    const work = async () => {
      for (const [at, sent] of next) {
        const { status, text } = await answerTo(operator, agent, sent);
        statuses.add(status);
        // Not what was sent: there may be keys and tokens in it.
        const what = `number ${at} of seed ${SEED}, ${sent.method} ${sent.path.split('?')[0]} with ${Object.keys(sent.headers)}`;
        expect(status < 500 || isNamed(status, text, sent.path), `${status} to ${what}`).to.equal(true);
        // A fault that was set by chance would be the next one's answer.
        operator.admin.clearFaults();
        operator.admin.setClock(0);
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, work));
  }

  for (const endpoint of [...ENDPOINTS, undefined]) {
    it(`is answered at ${endpoint ?? 'any other path'}, ${RUNS} of them, and never by a failure that the real operator has not`, async () => {
      await sendAll(fc.sample(sentTo(operator, samples, endpoint), { numRuns: RUNS, seed: SEED }));
      const secrets = [operator.apiKey, operator.apiSecret, ...samples.slice(0, 4), 'a@b.c', hash('a@b.c'), '+12345678901'];
      const seen = JSON.stringify([operator.admin.requests(), lines.splice(0)]);
      for (const secret of secrets) expect(seen.includes(secret.slice(0, 24)), secret.slice(0, 4)).to.equal(false);
    });
  }

  it('is answered in each way that there is, and leaves it standing', async () => {
    for (const status of [200, 204, 400, 401, 403, 404, 405, 500]) expect([...statuses]).to.include(status);
    expect((await ask('/ops/healthcheck')).text).to.equal('OK');
  });

  it('in pieces, cut short or no HTTP at all leaves it standing', async () => {
    const pieces = ['POST /v2/token/refresh HTTP/1.1\r\nHost: localhost\r\nContent-Length: 388\r\n\r\nAAA', 'GET', '\0\x01', 'GET / HTTP/9.9\r\n\r\n',
      'POST /v2/token/refresh HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', randomBytes(500).toString('latin1')];
    for (const piece of pieces) {
      await new Promise<void>((resolve) => {
        const socket = connect(operator.port, '127.0.0.1', () => socket.end(piece));
        socket.resume().on('error', () => undefined).on('close', () => resolve());
      });
    }
    expect((await ask('/ops/healthcheck')).text).to.equal('OK');
  });
});
