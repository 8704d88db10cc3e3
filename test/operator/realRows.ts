// What the real operator answers (the open-source one, 5.70), measured: a row for each thing in which ours once differed.
import { randomBytes } from 'node:crypto';
import type { Operator, OperatorOptions } from '../../operator/index.js';
import {
  type Answered, type Asking, clientRequest, envelope, generate, getV1, hash, identityOf, open, openEnvelope, send, withKey
} from './support.js';

/** What an answer must have; of the headers only those that are named, null for one that must be absent. */
export interface Wanted { status?: number; text?: string | RegExp; json?: unknown; headers?: Record<string, string | null> }

/** What is sent, and what is answered; values from inside an answer are compared as JSON. */
export type Probe = [send: (operator: Operator) => Promise<Answered | object>, wanted: Wanted | object];

export interface Row { where: string; real: string; options?: OperatorOptions; probes: Probe[] }

const REFRESH = 'POST /v2/token/refresh';
const GENERATE = 'POST /v2/token/generate';
const CLIENT = 'POST /v2/token/client-generate';
const V2 = [REFRESH, GENERATE, CLIENT].map((what) => what.replace('POST ', ''));
const BINARY = { 'Content-Type': 'application/octet-stream' };
const NEWS = { Origin: 'https://news.example.com' };
const SHORT_DRIFT = 118_000;
const TWO_MINUTES = 120_000;
const EMAIL = JSON.stringify({ email_hash: hash('user@example.com') });
const MISSING = 'Required Parameter Missing: exactly one of [email, email_hash, phone, phone_hash] must be specified';
export const HINT = ' See https://unifiedid.com/docs/getting-started/gs-encryption-decryption#encryption-and-decryption-code-examples' +
  ' for encryption and decryption code examples.';

const clientError = (message: string): Wanted => ({ status: 400, json: { status: 'client_error', message } });
const error: Wanted = { status: 400, json: { status: 'error', message: 'Error refreshing token' } };
const unknown: Wanted = {
  status: 500, json: { status: 'unknown', message: 'Unknown error while handling client side token generate' }
};
const strangeOrigin: Wanted = { status: 403, json: { status: 'invalid_http_origin', message: 'unexpected http origin' } };

const asks = (what: string, asking: Asking = {}) => (operator: Operator) => send(operator, what, asking);
const envelopes = (parts: Parameters<typeof envelope>[1], headers: Record<string, string> = {}) => (operator: Operator) =>
  send(operator, GENERATE, { headers: { ...withKey(operator), ...headers }, body: envelope(operator, parts) });
const bodies = (body: string) => (operator: Operator) => send(operator, GENERATE, { headers: withKey(operator), body });
const generates = (input: object) => envelopes({ text: JSON.stringify(input) });
const clients = (origin: string | undefined, changes?: Record<string, unknown>, text = EMAIL, time?: number) => (operator: Operator) =>
  send(operator, CLIENT, { headers: origin ? { Origin: origin } : {}, body: clientRequest(operator, text, changes, time).body });
const plainly = (body: string) => asks(CLIENT, { headers: NEWS, body });
const statusOf = async (operator: Operator, input: object): Promise<string> =>
  openEnvelope(operator, await (await generate(operator, input)).text()).json.status;

/** The middle character of a token is another one. */
const tampered = (token: string) => token.slice(0, 200) + (token[200] === 'A' ? 'B' : 'A') + token.slice(201);
const sizes = async (operator: Operator) => {
  const { refresh_token: token, advertising_token: advertising } = await identityOf(operator);
  return { token: token.length, start: token.slice(0, 3), advertising: advertising.length };
};
/** 388 characters whose key has this number. */
const ofKey = (id: number) => {
  const bytes = randomBytes(291);
  bytes.writeInt32BE(id, 1);
  return bytes.toString('base64');
};

async function binaryGenerate(operator: Operator): Promise<object> {
  const body = Buffer.from(envelope(operator, { text: '{"email":"a@b.c"}' }), 'base64');
  const answer = await send(operator, GENERATE, { headers: { ...withKey(operator), ...BINARY }, body });
  const { json } = openEnvelope(operator, answer.body.toString('base64'));
  return { type: answer.headers['content-type'], status: json.status };
}

async function binaryRefresh(operator: Operator, form: (token: string) => string | Buffer): Promise<object> {
  const { refresh_token: token, refresh_response_key: key } = await identityOf(operator);
  const answer = await send(operator, REFRESH, { headers: BINARY, body: form(token) });
  return { type: answer.headers['content-type'], status: open(key, answer.body.toString('base64')).status };
}

async function refreshV1Token(operator: Operator): Promise<object> {
  const { body } = await (await getV1(operator, '/v1/token/generate', { email: 'a@b.c' })).json();
  const { body: text, headers } = await send(operator, REFRESH, { body: body.refresh_token });
  const next = JSON.parse(text.toString()).body;
  const again = await send(operator, REFRESH, { body: next.refresh_token });
  return { type: headers['content-type'], then: open(next.refresh_response_key, again.body.toString()).status };
}

async function opensAt(operator: Operator, input: object, optedOut: string): Promise<object> {
  operator.admin.optOut({ email_hash: hash(optedOut) });
  const status = await statusOf(operator, input);
  operator.admin.optIn({ email_hash: hash(optedOut) });
  return { status };
}
const isReader = (email: string, reader: string): Probe =>
  [(operator) => opensAt(operator, { email }, reader), { status: 'optout' }];

async function typesOf(operator: Operator): Promise<object> {
  const { refresh_token: token } = await identityOf(operator);
  const answers = [
    await generates({ email: 'a@b.c' })(operator), await send(operator, REFRESH, { body: token }),
    await send(operator, REFRESH), await clients('https://example.com')(operator)
  ];
  return answers.map(({ status, headers }) => [status, headers['content-type'] ?? null]);
}

async function whenOwn(operator: Operator, change: (token: string) => string, headers = {}): Promise<Answered> {
  const { refresh_token: token } = await identityOf(operator);
  return send(operator, REFRESH, { headers, body: change(token) });
}

const preflight = (path: string, headers: string) => asks(`OPTIONS ${path}`, {
  headers: { ...NEWS, 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': headers }
});
const ALLOWED = 'X-UID2-Client-Version, Access-Control-Request-Method, Access-Control-Allow-Credentials, ' +
  'Access-Control-Allow-Origin, Access-Control-Allow-Headers, Content-Type';
const allowed: Wanted = { status: 204, headers: { 'access-control-allow-headers': ALLOWED } };
const NOT_FOUND: Wanted = {
  status: 404, text: '<html><body><h1>Resource not found</h1></body></html>', headers: { 'content-type': 'text/html; charset=utf-8' }
};
const wrongMethod: Wanted = { status: 405, text: '', headers: { allow: 'POST' } };

export const ROWS: Row[] = [
  {
    where: 'Refresh token', real: '388 characters, starts `AAA`',
    probes: [[sizes, { token: 388, start: 'AAA', advertising: 219 }]]
  },
  { where: 'Advertising token', real: '218–219 characters', probes: [[sizes, { token: 388, start: 'AAA', advertising: 219 }]] },
  {
    where: 'Access-Control-Allow-Origin', real: 'echoes the Origin; absent without one; `Vary: origin`',
    probes: [
      [asks(REFRESH, { headers: NEWS, body: 'x' }), { headers: { 'access-control-allow-origin': NEWS.Origin, vary: 'origin' } }],
      [asks(REFRESH, { body: 'x' }), { headers: { 'access-control-allow-origin': null, vary: 'origin' } }],
      [asks('GET /nothing', { headers: NEWS }), { headers: { 'access-control-allow-origin': NEWS.Origin } }]
    ]
  },
  {
    where: 'Preflight of `/v2/token/generate` that asks for Authorization', real: 'not allowed',
    probes: [[preflight('/v2/token/generate', 'authorization'), allowed]]
  },
  {
    where: 'Access-Control-Allow-Headers, all endpoints',
    real: 'X-UID2-Client-Version, Content-Type and four `Access-Control-*` names',
    probes: V2.map((path) => [preflight(path, 'x-uid2-client-version'), allowed])
  },
  { where: 'OPTIONS without Origin', real: '405', probes: V2.map((path) => [asks(`OPTIONS ${path}`), wrongMethod]) },
  {
    where: 'Wrong method', real: '405, empty, `Allow: POST`',
    probes: V2.flatMap((path) => ['GET', 'PUT', 'DELETE'].map((method): Probe => [asks(`${method} ${path}`), wrongMethod]))
  },
  { where: 'Unknown path', real: '404 HTML "Resource not found"', probes: [[asks('POST /v2/nothing'), NOT_FOUND], [asks('GET /'), NOT_FOUND]] },
  {
    where: '`/admin`', real: 'there is none; ours has one for tests, by default', options: { admin: false },
    probes: [[asks('GET /admin/requests'), NOT_FOUND], [asks('POST /admin/fault', { body: '{"kind":"hang"}' }), NOT_FOUND]]
  },
  { where: 'Path `//v2/…`', real: 'works', probes: [[asks('POST //v2//token/refresh'), error]] },
  {
    where: '`/v1/token/*`', real: '404', options: { v1: false },
    probes: [[asks('GET /v1/token/refresh?refresh_token=x'), NOT_FOUND], [asks('GET /v1/token/generate?email=a@b.c'), NOT_FOUND]]
  },
  { where: '`/v1/token/*`', real: 'kept by default: private operators still speak it', probes: [[asks('GET /v1/token/refresh?refresh_token=x'), error]] },
  { where: '`/ops/healthcheck`', real: '200 `OK`', probes: [[asks('GET /ops/healthcheck'), { status: 200, text: 'OK' }]] },
  {
    where: 'Content-Type', real: '`text/plain`, `application/json`, without charset; none on a client-generate 200',
    probes: [[typesOf, [[200, 'text/plain'], [200, 'text/plain'], [400, 'application/json'], [200, null]]]]
  },
  {
    where: 'Body over 1 MB', real: '413, text "Request Too Long"',
    probes: [[asks(REFRESH, { body: 'A'.repeat(1_048_577) }), { status: 413, text: 'Request Too Long' }]]
  },
  {
    where: '401 on generate', real: '`{"status":"unauthorized"}`',
    probes: [
      [asks(GENERATE, { body: 'x' }), { status: 401, json: { status: 'unauthorized' } }],
      [asks(GENERATE, { headers: { Authorization: 'Bearer other' } }), { status: 401, json: { status: 'unauthorized' } }]
    ]
  },
  {
    where: '`bearer` in lower case', real: 'accepted',
    probes: [[(operator) => send(operator, GENERATE, {
      headers: { Authorization: `bearer ${operator.apiKey}` }, body: envelope(operator, { text: '{"email":"a@b.c"}' })
    }), { status: 200 }]]
  },
  {
    where: 'Refresh with an unknown Bearer', real: '200, treated as anonymous',
    probes: [
      [(operator) => whenOwn(operator, (token) => token, { Authorization: 'Bearer other' }), { status: 200 }],
      [asks(REFRESH, { headers: { Authorization: 'Bearer other' }, body: 'x' }), error]
    ]
  },
  { where: 'Refresh, empty body', real: '400 `error` "Error refreshing token"', probes: [[asks(REFRESH), error]] },
  {
    where: 'Refresh, tampered token of the right length',
    real: '400 `client_error` "Invalid data: Check encryption method and encryption key."',
    probes: [[(operator) => whenOwn(operator, tampered), clientError('Invalid data: Check encryption method and encryption key.')]]
  },
  {
    where: 'Refresh, 388 random bytes, base64',
    real: '400 `client_error` "Invalid key: Generator of this token (Key ID: n) does not exist."',
    probes: [7, -7].map((id) => [asks(REFRESH, { body: ofKey(id) }),
      clientError(`Invalid key: Generator of this token (Key ID: ${id}) does not exist.`)])
  },
  {
    where: 'Refresh, 388 characters that are no base64', real: '400 `client_error` "Invalid body: Body is not valid base64."',
    probes: [[asks(REFRESH, { body: '-'.repeat(388) }), clientError('Invalid body: Body is not valid base64.')]]
  },
  {
    where: 'v1 token at /v2/token/refresh', real: 'plain JSON, with a `refresh_response_key` (it becomes a v2 token)',
    probes: [[refreshV1Token, { type: 'application/json', then: 'success' }]]
  },
  {
    where: 'octet-stream generate / refresh', real: 'binary both ways',
    probes: [
      [binaryGenerate, { type: 'application/octet-stream', status: 'success' }],
      [(operator) => binaryRefresh(operator, (token) => token), { type: 'application/octet-stream', status: 'success' }],
      [(operator) => binaryRefresh(operator, (token) => Buffer.from(token, 'base64')), { type: 'application/octet-stream', status: 'success' }],
      [envelopes({ text: '{"email":"a@b.c"}' }, BINARY), { status: 200, headers: { 'content-type': 'text/plain' } }]
    ]
  },
  {
    where: 'Envelope clock tolerance', real: 'just under 2 min',
    probes: [
      ...[SHORT_DRIFT, -SHORT_DRIFT].map((drift): Probe =>
        [(operator) => envelopes({ time: Date.now() + drift, text: '{"email":"a@b.c"}' })(operator), { status: 200 }]),
      ...[TWO_MINUTES + 5000, -TWO_MINUTES].map((drift): Probe =>
        [(operator) => envelopes({ time: Date.now() + drift })(operator), clientError('Invalid timestamp: Request too old or client time drift.')])
    ]
  },
  { where: '"exactly one of" message', real: '[email, email_hash, phone, phone_hash]', probes: [[generates({}), clientError(MISSING)]] },
  {
    where: 'Envelope errors (not base64, too short, wrong secret)',
    real: 'end with a hint that names the docs page of the request envelope',
    probes: [
      [bodies('email=a@b.c'), clientError(`Invalid body: Body is not valid base64.${HINT}`)],
      [bodies(Buffer.alloc(44, 1).toString('base64')), clientError(`Invalid body: Body too short. Check encryption method.${HINT}`)],
      [envelopes({ key: randomBytes(32) }), clientError(`Invalid body: Check encryption key (ClientSecret).${HINT}`)]
    ]
  },
  {
    where: 'Wrong envelope version', real: '"Invalid request envelope format version: received 2, must be 1."',
    probes: [[envelopes({ version: 2 }), clientError(`Invalid body: Invalid request envelope format version: received 2, must be 1.${HINT}`)]]
  },
  {
    where: 'Unencrypted JSON', real: 'a message of its own',
    probes: ['{"email":"a@b.c"}', Buffer.from('{"email":"a@b.c"}').toString('base64')].map((body) => [bodies(body),
      clientError(`Invalid body: The request body is unencrypted JSON. It must be an encrypted request envelope.${HINT}`)])
  },
  { where: 'Envelope without a payload', real: '"Required Parameter Missing…"', probes: [[envelopes({ text: '' }), clientError(MISSING)]] },
  {
    where: 'Hash as 64 hex characters (generate and client-generate)', real: '200',
    probes: [
      [(operator) => opensAt(operator, { email_hash: Buffer.from(hash('a@b.c'), 'base64').toString('hex') }, 'a@b.c'), { status: 'optout' }],
      ...['email_hash', 'phone_hash'].map((name): Probe => [clients(NEWS.Origin, {}, JSON.stringify({ [name]: 'aB'.repeat(32) })), { status: 200 }])
    ]
  },
  {
    where: '44 characters of base64 that are not 32 bytes', real: '200 (generate)',
    probes: [[generates({ email_hash: 'A'.repeat(44) }), { status: 200 }], [generates({ phone_hash: `${'A'.repeat(42)}==` }), { status: 200 }]]
  },
  {
    where: 'E-mail with inner spaces', real: '200',
    probes: [isReader('two words@example.com', 'twowords@example.com'), isReader('a@two words.example ', 'a@two words.example')]
  },
  {
    where: 'client-generate, payload, iv or public_key missing', real: '"required parameters: payload, iv, public_key"',
    probes: ['payload', 'iv', 'public_key'].map((name) => [clients(NEWS.Origin, { [name]: undefined }),
      clientError('required parameters: payload, iv, public_key')])
  },
  {
    where: 'client-generate, body empty or `null`', real: '"json payload expected but not found"',
    probes: ['', 'null'].map((body) => [plainly(body), clientError('json payload expected but not found')])
  },
  {
    where: 'client-generate, body `[]` or `"x"`; an unknown extra field; timestamp as text', real: '500 `unknown`',
    probes: [
      [plainly('[]'), unknown], [plainly('"x"'), unknown], [clients(NEWS.Origin, { extra: 1 }), unknown],
      [clients(NEWS.Origin, { timestamp: '1700000000000' }), unknown]
    ]
  },
  {
    where: 'client-generate, fractional timestamp', real: '400 payload decryption failed',
    probes: [
      [clients(NEWS.Origin, {}, EMAIL, 1.5), clientError('payload decryption failed')], [clients(NEWS.Origin, {}, EMAIL, 1), { status: 200 }]
    ]
  },
  {
    where: 'client-generate, `app_name` not listed', real: '403 `invalid_app_name` "unexpected app name"', options: { apps: ['com.example.app'] },
    probes: [
      [clients(NEWS.Origin, { app_name: 'com.example.other' }), { status: 403, json: { status: 'invalid_app_name', message: 'unexpected app name' } }],
      [clients(undefined, { app_name: 'COM.example.app' }), { status: 200 }]
    ]
  },
  {
    where: 'client-generate, Origin an IP address, even if listed', real: '403',
    options: { localOrigins: false, domains: ['127.0.0.1', '192.168.0.5', 'news.test', 'localhost'] },
    probes: [
      [clients('http://127.0.0.1:3000'), strangeOrigin], [clients('http://192.168.0.5'), strangeOrigin],
      [clients('http://www.news.test'), strangeOrigin], [clients('http://localhost:3000'), { status: 200 }]
    ]
  },
  {
    where: 'client-generate, Origin a loopback address', real: 'kept by default, if it is listed: the example site lives there',
    options: { domains: ['127.0.0.1', '192.168.0.5', 'news.test'] },
    probes: [
      [clients('http://127.0.0.1:3000'), { status: 200 }], [clients('http://192.168.0.5'), strangeOrigin],
      [clients('http://www.news.test'), { status: 200 }], [clients('http://127.0.0.2'), strangeOrigin]
    ]
  },
  {
    where: 'client-generate, the list holds a subdomain', real: '403: only registrable domains compare',
    options: { domains: ['news.example.com', 'example.co.uk'] },
    probes: [[clients('https://news.example.com'), strangeOrigin], [clients('https://www.example.co.uk'), { status: 200 }]]
  },
  { where: 'client-generate, `a.b.localhost`', real: '403', probes: [[clients('http://a.b.localhost'), strangeOrigin], [clients('http://b.localhost'), { status: 200 }]] },
  { where: 'client-generate, `example.com.`', real: '200', probes: [[clients('https://example.com.'), { status: 200 }]] },
  {
    where: 'E-mail', real: 'it lower-cases A–Z only and trims the ASCII space only',
    probes: [
      isReader('ÜBER@example.com', 'Über@example.com'), isReader(' USER@Example.com ', 'user@example.com'),
      isReader('\u00a0user@example.com', '\u00a0user@example.com')
    ]
  }
];
