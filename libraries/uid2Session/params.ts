import { KINDS, type DiiParams } from './dii.js';
import type { Identity } from './identity.js';

/** The part of the module's params that matters here; the public type is in modules/uid2IdSystem.ts. */
export type Params = DiiParams & {
  uid2ApiBase?: string;
  uid2ApiVersion?: 1 | 2;
  uid2Token?: Identity | { status: 'optout' } | null;
  uid2Cookie?: string;
  uid2ServerCookie?: string;
  storage?: 'cookie' | 'localStorage';
  bidWhileRefreshing?: boolean;
  refreshIntervalSeconds?: number;
};

/** An entry of `userSync.userIds`. */
export type Config = {
  name?: string;
  params?: Params;
  storage?: { type: string };
  value?: unknown;
  bidders?: string[];
};

/** Params that name a reader by themselves, and not by a cookie that may not be there. */
const NAMING: string[] = ['uid2Token', ...(FEATURES.UID2_CSTG ? KINDS.map(({ param }) => param) : [])];

const names = (): string[] => [
  ...NAMING, ...(FEATURES.UID2_CSTG ? ['serverPublicKey', 'subscriptionId'] : []), 'uid2Cookie', 'uid2ServerCookie',
  'uid2ApiBase', 'uid2ApiVersion', 'storage', 'bidWhileRefreshing', 'refreshIntervalSeconds',
];

const plain = (name: string) => name.toLowerCase().replace(/[^a-z\d]/g, '');

/** A param that looks like one of ours, and is none: in words that name the one that was meant. */
export function misspelt(params: Params): string | undefined {
  for (const name of Object.keys(params)) {
    const meant = names().find((known) => plain(known) === plain(name));
    if (meant !== undefined && meant !== name) return `unknown param ${name}: did you mean ${meant}`;
  }
  return undefined;
}

/** The name of the publisher's cookie. */
export const cookieOf = ({ uid2Cookie, uid2ServerCookie }: Params) => uid2Cookie ?? uid2ServerCookie;

/** Whether an entry of the config is this module's. */
export const isOurs = ({ name }: Config) => typeof name === 'string' && name.toLowerCase() === 'uid2';

/** Whether a param names a reader by itself. */
export const namesByItself = (name: string) => NAMING.includes(name);

/** Whether params name a reader so. */
export const isNaming = (params: Params) => NAMING.some((name) => params[name as keyof Params]);

const namesReader = ({ params }: Config) => params && (isNaming(params) || cookieOf(params));

/** The entry that counts: the last that names a reader, as `mergeConfig` adds one at the end; or else the last. */
export function entryIn(entries: Config[]): Config | undefined {
  const ours = entries.filter(isOurs).reverse();
  return ours.find(namesReader) ?? ours[0];
}

/** The entry that counts when Prebid asks with one: from the live config, if that one is part of it. */
export function entryFor(asked: Config, live: Config[]): Config {
  const isLive = live.some(({ params }) => params === asked.params);
  return (isLive && entryIn(live)) || asked;
}
