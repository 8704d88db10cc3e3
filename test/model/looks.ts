import { COOKIE, type Loaded, type Named, type World } from './loaded.ts';
import type { Tab } from './browser.ts';
import { isAddress, nameOf, paramsOf, WAYS, type Age, type How, type User } from './operator.ts';
import type { Identity } from '../../libraries/uid2Session/identity.js';

// What pages are told of their reader, and when they look.

/** The Prebids in a document. */
export const pagesIn = ({ pages }: World, tab: Tab) => [...pages].filter((page) => page.tab === tab);

/** A page's document, and those of its frames. */
export const documentsIn = ({ browser }: World, tab: Tab) => [tab, ...browser.tabs.filter(({ parent }) => parent === tab)];

/** Prepares what the publisher's server gives the page: an address or a token in the params, or the cookie. */
export function supply({ operator, browser, rules, settings, account }: World, user: User, how: How): Named | undefined {
  const by = WAYS.find((one) => one === how);
  const name = by && nameOf(user, by);
  if (name) return { name, params: paramsOf(name, account) };
  const identity = operator.generate(user, how as Age);
  if (settings.supply === 'params') return { name: identity.advertising_token, params: { uid2Token: identity } };
  rules.past.says(user);
  browser.setCookie(COOKIE, JSON.stringify(identity), browser.now() + 30 * 864e5);
}

function inCookie({ settings, fault, browser }: World, page: Loaded): Identity | undefined {
  if (settings.supply !== 'cookie' || page.blind) return undefined;
  // what cannot be read is not gone
  if (fault === 'blocked') return page.last;
  const text = browser.cookie(COOKIE);
  page.last = text && JSON.parse(text);
  return page.last;
}

/** Whether somebody who was named to `__uid2` has taken the place of the reader in Prebid's config. */
const isReplaced = ({ param, replaced }: Loaded) => replaced !== undefined && replaced === param?.name;

/** Whom the page names now: by Prebid's config, by what `__uid2` was told last, or by the cookie. */
export function namedBy(world: World, page: Loaded): string | undefined {
  const { said, param } = page;
  if (isReplaced(page)) return said;
  return param?.name ?? said ?? inCookie(world, page)?.advertising_token;
}

/** Whether it is Prebid's config that names them. */
export const isInConfig = (page: Loaded) => !isReplaced(page) && (page.param !== undefined || page.said === undefined);

/** The page names somebody, perhaps while nothing may be looked at. The same token again is no other naming. */
export function says({ rules: { past } }: World, page: Loaded, name: string | undefined) {
  const isSame = name !== undefined && !isAddress(name) && name === page.unseen?.name;
  if (!page.denied || !name || isSame) return;
  page.unseen = { name, at: past.count };
}

/** The page's module looks at everything that it can know of. */
export function looks(world: World, page: Loaded) {
  const { rules } = world;
  if (!page.configured || page.denied) return;
  rules.looks(page, namedBy(world, page));
  if (page.isAnew && rules.again(page)) rules.kept(page);
  page.isAnew = false;
}

/** A page may ask while it is shown, once an auction has asked, and for one that has waited since before it was hidden. */
export const mayAsk = ({ tab, asked, holds }: Loaded) => !tab.hidden || asked || holds.some(({ calls }) => !calls);
