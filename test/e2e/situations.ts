// "Why is there no uid2 in my bids?": each situation that was tried, what status() says of it, and the docs' cure.
import type { Uid2Status } from '../../modules/uid2IdSystem.ts';
import { generateToken } from '../../operator/client.ts';
import type { Identity } from '../../operator/index.ts';
import { begun, COOKIE, setCookie } from './several.ts';
import {
  anotherOperator, consent, cstg, denying, encoded, entries, entry, failing, GDPR_APPLIES, given, loggedIn, next, NEXT, NO_SALE, platform, renamed,
  setAlone, withCookie
} from './situationPages.ts';
import { EMAIL, type World } from './support.ts';
import type { Visitor } from './visitor.ts';

/** What else is in the bundle. */
export type Bundle = 'alone' | 'rules' | 'storageControl' | 'small';

export interface Situation {
  /** The number that shared/SITUATIONS.md gives it. */
  row: number;
  title: string;
  bundle?: Bundle;
  /** Older versions of Prebid have no such module, or go on in another way. */
  since?: 10 | 11;
  open(world: World): Promise<Visitor>;
  /** What status() says after an auction. */
  status: Partial<Uid2Status> & { reason: string };
  /** Whose token bidders get; by default the first reader's. */
  email?: string;
  /** What Prebid's log has. */
  warning?: RegExp;
  /** No auction: it would wait for longer than a test may take. */
  isEarly?: boolean;
  /** A part of the cure, in the docs' row of this reason, or the row of their second table that begins so. */
  cure: string | [row: string, cure: string];
}

const BODY = 'set it to the whole `body` of the answer as JSON, URI-encoded once';
const OK = { state: 'fresh', reason: 'ok' } as const;
const NO_UID2 = { state: 'none', source: 'none' } as const;
const RULE = 'change the rule if it is yours';

/** The same situation in other shapes. */
const each = <T>(shapes: Record<string, T>, make: (shape: T, name: string) => Situation): Situation[] =>
  Object.entries(shapes).map(([name, shape]) => make(shape, name));

export const SITUATIONS: Situation[] = [
  {
    row: 1, title: 'the cookie has another name than in params',
    open: async (world) => {
      await setCookie(world, await world.login(), 'uid2_cookie');
      return given(() => ({ uid2Cookie: COOKIE }))(world);
    },
    status: { ...NO_UID2, reason: 'no cookie' }, cure: 'check its name',
  },
  {
    row: 2, title: 'the cookie is HttpOnly', open: withCookie(encoded, { httpOnly: true }),
    status: { ...NO_UID2, reason: 'no cookie' }, cure: 'that it is not HttpOnly',
  },
  ...each<(identity: Identity) => string>({
    'only the token': ({ advertising_token: token }) => token,
    'the whole answer': (body) => encoded({ body, status: 'success' }),
    'JSON, encoded twice': (body) => encodeURIComponent(encoded(body)),
    'JSON in base64': (body) => Buffer.from(JSON.stringify(body)).toString('base64'),
    'an object that Express wrote, j:…': (body) => encodeURIComponent(`j:${JSON.stringify(body)}`),
    'fields in camelCase': (body) => encoded(renamed(body)),
  }, (write, name) => ({
    row: 3, title: `the cookie holds ${name}`, open: withCookie(write), status: { ...NO_UID2, reason: 'invalid uid2Cookie' }, cure: BODY,
  })),
  {
    row: 4, title: '`uid2Token` is JSON text', open: given(async (world) => ({ uid2Token: JSON.stringify(await world.login()) })),
    status: { ...NO_UID2, reason: 'invalid uid2Token' }, cure: 'as an object, not as JSON text',
  },
  {
    row: 5, title: 'the bidder is not in `bidders`', open: loggedIn({ only: ['theadx'] }),
    status: { state: 'fresh', reason: 'bidder not listed', withheldFrom: ['appnexus'] }, cure: 'add the bidder to `bidders`',
  },
  {
    row: 5, title: 'one bidder of two is not in `bidders`', open: loggedIn({ only: ['theadx'], bidders: ['appnexus', 'theadx'] }),
    status: { state: 'fresh', reason: 'ok', withheldFrom: ['appnexus'] }, cure: ['`withheldFrom` names', 'add it to `bidders`'],
  },
  {
    row: 6, title: 'the entry has the name `unifiedId2`', open: entries(async (world) => [entry(world, { uid2Token: await world.login() }, 'unifiedId2')]),
    status: { ...NO_UID2, reason: 'notConfigured' }, cure: 'not `unifiedId2`',
  },
  {
    row: 6, title: 'there is no entry', open: entries(() => []),
    status: { ...NO_UID2, reason: 'notConfigured' }, cure: 'add `{ name: \'uid2\'',
  },
  ...each({ '`deviceAccess: false`': { deviceAccess: false }, '`accessDevice` is denied': denying('accessDevice') }, (config, title): Situation => ({
    row: 7, title: `${title}, and the token is in a cookie`, bundle: 'rules',
    open: async (world) => {
      await setCookie(world, await world.login());
      return given(() => ({ uid2Cookie: COOKIE }), { config })(world);
    },
    status: { ...NO_UID2, reason: 'storage denied' }, cure: 'supply the identity as `uid2Token`',
  })),
  {
    row: 8, title: 'a cookie of another name, with `storageControl`', bundle: 'storageControl', since: 10,
    open: async (world) => {
      await setCookie(world, await world.login(), 'publisher_uid2');
      return given(() => ({ uid2Cookie: 'publisher_uid2' }), { config: { storageControl: { enforcement: 'strict' } } })(world);
    },
    status: { ...NO_UID2, reason: 'cookie not disclosed' }, cure: 'rename the cookie to `uid2_pub_cookie`',
  },
  {
    row: 9, title: 'GDPR applies', open: loggedIn({ config: consent('gdpr', { getTCData: GDPR_APPLIES }) }),
    status: { ...NO_UID2, reason: 'gdprApplies' }, cure: 'none',
  },
  ...each<[content: string, bundle: Bundle]>({
    // Prebid says so by a promise that it rejects, and that nobody hears
    'is not on the page': ['addEventListener("unhandledrejection", (event) => event.preventDefault());', 'alone'],
    'is silent': ['window.__tcfapi = () => {};', 'alone'],
    'is silent, and `tcfControl` is there': ['window.__tcfapi = () => {};', 'rules'],
  }, ([content, bundle], title) => ({
    row: 10, title: `a consent platform is configured, and ${title}`, bundle, open: platform(content), isEarly: true,
    since: title === 'is not on the page' ? 11 : undefined,
    status: { ...NO_UID2, reason: 'waiting for consent' }, cure: 'check that the platform is on the page and answers',
  })),
  {
    row: 11, title: '`transmitEids` is denied to all', bundle: 'rules', open: loggedIn({ config: denying('transmitEids') }),
    status: { state: 'fresh', reason: 'transmitEids denied', withheldFrom: ['appnexus'] }, cure: RULE,
  },
  {
    row: 11, title: '`transmitEids` is denied to one bidder of two', bundle: 'rules',
    open: async (world) => {
      const visitor = await loggedIn({ bidders: ['appnexus', 'theadx'] })(world);
      // as text: what compiles these files leaves names in functions that a page does not have
      await visitor.page.evaluate(`pbjs.setConfig({ allowActivities: { transmitEids: {
        rules: [{ condition: (params) => params.componentName === 'appnexus', allow: false }]
      } } })`);
      return visitor;
    },
    status: { state: 'fresh', reason: 'ok', withheldFrom: ['appnexus'] }, cure: ['`withheldFrom` names', 'change the rule'],
  },
  {
    row: 12, title: '`enrichEids` is denied from the start', bundle: 'rules', open: loggedIn({ config: denying('enrichEids') }),
    status: { ...NO_UID2, reason: 'enrichEids denied' }, cure: RULE,
  },
  {
    row: 12, title: '`enrichEids` is denied in mid-page', bundle: 'rules',
    open: async (world) => {
      const visitor = await loggedIn()(world);
      await begun(visitor);
      await visitor.page.evaluate((config) => (window as any).pbjs.setConfig(config), denying('enrichEids'));
      return visitor;
    },
    status: { ...NO_UID2, reason: 'enrichEids denied' }, cure: RULE,
  },
  {
    row: 13, title: 'the reader has opted out of a sale, with `gppControl_usnat`', bundle: 'rules', open: loggedIn({ config: consent('gpp', NO_SALE) }),
    status: { ...NO_UID2, reason: 'enrichEids denied' }, cure: 'else none',
  },
  ...(['subscriptionId', 'serverPublicKey'] as const).map((name): Situation => ({
    row: 14, title: `the ${name} is another account's`,
    open: async (world) => cstg({ [name]: (await anotherOperator(world, { seed: 'another' })).cstg[name] })(world),
    status: { ...NO_UID2, reason: 'http 400' }, cure: 'copy key and subscription from the UID2 portal',
  })),
  {
    row: 14, title: 'the key is not whole', open: (world) => cstg({ serverPublicKey: world.operator.cstg.serverPublicKey.slice(0, -20) })(world),
    status: { ...NO_UID2, reason: 'invalid serverPublicKey' }, cure: 'copy the whole key from the UID2 portal',
  },
  {
    row: 15, title: 'opted out at client-side generation', open: cstg({ email: 'optout@example.com' }),
    status: { state: 'optedOut', reason: 'optedOut' }, cure: 'after a logout and a new login',
  },
  {
    row: 16, title: 'opted out when the server asked: it sets no cookie', open: given(() => ({ uid2Cookie: COOKIE })),
    status: { ...NO_UID2, reason: 'no cookie' }, cure: 'your server was told of an opt-out, nothing is wrong',
  },
  {
    row: 16, title: 'opted out when the server asked: `{ status: \'optout\' }` in the cookie', open: withCookie(() => encoded({ status: 'optout' })),
    status: { state: 'optedOut', reason: 'opted out on the server' }, cure: 'should not ask again before the next login',
  },
  {
    row: 16, title: 'opted out when the server asked: `{ status: \'optout\' }` in the param', open: given(() => ({ uid2Token: { status: 'optout' } })),
    status: { state: 'optedOut', reason: 'opted out on the server' }, cure: 'see [Opt-out](#opt-out)',
  },
  {
    row: 17, title: 'a slash at the end of `uid2ApiBase`',
    open: given(async (world) => ({ uid2Token: await world.login('expired'), uid2ApiBase: `${world.operator.url}/` })),
    status: OK, cure: '',
  },
  {
    row: 18, title: 'no `auctionDelay`, in the first auction',
    open: async (world) => {
      world.operator.admin.fault({ endpoint: 'refresh', kind: 'hang' });
      return given(async () => ({ uid2Token: await world.login('expired') }), { auctionDelay: 0 })(world);
    },
    status: { state: 'expired', reason: 'no auctionDelay' }, cure: 'set `userSync.auctionDelay`',
  },
  {
    row: 19, title: 'the token is from another environment',
    open: given(async (world) => {
      const other = await anotherOperator(world, { seed: 'another', lifetimes: { refreshFrom: -2000, identityExpires: -1000, refreshExpires: 3600_000 } });
      const answer = await generateToken(other, { email: EMAIL });
      return { uid2Token: (answer as { identity: Identity }).identity };
    }),
    status: { state: 'expired', reason: 'http 400' }, cure: 'check that the token and `uid2ApiBase` are of one environment',
  },
  {
    row: 20, title: 'an identity without `refresh_response_key`',
    open: given(async (world) => ({ uid2Token: { ...await world.login('expired'), refresh_response_key: undefined } })),
    status: { state: 'expired', reason: 'unreadable' }, cure: 'supply all six fields',
  },
  {
    row: 21, title: 'the domain is not on the account\'s list',
    open: async (world) => {
      const { url, cstg: account } = await anotherOperator(world, { domains: ['example.org'] });
      return cstg({ uid2ApiBase: url, ...account })(world);
    },
    status: { ...NO_UID2, reason: 'domain not on the account\'s list: http 403' }, cure: 'in the UID2 portal',
  },
  {
    row: 22, title: 'the operator is down, and the token has expired', open: failing({ kind: 'status', status: 500 }, 'expired'),
    status: { state: 'expired', reason: 'http 500', lastError: 'http 500' }, cure: 'wait for `nextRefresh`, ask UID2',
  },
  {
    row: 22, title: 'the operator is down, and the token is still valid', open: failing({ kind: 'status', status: 500 }, 'stale'),
    status: { state: 'stale', reason: 'ok', lastError: 'http 500' }, cure: ['`lastError` with the reason `ok`', 'wait for `nextRefresh`'],
  },
  {
    row: 23, title: 'the operator cannot be reached', open: failing({ kind: 'close' }, 'expired'),
    status: { state: 'expired', reason: 'network' }, cure: 'check `uid2ApiBase`, the network',
  },
  {
    row: 23, title: 'a content blocker',
    open: async (world) => {
      await world.context.route(/\/v2\/token\//, (route) => route.abort('blockedbyclient'));
      return cstg({})(world);
    },
    status: { ...NO_UID2, reason: 'network' }, cure: 'content blockers',
  },
  {
    row: 24, title: 'after `disconnect()` the page loads again with the same token of the server',
    open: async (world) => {
      const visitor = await loggedIn()(world);
      await begun(visitor);
      await visitor.disconnect();
      await visitor.load();
      return visitor;
    },
    status: { ...NO_UID2, reason: 'loggedOut' }, cure: 'your server must drop the old identity too',
  },
  { row: 25, title: 'another token by `setConfig` alone', open: next(async () => {}), status: OK, email: NEXT, cure: '' },
  { row: 26, title: '`disconnect()`, then another token', open: next((visitor) => visitor.disconnect()), status: OK, email: NEXT, cure: '' },
  {
    row: 27, title: '`setConfig` after `requestBids`: that auction', open: entries(() => []),
    status: { ...NO_UID2, reason: 'notConfigured' }, cure: 'Add it before the auction',
  },
  {
    row: 29, title: 'a param is misspelt', open: given(() => ({ uid2cookie: COOKIE })),
    status: { ...NO_UID2, reason: 'unknown param uid2cookie: did you mean uid2Cookie' }, cure: 'write it as the reason says',
  },
  {
    row: 30, title: 'two entries named `uid2`', open: entries((world) => [entry(world, { uid2Cookie: 'absent' }), entry(world, {})]),
    status: { ...NO_UID2, reason: 'two entries' }, cure: 'merge them into one entry',
  },
  {
    row: 31, title: '`uid2Token: null`', open: given(() => ({ uid2Token: null })),
    status: { ...NO_UID2, reason: 'none' }, cure: 'If nobody is logged in, nothing is wrong',
  },
  { row: 32, title: 'COPPA', open: loggedIn({ config: { coppa: true } }), status: { ...NO_UID2, reason: 'coppa' }, cure: 'none' },
  ...each({
    'in hex': 'b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514',
    'in URL-safe base64': 'tMmiiTI7IaAcPpQPFQ65uMVCWH8av9jw4cwf_F5HVRQ=',
  }, (emailHash, title): Situation => ({
    row: 33, title: `the hash is ${title}`, open: cstg({ email: undefined, emailHash }),
    status: { ...NO_UID2, reason: 'invalid emailHash' }, cure: '44 characters, not hex, not URL-safe base64',
  })),
  {
    row: 34, title: 'the phone number is not E.164', open: cstg({ email: undefined, phone: '(234) 567-8901' }),
    status: { ...NO_UID2, reason: 'invalid phone' }, cure: 'convert it to E.164',
  },
  {
    row: 35, title: 'times in seconds',
    open: given(async (world) => {
      const inSeconds = (_: string, value: unknown) => (typeof value === 'number' ? Math.round(value / 1000) : value);
      return { uid2Token: JSON.parse(JSON.stringify(await world.login(), inSeconds)) };
    }),
    status: { ...NO_UID2, reason: 'times in seconds' }, cure: 'multiply them by 1,000',
  },
  {
    row: 36, title: 'the page is on http',
    open: async (world) => {
      const visitor = await given(() => ({}))(world);
      const site = 'http://publisher.example/';
      await world.context.route(`${site}**`, (route) => route.continue({ url: route.request().url().replace(site, world.url) }));
      await visitor.page.goto(site);
      await setAlone(visitor, [entry(world, { ...world.operator.cstg, email: EMAIL })]);
      return visitor;
    },
    status: { ...NO_UID2, reason: 'insecure page' }, cure: 'serve the page by https',
  },
  {
    row: 37, title: 'the bundle was built without UID2_CSTG', bundle: 'small', open: cstg({}),
    status: { ...NO_UID2, reason: 'built without UID2_CSTG' }, cure: 'build without `--disable=UID2_CSTG`',
  },
  {
    row: 38, title: 'the refresh token is dead', open: given(async (world) => ({ uid2Token: await world.login('dead') })),
    status: { state: 'dead', reason: 'dead' }, cure: 'log the reader in again',
  },
  {
    row: 39, title: 'UID2\'s SDK has the identity, the entry has no params',
    open: async (world) => {
      const content = `localStorage.setItem('UID2-sdk-identity', ${JSON.stringify(JSON.stringify(await world.login()))})`;
      await world.context.addInitScript({ content });
      return given(() => ({}))(world);
    },
    status: { state: 'fresh', reason: 'ok', source: 'sdk' }, cure: '',
  },
  {
    row: 40, title: 'localStorage throws',
    open: async (world) => {
      await world.context.addInitScript({ content: 'Object.defineProperty(window, "localStorage", { get() { throw new Error("blocked"); } });' });
      return given(async () => ({ uid2Token: await world.login('expired') }))(world);
    },
    status: OK, cure: '',
  },
  {
    row: 41, title: 'the record is too long for a cookie',
    open: given(async (world) => ({ uid2Token: { ...await world.login(), refresh_token: 'A'.repeat(5000) }, storage: 'cookie' })),
    status: OK, warning: /too long for a cookie/, cure: ['a warning that the record is too long', 'use localStorage'],
  },
  {
    row: 42, title: '`params.storage` contradicts `userIds[].storage.type`',
    open: given(async (world) => ({ uid2Token: await world.login(), storage: 'cookie' }), { storage: { type: 'html5', name: 'uid2_id', expires: 7 } }),
    status: OK, warning: /storage\.type differ/, cure: ['a warning that `params.storage`', 'keep one of them'],
  },
  {
    row: 43, title: 'the token is an EUID operator\'s',
    open: given(async (world) => {
      const { advertising_token: token, ...rest } = await world.login();
      // the first character tells: A and B are UID2, E and F are EUID
      return { uid2Token: { ...rest, advertising_token: token.replace(/^./, 'E') } };
    }),
    status: { ...NO_UID2, reason: 'EUID: use euidIdSystem' }, cure: 'use Prebid\'s `euidIdSystem`',
  },
  {
    row: 43, title: 'the key is an EUID operator\'s',
    open: (world) => cstg({ serverPublicKey: world.operator.cstg.serverPublicKey.replace(/^UID2/, 'EUID') })(world),
    status: { ...NO_UID2, reason: 'EUID: use euidIdSystem' }, cure: 'use Prebid\'s `euidIdSystem`',
  },
];
