// A running operator for a suite, and the protocol once more, written from its description with node's own ciphers.
import { createCipheriv, createDecipheriv, createECDH, createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { Operator, OperatorOptions, startOperator } from '../../operator/index.js';

/** Starts an operator before each test of the suite and closes it after. */
export function operatorForEach(options?: OperatorOptions): () => Operator {
  let operator: Operator;
  beforeEach(async () => { operator = await startOperator(options); });
  afterEach(() => operator.close());
  return () => operator;
}

/** What a browser asks with before a request that is not simple. */
export const PREFLIGHT = { 'Origin': 'https://news.test', 'Access-Control-Request-Method': 'POST' };

export const hash = (text: string): string => createHash('sha256').update(text).digest('base64');

export function encrypt(key: Buffer, plain: Buffer, options: { iv?: Buffer; aad?: Buffer } = {}): Buffer {
  const { iv = randomBytes(12), aad } = options;
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  if (aad) cipher.setAAD(aad);
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

export function decrypt(key: Buffer, sealed: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12));
  decipher.setAuthTag(sealed.subarray(-16));
  return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
}

export interface Envelope { version: number; time: number; nonce: Buffer; text: string; key: Buffer }

/** A request to /v2/token/generate, byte by byte; any part can be wrong. */
export function envelope(operator: Operator, parts: Partial<Envelope>): string {
  const { version = 1, time = Date.now(), nonce = randomBytes(8), text = '{}', key = Buffer.from(operator.apiSecret, 'base64') } = parts;
  const stamp = Buffer.alloc(8);
  stamp.writeBigUInt64BE(BigInt(time));
  return Buffer.concat([Buffer.from([version]), encrypt(key, Buffer.concat([stamp, nonce, Buffer.from(text)]))]).toString('base64');
}

/** An answer as it came over the wire. */
export interface Answered { status: number; headers: IncomingHttpHeaders; body: Buffer }

export interface Asking { headers?: Record<string, string>; body?: string | Buffer }

/** Sends exactly this, `what` being method and path: unlike fetch, with no header and no rewriting of its own. */
export async function send(operator: Operator, what: string, { headers = {}, body }: Asking = {}): Promise<Answered> {
  const [method, path] = what.split(' ');
  const asking = request({ host: '127.0.0.1', port: operator.port, method, path, headers, agent: false });
  asking.end(body);
  const [response] = await once(asking, 'response') as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) };
}

/** POSTs to an endpoint; server endpoints get the API key. */
export function post(operator: Operator, path: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(operator.url + path, { method: 'POST', body, headers: { 'Content-Type': 'text/plain', ...headers } });
}

export const withKey = (operator: Operator) => ({ Authorization: `Bearer ${operator.apiKey}` });

/** POST /v2/token/generate with a sound envelope around this input. */
export const generate = (operator: Operator, input: object): Promise<Response> =>
  post(operator, '/v2/token/generate', envelope(operator, { text: JSON.stringify(input) }), withKey(operator));

/** What an answer of /v2/token/generate holds. */
export function openEnvelope(operator: Operator, body: string): { time: number; nonce: Buffer; json: any } {
  const plain = decrypt(Buffer.from(operator.apiSecret, 'base64'), Buffer.from(body, 'base64'));
  return { time: Number(plain.readBigUInt64BE()), nonce: plain.subarray(8, 16), json: JSON.parse(plain.subarray(16).toString()) };
}

/** What an answer encrypted under a b64 key holds. */
export const open = (key: string, body: string): any =>
  JSON.parse(decrypt(Buffer.from(key, 'base64'), Buffer.from(body, 'base64')).toString());

/** A fresh identity of API v2. */
export async function identityOf(operator: Operator, input: object = { email: 'user@example.com' }) {
  return openEnvelope(operator, await (await generate(operator, input)).text()).json.body;
}

/** POST /v2/token/refresh as a browser does it. */
export const refresh = (operator: Operator, token: string, headers?: Record<string, string>): Promise<Response> =>
  post(operator, '/v2/token/refresh', token, headers);

/** GET /v1/…, with the API key if asked. */
export function getV1(operator: Operator, path: string, query: Record<string, string>, keyed = true): Promise<Response> {
  return fetch(`${operator.url}${path}?${new URLSearchParams(query)}`, { headers: keyed ? withKey(operator) : {} });
}

// The DER header of a P-256 public key in SPKI form.
const SPKI = Buffer.from('3059301306072a8648ce3d020106082a8648ce3d030107034200', 'hex');

/** A page's request for client-side generation, and the key of its answer. */
export function clientRequest(operator: Operator, text: string, changes: Record<string, unknown> = {}, timestamp = Date.now()) {
  const ecdh = createECDH('prime256v1');
  const point = ecdh.generateKeys();
  const serverSpki = Buffer.from(operator.cstg.serverPublicKey.slice(9), 'base64');
  const secret = ecdh.computeSecret(serverSpki.subarray(SPKI.length));
  const iv = randomBytes(12);
  const signed = 'app_name' in changes ? [timestamp, changes.app_name] : [timestamp];
  const sealed = encrypt(secret, Buffer.from(text), { iv, aad: Buffer.from(JSON.stringify(signed)) });
  const body = {
    payload: sealed.subarray(12).toString('base64'),
    iv: iv.toString('base64'),
    public_key: Buffer.concat([SPKI, point]).toString('base64'),
    timestamp,
    subscription_id: operator.cstg.subscriptionId,
    ...changes
  };
  return { secret: secret.toString('base64'), body: JSON.stringify(body) };
}

/** POST /v2/token/client-generate from a page of this origin. */
export const clientGenerate = (operator: Operator, body: string, origin = 'http://localhost:9999'): Promise<Response> =>
  post(operator, '/v2/token/client-generate', body, origin ? { Origin: origin } : {});

/** An admin call; the JSON of its answer and the HTTP status. */
export async function admin(operator: Operator, method: string, path: string, body?: unknown): Promise<{ status: number; json: any }> {
  const response = await fetch(`${operator.url}/admin${path}`, { method, body: body === undefined ? undefined : JSON.stringify(body) });
  return { status: response.status, json: await response.json() };
}

/** Checks until a condition holds; the runner's timeout is the limit. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
