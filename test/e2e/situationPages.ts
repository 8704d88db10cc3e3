// Pages as publishers have made them, for the situations: each opens with one thing that is as it should be, or is not.
import { type Identity, startOperator } from '../../operator/index.ts';
import { begun, COOKIE } from './several.ts';
import { EMAIL, type World } from './support.ts';
import type { Params, Setup, Visitor } from './visitor.ts';

/** Whose token comes next. */
export const NEXT = 'next@example.com';

type Make = (world: World) => object | Promise<object>;

/** A page with these params. */
export const given = (params: Make, setup: Setup = {}) => async (world: World): Promise<Visitor> =>
  world.open({ bidders: ['appnexus'], ...setup, params: await params(world) as Params });

/** A page whose reader has a valid token. */
export const loggedIn = (setup: Setup = {}) => given(async (world) => ({ uid2Token: await world.login() }), setup);

/** A page that names a reader for client-side generation, with some of it changed. */
export const cstg = (change: object) => given(({ operator }) => ({ ...operator.cstg, email: EMAIL, ...change }));

/** A page with a cookie as the server has written it. */
export const withCookie = (write: (identity: Identity) => string, more: object = {}) => async (world: World) => {
  const cookie = { name: COOKIE, value: write(await world.login()), url: world.url, ...more };
  await world.context.addCookies([cookie]);
  return given(() => ({ uid2Cookie: COOKIE }))(world);
};

export const encoded = (value: unknown) => encodeURIComponent(JSON.stringify(value));
const camelCase = (name: string) => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
export const renamed = (identity: Identity) => Object.fromEntries(Object.entries(identity).map(([name, value]) => [camelCase(name), value]));

export const entry = ({ operator }: World, params: object, name = 'uid2') => ({ name, params: { uid2ApiBase: operator.url, ...params } });
export const setAlone = ({ page }: Visitor, userIds: object[]) =>
  page.evaluate((sync) => (window as any).pbjs.setConfig({ userSync: sync }), { auctionDelay: 60_000, userIds });

/** A page whose first config has these entries, and no other. */
export const entries = (make: (world: World) => object[] | Promise<object[]>) => async (world: World) => {
  const visitor = await given(() => ({}))(world);
  await visitor.page.reload();
  await setAlone(visitor, await make(world));
  return visitor;
};

/** A page with this fault of the operator, and a token of this age. */
export const failing = (fault: object, age: 'stale' | 'expired') => async (world: World) => {
  world.operator.admin.fault({ endpoint: 'refresh', ...fault } as never);
  return given(async () => ({ uid2Token: await world.login(age) }))(world);
};

/** Another operator, until the test is over. */
export async function anotherOperator({ over }: World, options: object) {
  const operator = await startOperator(options);
  over.addEventListener('abort', () => operator.close());
  return operator;
}

/** A page of a first reader; a second one comes by setConfig alone. */
export const next = (between: (visitor: Visitor) => Promise<unknown>) => async (world: World) => {
  const visitor = await loggedIn()(world);
  await begun(visitor);
  await between(visitor);
  await setAlone(visitor, [entry(world, { uid2Token: await world.login('fresh', NEXT) })]);
  return visitor;
};

export const denying = (activity: string) => ({ allowActivities: { [activity]: { default: false } } });

export const platform = (content: string) => async (world: World) => {
  await world.context.addInitScript({ content });
  return loggedIn({ config: { consentManagement: { gdpr: { cmpApi: 'iab', timeout: 60_000 } } } })(world);
};

export const GDPR_APPLIES = {
  tcString: 'COvFyGBOvFyGBAbAAAENAPCAAOAAAAAAAAAAAEEUACCKAAA', cmpId: 1, gdprApplies: true,
  purpose: { consents: {}, legitimateInterests: {} }, vendor: { consents: {}, legitimateInterests: {} },
};

export const NO_SALE = {
  applicableSections: [7], gppString: 'DBABLA~BVVqAAAAAgA.QA',
  parsedSections: { usnat: { Version: 1, SaleOptOut: 1, KnownChildSensitiveDataConsents: [0, 0] } },
};

export const consent = (by: 'gdpr' | 'gpp', consentData: object) => ({ consentManagement: { [by]: { cmpApi: 'static', consentData } } });
