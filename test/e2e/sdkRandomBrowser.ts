// The browser of a random life: its tabs, the operator behind them, and who is given to whom.
import { createHash } from 'node:crypto';
import type { Page } from 'playwright-core';
import { keysFrom } from '../../operator/keys.ts';
import { personIn } from '../../operator/admin.ts';
import { tokens } from '../../operator/tokens.ts';
import type { Identity } from '../../operator/index.ts';
import { WAITS, type View } from './sdkRandomPage.ts';
import { PARKED } from './pageServer.ts';
import { READERS, type Call, type Reader, type Setup, type Way, type Whom } from './sdkRandomSteps.ts';
import { SSPS } from './ssps.ts';
import { OPERATOR_SEED, type World } from './support.ts';

const issued = keysFrom(OPERATOR_SEED).then(tokens);
const BIDS = [{ bidder: 'appnexus', params: SSPS.appnexus.params }];
const ASKS = /\/token\/(refresh|client-generate)/;

const nameOf = (person: unknown) => JSON.stringify(person);
const hash = (text: string, encoding: 'base64' | 'hex') => createHash('sha256').update(text).digest(encoding);

/** A reader's address and number, new in each life. */
const dataOf = (life: number, reader: Reader) =>
  ({ email: `${reader}${life}@example.com`, phone: `+1${2e9 + 10 * life + READERS.indexOf(reader)}` });

/** What the reader's way of being named takes, and whom it means. */
function valueOf(way: Way, { email, phone }: ReturnType<typeof dataOf>) {
  const dii = way.includes('Email') ? { email } : { phone };
  const [text] = Object.values(dii);
  return { value: way.endsWith('Hash') ? hash(text, 'base64') : text, person: nameOf(personIn(dii)) };
}

/** Whose token it is. */
export async function personOf(token: string): Promise<string | undefined> {
  const { readAdvertising } = await issued;
  return nameOf(await readAdvertising(token));
}

/** What the operator answers is kept back from the pages until it is let go. It is the operator also of a page that names none. */
export async function holdAnswers({ context, operator }: World) {
  let held: (() => void)[] | undefined;
  await context.route(ASKS, async (route) => {
    const { pathname, search } = new URL(route.request().url());
    const response = await route.fetch({ url: operator.url + pathname + search }).catch(() => undefined);
    await new Promise<void>((resolve) => { if (held) held.push(resolve); else resolve(); });
    // the page may have gone, or have given it up
    await (response ? route.fulfill({ response }) : route.abort()).catch(() => {});
  });
  return {
    hold() { held ??= []; },
    letGo() {
      held?.forEach((go) => go());
      held = undefined;
    },
  };
}

/** A call as a page is told of it: whom it names, if anybody. */
export async function callOf(world: World, life: number, given: Identity[], call: Call): Promise<object> {
  const { operator } = world;
  const identityOf = async (whom?: Whom): Promise<object> => {
    if (whom === undefined || whom === 'own') return { isOwn: whom === 'own' };
    if (whom === 'optout') return { identity: { status: 'optout' } };
    if (whom === 'bad') return { identity: { advertising_token: 'bad' }, isBad: true };
    if (typeof whom === 'object' && 'again' in whom && given.length) return { identity: given.at(-1 - whom.again % given.length) };
    const { reader, age } = 'again' in whom ? { reader: 'a' as const, age: 'fresh' as const } : whom;
    const identity = await world.login(age, dataOf(life, reader).email).catch(() => undefined);
    // as the publisher's server passes it on
    if (!identity) return identityOf('optout');
    given.push(identity);
    return { identity, isFresh: age === 'fresh' };
  };
  const base = { call: call.call, api: operator.url, bids: BIDS };
  switch (call.call) {
    case 'init': case 'setIdentity': {
      const { identity, ...more } = await identityOf(call.whom) as { identity?: object };
      const useCookie = call.call === 'init' ? call.useCookie : undefined;
      return { ...base, ...more, options: { baseUrl: operator.url, identity, useCookie } };
    }
    case 'setConfig': {
      if (call.entry === 'none') return base;
      if (call.entry === 'plain') return { ...base, params: {} };
      if (typeof call.entry === 'object' && 'address' in call.entry) {
        const { value, person } = valueOf('setIdentityFromEmail', dataOf(life, call.entry.address));
        return { ...base, params: { ...operator.cstg, email: value }, person };
      }
      const { identity, ...more } = await identityOf(call.entry) as { identity?: object };
      return { ...base, ...more, params: { uid2Token: identity } };
    }
    case 'consent': return { ...base, ...call };
    default: {
      if (!('reader' in call)) return base;
      const named = call.reader === 'bad' ? { value: 'nobody', isBad: true } : valueOf(call.call, dataOf(life, call.reader));
      return { ...base, ...named, cstg: operator.cstg };
    }
  }
}

/** Has the operator refuse this reader from now on. */
export function optOut({ operator }: World, life: number, reader: Reader): void {
  const { email, phone } = dataOf(life, reader);
  for (const dii of [{ email }, { phone }]) operator.admin.optOut(dii);
}

/** What must never be stored: addresses, numbers, and their hashes. */
export const secretsOf = (life: number): string[] => READERS.flatMap((reader) => Object.values(dataOf(life, reader)))
  .flatMap((text) => [text, hash(text, 'base64'), hash(text, 'hex')]);

/** Loads the page, with uid2 in Prebid's config or not. */
export async function load({ url, operator }: World, page: Page, setup: Setup): Promise<void> {
  await page.goto(setup === 'waits' ? url + WAITS : url);
  await page.evaluate(async ([api, isPlain]) => {
    const { driver, __uid2 } = window as any;
    await new Promise<void>((resolve) => { __uid2.callbacks.push(() => resolve()); });
    driver.listen();
    driver.play({ call: 'setConfig', api, params: isPlain ? {} : undefined });
  }, [operator.url, setup !== 'none'] as const);
}

/** Leaves the page where nothing runs; in one of them, clears what the life has stored. */
export async function leave({ url, context }: World, pages: Page[]): Promise<void> {
  await Promise.all(pages.map((page) => page.goto(`${url}${PARKED}`, { waitUntil: 'commit' })));
  await pages[0].evaluate(() => localStorage.clear());
  await context.clearCookies();
}

export const viewOf = (page: Page): Promise<View> => page.evaluate(() => (window as any).driver.view());

/** All that this browser has stored, as the page sees it. */
export const storedIn = (page: Page): Promise<string> => page.evaluate(() => JSON.stringify({ ...localStorage }) + decodeURIComponent(document.cookie));
