// The ways in which a token gets to the page: each has a script for the page, and a part for the server.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fillIn, Name } from './pages.js';
import type { Mode } from './sessions.js';

type Way = { mode: Mode; tab: string; about: string; server: string[] };

/** In the order of the tabs. */
export const WAYS: readonly Way[] = [
  {
    mode: 'cookie', tab: 'Cookie', server: ['guard', 'app', 'uid2', 'cookie'],
    about: 'Your server sets a first-party cookie at login. The module finds it by `params.uid2Cookie`, and refreshes the token in the browser.'
  },
  {
    mode: 'config', tab: 'Config', server: ['guard', 'app', 'uid2', 'sessions', 'config'],
    about: 'Your server writes the identity into the page, as `params.uid2Token`. The module refreshes the token in the browser.'
  },
  {
    mode: 'server-only', tab: 'Server-only', server: ['guard', 'app', 'uid2', 'refresh', 'sessions', 'server-only'],
    about: 'Your server keeps the identity and refreshes it. The page gets the bare token as a `value`, and Prebid does not ask the module.'
  },
  {
    mode: 'client-side', tab: 'Client-side', server: ['guard', 'app', 'sessions', 'client-side'],
    about: 'The page names the reader by e-mail or phone. The module hashes and encrypts that, and asks the operator for the token.'
  },
  {
    mode: 'deferred', tab: 'Deferred login', server: ['guard', 'app', 'sessions', 'deferred'],
    about: 'The page loads without a reader, as from a cache, and names one later. The very next auction has the token.'
  },
  {
    mode: 'sdk', tab: 'UID2’s SDK', server: ['guard', 'app', 'uid2', 'sessions', 'sdk'],
    about: 'The page is written for UID2’s JavaScript SDK, `window.__uid2`. The module answers in its place: one identity, one logout.'
  }
];

/** The mode with this name, or undefined. */
export const modeOf = (name: unknown): Mode | undefined => WAYS.find(({ mode }) => mode === name)?.mode;

const textOf = (...file: string[]) => readFile(join(__dirname, ...file), 'utf8');

/** What a publisher puts into the page: the config, and the ads. Throws when a value is missing. */
export async function pageScript(mode: Mode, values: Record<string, unknown>): Promise<{ config: string; ads: string }> {
  const [config, ads] = await Promise.all([textOf('modes', `${mode}.js`), textOf('modes', 'ads.js')]);
  return { config: fillIn(config, values), ads: fillIn(ads, values) };
}

// What the server's part sets, and what only the publisher knows.
const YOURS = {
  uid2Token: new Name('identity'), advertisingToken: new Name('token'), kind: 'email', user: new Name('email'),
  serverPublicKey: 'UID2-X-P-…', subscriptionId: '…', placement: '1'
};

/** The same to copy: for any reader, and for the operator that is the default. */
export async function scriptToCopy(mode: Mode): Promise<{ config: string; ads: string }> {
  const [config, ads] = await Promise.all([textOf('modes', `${mode}.js`), textOf('modes', 'ads.js')]);
  const own = fillIn(config.replace(/, \w+: '\{\{uid2ApiBase\}\}'/, ''), YOURS);
  return { config: own.replace(/\b(\w+): \1\b/, '$1'), ads: fillIn(ads, YOURS) };
}

/** What a publisher's server does in this mode: one file for node. */
export async function serverPart(mode: Mode): Promise<string> {
  const { server } = WAYS.find((way) => way.mode === mode)!;
  const parts = await Promise.all(server.map((name) => textOf('serverParts', `${name}.mjs`)));
  return parts.join('\n').replace(/\n{3,}/g, '\n\n');
}
