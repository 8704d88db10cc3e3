// What tests of several tabs need besides: answers that come late, tabs that sleep, and whose token it is.
import { setTimeout } from 'node:timers/promises';
import { expect } from 'chai';
import { keysFrom } from '../../operator/keys.ts';
import { personIn } from '../../operator/admin.ts';
import { type Identity } from '../../operator/index.ts';
import { tokens } from '../../operator/tokens.ts';
import { OPERATOR_SEED, type World } from './support.ts';
import { type Auction, expectNoUid2, KEY, type Visitor } from './visitor.ts';

/** The publisher's token cookie. */
export const COOKIE = 'uid2_pub_cookie';
export const NOTE_KEY = `${KEY}_note`;
export type StorageParam = 'localStorage' | 'cookie';

/** As the publisher's server does. */
export const setCookie = ({ context, url }: World, identity: Identity, name = COOKIE) =>
  context.addCookies([{ name, value: encodeURIComponent(JSON.stringify(identity)), url }]);

/** Makes nobody's patience end in the page, however slow the machine is. */
export const NO_HURRY = '{ const set = setTimeout; window.setTimeout = (task, ms, ...rest) => (ms >= 5000 ? 0 : set(task, ms, ...rest)); }';

/** Keeps answers about refreshes back from the pages, until each is let go; nobody's patience ends in those that are loaded from here on. */
export async function holdAnswers(world: World) {
  const held: { body: string; go(): void }[] = [];
  const waiting: (() => void)[] = [];
  let open = false;
  await world.context.addInitScript({ content: NO_HURRY });
  world.hold = (path, body) => new Promise<void>((resolve) => {
    if (open || !path.endsWith('/token/refresh')) return resolve();
    held.push({ body, go: resolve });
    waiting.splice(0).forEach((told) => told());
  });
  const some = () => new Promise<void>((resolve) => { waiting.push(resolve); });
  const about = ({ refresh_token: token }: Identity) => held.filter(({ body }) => body === token);
  return {
    /** Waits until there is an answer about this token. */
    async arrivedAbout(identity: Identity) {
      while (!about(identity).length) await some();
    },
    /** Lets all go that are about this token. */
    releaseAbout: (identity: Identity) => about(identity).forEach(({ go }) => go()),
    /** Waits until so many answers are there to be let go. */
    async arrived(count = 1) {
      while (held.length < count) await some();
    },
    /** Lets one go, the first by default. */
    release: (at = 0) => held[at].go(),
    /** Lets all go, and all that come after. */
    releaseAll() {
      open = true;
      held.forEach(({ go }) => go());
    }
  };
}

/** Waits until the module has been told who the user is: a page that is loaded may not have come to it. */
export async function begun({ page }: Visitor): Promise<void> {
  const before = ['notConfigured', 'not asked', 'waiting for consent'];
  await page.waitForFunction((reasons) => !reasons.includes((window as any).pbjs.uid2.status().reason), before);
}

/** Waits until no tab works on a refresh any more, nor waits for its turn. */
export async function settled({ page }: Visitor): Promise<void> {
  await page.waitForFunction(async () => {
    const { held, pending } = await navigator.locks.query();
    return !held!.length && !pending!.length;
  });
  // a cookie just written may still be on its way; who reads waits for it
  await page.evaluate(() => document.cookie);
}

const viewOf = ({ page }: Visitor) => page.evaluate((names) => names.map((name) => localStorage.getItem(name)).join(), [KEY, NOTE_KEY]);

/** Waits until both tabs see the same in localStorage: it travels between processes. */
export async function sees(visitor: Visitor, other: Visitor): Promise<void> {
  while (await viewOf(visitor) !== await viewOf(other)) await setTimeout(5);
}

/** Does something to localStorage in another tab, and waits until this one has been told. */
export async function hears({ page }: Visitor, change: () => Promise<unknown>): Promise<void> {
  // the module listens for longer, and so is told first
  await page.evaluate(() => { (window as any).told = new Promise((resolve) => { addEventListener('storage', resolve, { once: true }); }); });
  await change();
  await page.evaluate(async () => { await (window as any).told; });
}

/** Stops a tab as browsers do with one in the background: no timers, no events, no answers; until it is thawed. */
export async function freeze({ page }: Visitor): Promise<{ thaw(): Promise<void> }> {
  const session = await page.context().newCDPSession(page);
  await session.send('Page.setWebLifecycleState', { state: 'frozen' });
  return { async thaw() { await session.send('Page.setWebLifecycleState', { state: 'active' }); } };
}

const issued = keysFrom(OPERATOR_SEED).then(tokens);

/** Fails unless each bidder got a token, and each of them is this user's. */
export async function expectTokenOf(email: string, { uid2 }: Auction): Promise<void> {
  const { readAdvertising } = await issued;
  for (const [bidder, token] of Object.entries(uid2)) expect(await readAdvertising(String(token)), bidder).to.deep.equal(personIn({ email }));
}

/** Fails if there is anything of this identity in storage. */
export async function expectNotStored(visitor: Visitor, { advertising_token: token, refresh_token: refresh, refresh_response_key: key }: Identity): Promise<void> {
  const text = JSON.stringify(await visitor.stored());
  for (const secret of [token, refresh, key!]) expect(text).not.to.include(secret);
}

/** Fails if a token is stored, whosever it is, or an opt-out; but for the publisher's cookie, where the tab that logs out does not know of it. */
export async function expectNothingStored(visitor: Visitor, knowsCookie = true): Promise<void> {
  const { localStorage, cookies: { [COOKIE]: theirs, ...cookies } } = await visitor.stored();
  expect({ ...localStorage, ...cookies }).not.to.have.property(KEY);
  expect(JSON.stringify([localStorage, cookies])).not.to.match(/_token"|optout/i);
  if (knowsCookie) expect(theirs).to.equal(undefined);
}

/** Fails unless the next auction of every tab is without UID2, and its page is told of none. */
export async function expectGone(visitors: Visitor[], ...secrets: string[]): Promise<void> {
  for (const visitor of visitors) {
    expectNoUid2(await visitor.auction(), ...secrets);
    expect(await visitor.userIds()).to.deep.equal({});
  }
}
