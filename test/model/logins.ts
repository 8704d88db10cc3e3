import { LATENCY } from './network.ts';
import { COPIES, KEY } from './rules/kinds.ts';
import { isInConfig, looks, namedBy, pagesIn, says, supply } from './looks.ts';
import { configure, putBack } from './config.ts';
import { configOf } from './entries.ts';
import { ask } from './prebid.ts';
import { recordIn } from './record.ts';
import { isAddress, OPTED_OUT, paramsOf, type Account, type How, type User } from './operator.ts';
import { COOKIE, type Loaded, type World } from './loaded.ts';
import type { Identity } from '../../libraries/uid2Session/identity.js';

// Readers log in and out.

export async function login(world: World, page: Loaded, kind: 'login' | 'setConfig', [user, how]: [User, How]) {
  const { operator, rules } = world;
  const isNew = how === 'new' && !operator.optedOut.has(user);
  const param = supply(world, user, how);
  return world.browser.run(page.tab, () => {
    const before = page.told;
    // Prebid asks for nothing that is not in its config
    const isConfigured = kind === 'setConfig' || page.shelf !== undefined || page.isWaiting;
    putBack(world, page);
    page.param = param;
    page.configs = undefined;
    says(world, page, param?.name);
    if (isConfigured) configure(world, page);
    if (kind === 'login') ask(world, page, 'getId');
    if (page.denied || !isInConfig(page)) return;
    const id = page.published()?.id;
    const isSure = isNew && !page.blind && rules.past.isClockRight() && world.fault !== 'blocked';
    if (isSure && id !== page.told) rules.past.broken('does not publish a new token at once');
    rules.naming(page, before);
    begins(world, page);
  });
}

/** Whoever is named by an address has just logged in, or goes on. */
function begins({ rules }: World, page: Loaded) {
  const { name, params } = page.param ?? {};
  if (name && isAddress(name)) rules.begins(page, name, params!.subscriptionId!);
}

/** The publisher's config has another account from now on, of this page's reader too. */
export function useAccount(world: World, page: Loaded, account: Account) {
  const { name } = page.param ?? {};
  world.account = account;
  if (!name || !isAddress(name) || page.shelf) return;
  page.param = { name, params: paramsOf(name, account) };
  page.configs = undefined;
  says(world, page, name);
  configure(world, page);
  begins(world, page);
}

/** One account after another, each with a token that is due. */
export async function burst(world: World, page: Loaded) {
  for (const user of ['A', 'B', 'C', 'A', 'B', 'C', 'A', 'B'] as const) {
    await login(world, page, 'login', [user, 'stale']);
    await world.browser.pass(2 * LATENCY, false);
  }
}

/** The page gives the same claim in a new object: it changes nothing, unless that was taken out. */
export function rerender(world: World, page: Loaded) {
  if (page.shelf) return configure(world, page);
  const seen = () => {
    const { state, source, reason } = page.module.status();
    const isAsking = world.requests.some((request) => request.page === page);
    return { isAsking, said: JSON.stringify([page.published(), state, source, reason === 'ok']) };
  };
  // what had not been looked at yet is news, and has nothing to do with it
  looks(world, page);
  page.tab.listeners.filter(({ type }) => type === 'pageshow').forEach(({ listener }) => listener({}));
  const { named } = page;
  // the cookie of a dead token that took the record's place may have ended: that looks like a removal, and so a logout
  const isGone = world.settings.storage === 'cookie' && !world.browser.cookie(KEY);
  const before = seen();
  says(world, page, page.param?.name);
  configure(world, page);
  const after = seen();
  begins(world, page);
  // after a logout it is a login
  if (page.named !== named) return;
  if (isGone) return;
  const { broken } = world.rules.past;
  if (before.said !== after.said) broken(`changes ${before.said} to ${after.said} for the same claim`);
  if (before.isAsking && !after.isAsking) broken('ends a request for the same claim');
}

const SAYS_OPTED_OUT = { status: OPTED_OUT } as unknown as Identity;

/** The reader logs out, by Prebid or by `__uid2`, or has opted out as the page says there; or their data are deleted. */
export function logout(world: World, page: Loaded, how: 'logout' | 'dataDeletion' | 'sdkLogout' | 'setIdentityOptOut' | 'initOptOut') {
  const { browser, rules, fault } = world;
  const holds = page.holds.slice();
  if (how === 'dataDeletion') page.configured = true;
  looks(world, page);
  const tokens = tokensIn(world, page);
  const known = [page.param?.name, page.said, page.last?.advertising_token, recordIn(browser)?.reader];
  [...tokens, ...known].forEach((one) => { if (one) rules.past.everEnded.add(one); });
  const messages = browser.channels.count();
  page.deleting = true;
  if (how === 'sdkLogout') page.sdk?.disconnect();
  else if (how === 'setIdentityOptOut') page.sdk?.setIdentity(SAYS_OPTED_OUT);
  else if (how === 'initOptOut') page.sdk?.init({ identity: SAYS_OPTED_OUT });
  else page.module.onDataDeletionRequest(how === 'dataDeletion' ? configOf(world, page) : undefined);
  page.deleting = false;
  page.unaware = false;
  // whom the page has named is known now, though it was denied
  page.isAnew = false;
  rules.loggedOut(page, tokens);
  page.said = how.endsWith('OptOut') ? OPTED_OUT : undefined;
  // whoever is still named was named before
  if (!page.denied) page.told = namedBy(world, page);
  browser.channels.tellOf(rules.past.count, messages);
  rules.ended(holds, 'logout');
  // the other Prebid of the document knows at its next read
  pagesIn(world, page.tab).forEach((other) => looks(world, other));
  // UID2's SDK finds the opt-out where it looks for identities
  const isLeft = [KEY, ...(page.said ? [] : COPIES)].some((key) => browser.local.has(key) || browser.cookie(key));
  const mayClear = fault !== 'blocked' && !page.blind;
  if (mayClear && isLeft) rules.past.broken('leaves a record after logout');
  if (mayClear && browser.cookie(COOKIE)) rules.past.broken('leaves the publisher\'s cookie after logout');
  if (page.published()?.id || (page.published() && !page.said)) rules.past.broken('publishes after logout');
}

/** The tokens that a logout ends: the one that the page names, the one in use, and the one that it grew from. */
function tokensIn({ browser, operator, rules: { past } }: World, page: Loaded): string[] {
  const id = page.published()?.id;
  const record = recordIn(browser);
  const isInUse = id !== undefined && record?.token === id;
  // whoever was named to `__uid2`, and has left with the record, is not named any more
  const isNamed = page.told !== undefined && (isInConfig(page) || past.removal === 0);
  return [isNamed ? page.told : undefined, ...(isInUse ? [id, record.reader] : [])].filter((one): one is string => one !== undefined && operator.identities.has(one));
}

/** The page removes the record by itself, as UID2's examples do to log out; with the copy for UID2's SDK, if it has that. */
export function remove({ browser, rules }: World, { tab }: Loaded) {
  rules.removes();
  for (const key of [KEY, ...COPIES]) {
    browser.setLocal(key, undefined, tab);
    browser.setCookie(key, '', 0);
  }
}
