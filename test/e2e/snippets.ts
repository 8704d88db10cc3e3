// The code in the docs, and how a publisher would run it: a server's part on a real Express, a page's part in the page.
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import express, { type Express, type Response as Reply } from 'express';
import type { Identity } from '../../operator/index.ts';
import { EMAIL, type World } from './support.ts';

const root = path.join(__dirname, '../..');
const SERVERS = path.join(root, 'build/e2e');

/** The blocks of JavaScript in a file, or of another language. */
export const snippetsOf = (file: string, language = 'js'): string[] =>
  [...readFileSync(path.join(root, file), 'utf8').matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(([, code]) => code);

/** The code with what only a publisher can put in. */
export function filledIn(code: string, { operator }: World, identity?: Identity): string {
  const { serverPublicKey, subscriptionId } = operator.cstg;
  const filled = code.replaceAll('UID2-X-P-…', serverPublicKey).replaceAll('subscriptionId: \'…\'', `subscriptionId: '${subscriptionId}'`)
    .replaceAll('reader@example.com', EMAIL)
    .replace(/(uid2Token|identity): \{[^}]*\}/, (_, name) => `${name}: ${JSON.stringify(identity)}`)
    .replace('id: \'…\'', `id: '${identity?.advertising_token}'`);
  expect(filled, 'something is left to be put in').not.to.include('\'…\'');
  return filled;
}

/** The parts of a snippet that has both sides. */
export function sidesOf(code: string): { server: string; page: string } {
  const [server, page = ''] = code.split(/^\/\/ on the page.*\n/m);
  return { server, page };
}

async function listen(app: Express, over: AbortSignal): Promise<string> {
  const server = app.listen(0, '127.0.0.1');
  over.addEventListener('abort', () => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What the last of these files exports; they are beside each other, and gone afterwards. */
async function load<T>(files: Record<string, string>): Promise<T> {
  mkdirSync(SERVERS, { recursive: true });
  const directory = mkdtempSync(path.join(SERVERS, 'server-'));
  try {
    for (const [name, code] of Object.entries(files)) writeFileSync(path.join(directory, name), code);
    return await import(pathToFileURL(path.join(directory, Object.keys(files).at(-1)!)).href) as T;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** A whole server of the docs, beside the files that it imports; the address it listens on until the test is over. */
export async function serve(code: string, beside: Record<string, string>, { operator, over }: World, prebid: string): Promise<string> {
  const { apiKey, apiSecret, url } = operator;
  Object.assign(process.env, { UID2_API_KEY: apiKey, UID2_API_SECRET: apiSecret, UID2_URL: url });
  const { app } = await load<{ app: Express }>({ ...beside, 'server.mjs': `${code}\nexport { app };\n` });
  app.get('/prebid.js', (_, res) => res.sendFile(prebid));
  return listen(app, over);
}

/** The answer of an Express server to which some lines of the docs are all there is. */
export async function answerOf(code: string, given: Identity | { status: string; refresh_expires: number } | null, { over }: World, prebid = ''): Promise<{ url: string; answer: Response }> {
  const { lines } = await load<{ lines: (res: Reply, answer: typeof given) => void }>({ 'lines.mjs': `export function lines(res, answer) {\n${code}\n}\n` });
  const app = express();
  app.get('/prebid.js', (_, res) => res.sendFile(prebid));
  app.get('/', (_, res) => {
    lines(res, given);
    if (!res.headersSent) res.end();
  });
  const url = await listen(app, over);
  return { url, answer: await fetch(url) };
}

/** Sends JSON, as a page's login form does. */
export const post = (url: string, body: object = {}): Promise<Response> =>
  fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });

/** The status of a POST with these headers; a program may send any. */
export async function statusOf(url: string, headers: Record<string, string>): Promise<number | undefined> {
  const asking = request(url, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, agent: false }).end('{}');
  const [answer] = await once(asking, 'response') as [IncomingMessage];
  answer.resume();
  return answer.statusCode;
}

/** The one cookie that an answer sets: its value, and its attributes in lower case. */
export function cookieIn(answer: Response): { name: string; value: string; attributes: string[] } {
  const [text, ...others] = answer.headers.getSetCookie();
  expect(others).to.deep.equal([]);
  const [pair, ...attributes] = text.split('; ');
  const [name, value] = pair.split('=');
  return { name, value, attributes: attributes.map((attribute) => attribute.toLowerCase()) };
}

/** Fails unless a page may read the cookie, on all its paths, and until this time, Unix ms. */
export function expectReadable({ attributes }: ReturnType<typeof cookieIn>, until: number): void {
  expect(attributes).to.include.members(['path=/', 'secure', 'samesite=lax']).and.not.include('httponly');
  const expires = attributes.find((attribute) => attribute.startsWith('expires='))!;
  expect(Date.parse(expires.slice('expires='.length))).to.be.closeTo(until, 1000);
}
