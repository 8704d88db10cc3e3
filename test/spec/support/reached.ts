// How each reason of status() comes about.
import type { ELSEWHERE, Reason } from '../../reasons';
import { setCookie } from './browser';
import { failing, OPTS_OUT_LATER, USER } from './generation';
import { cstg, fault } from './operator';
import { COPPA, GDPR, identity, lateFetch, openPage, type Page } from './page';
import { hidePage, shadow } from './shadow';
import { until } from './until';

/** A page whose token has expired, after the operator has failed. */
export async function failed(spec: Parameters<typeof fault>[0], age: 'stale' | 'expired' = 'expired') {
  const uid2Token = await identity(age);
  await fault(spec);
  const page = openPage();
  await page.ask({ uid2Token }).done;
  return { page, uid2Token };
}

const failedPage = async (spec: Parameters<typeof fault>[0]) => (await failed(spec)).page;

/** A page that has asked, and is answered. */
export async function asking(params: object) {
  const page = openPage();
  await page.ask(params).done;
  return page;
}

const status = (code: number) => ({ kind: 'status', status: code }) as const;
export const HTTP_500 = status(500);

/** Lets an answer arrive that a test has held back: it must not hold the lock on into the next test. */
let release = () => {};
afterEach(() => release());

type Vague = 'http <status>' | 'unknown param <x>: did you mean <y>';
type Told = Exclude<Reason, Vague | keyof typeof ELSEWHERE>
  | 'http 400' | 'http 500' | 'unknown param uid2cookie: did you mean uid2Cookie';

/** How each reason comes about, and the state that goes with it. */
export const REACHED: Record<Told, [state: string, reach: () => Page | Promise<Page>]> = {
  ok: ['fresh', async () => asking({ uid2Token: await identity() })],
  notConfigured: ['none', () => openPage()],
  'not asked': ['none', () => {
    const page = openPage();
    page.uid2.configure([{ name: 'uid2', params: {} }]);
    return page;
  }],
  none: ['none', () => asking({})],
  'no cookie': ['none', () => asking({ uid2Cookie: 'login' })],
  'empty cookie': ['none', () => {
    setCookie('login', '');
    return asking({ uid2Cookie: 'login' });
  }],
  'two entries': ['none', () => {
    const page = openPage();
    page.uid2.configure([{ name: 'uid2', params: {} }, { name: 'uid2' }]);
    page.ask();
    return page;
  }],
  'unknown param uid2cookie: did you mean uid2Cookie': ['none', () => asking({ uid2cookie: 'login' })],
  'invalid uid2Token': ['none', () => asking({ uid2Token: { advertising_token: 'x' } })],
  'invalid uid2Cookie': ['none', () => {
    setCookie('login', '{}');
    return asking({ uid2Cookie: 'login' });
  }],
  'times in seconds': ['none', async () => {
    const entries = Object.entries(await identity());
    const uid2Token = Object.fromEntries(entries.map(([name, value]) =>
      [name, typeof value === 'number' ? Math.round(value / 1000) : value]));
    return asking({ uid2Token });
  }],
  'EUID: use euidIdSystem': ['none', async () => {
    const { advertising_token: token, ...rest } = await identity();
    return asking({ uid2Token: { ...rest, advertising_token: token.replace(/^./, 'E') } });
  }],
  'opted out on the server': ['optedOut', () => asking({ uid2Token: { status: 'optout' } })],
  'invalid serverPublicKey': ['none', () => asking({ ...USER, serverPublicKey: 'key' })],
  'invalid subscriptionId': ['none', () => asking({ ...USER, subscriptionId: undefined })],
  'invalid email': ['none', () => asking({ ...cstg, email: 'x' })],
  'invalid phone': ['none', () => asking({ ...cstg, phone: 'x' })],
  'invalid emailHash': ['none', () => asking({ ...cstg, emailHash: 'x' })],
  'invalid phoneHash': ['none', () => asking({ ...cstg, phoneHash: 'x' })],
  'insecure page': ['none', async () => {
    shadow(crypto, 'subtle');
    return asking(USER);
  }],
  'domain not on the account\'s list: http 403': ['none', async () => {
    await failing(status(403));
    return asking(USER);
  }],
  loggedOut: ['none', async () => {
    const page = await asking({ uid2Token: await identity() });
    page.logOut();
    return page;
  }],
  refreshing: ['expired', async () => {
    const uid2Token = await identity('expired');
    const late = lateFetch();
    release = late.release;
    const page = openPage({ fetch: late.fetch });
    page.ask({ uid2Token });
    await until(late.arrived);
    return page;
  }],
  expired: ['expired', async () => {
    const uid2Token = await identity('expired');
    hidePage();
    return asking({ uid2Token });
  }],
  network: ['expired', () => failedPage({ kind: 'close' })],
  'http 400': ['expired', () => failedPage(status(400))],
  'http 500': ['expired', () => failedPage(HTTP_500)],
  unreadable: ['expired', () => failedPage({ kind: 'garbage' })],
  dead: ['dead', async () => asking({ uid2Token: await identity('dead') })],
  optedOut: ['optedOut', async () => asking({ uid2Token: await identity('expired', OPTS_OUT_LATER) })],
  gdprApplies: ['none', async () => {
    const page = await asking({ uid2Token: await identity() });
    page.setConsent(GDPR);
    return page;
  }],
  coppa: ['none', async () => {
    const page = await asking({ uid2Token: await identity() });
    page.setConsent(COPPA);
    return page;
  }],
};
