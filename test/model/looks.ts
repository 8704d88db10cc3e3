import { COOKIE, type Loaded, type World } from './loaded.ts';
import type { Tab } from './browser.ts';
import type { Age, User } from './operator.ts';
import type { Identity } from '../../libraries/uid2Session/identity.js';

// What pages are told of their reader, and when they look.

/** The Prebids in a tab. */
export const pagesIn = ({ pages }: World, tab: Tab) => [...pages].filter((page) => page.tab === tab);

/** Prepares what the publisher's server gives the page: a token in the params, or the cookie. */
export function supply({ operator, browser, rules, settings }: World, user: User, age: Age): Identity | undefined {
  const identity = operator.generate(user, age);
  if (settings.supply === 'params') return identity;
  rules.says(user);
  browser.setCookie(COOKIE, JSON.stringify(identity), browser.now() + 30 * 864e5);
}

function supplied({ settings, fault, browser }: World, page: Loaded): Identity | undefined {
  if (settings.supply === 'params') return page.param;
  // what cannot be read is not gone
  if (fault === 'blocked') return page.last;
  const text = browser.cookie(COOKIE);
  page.last = text && JSON.parse(text);
  return page.last;
}

/** The page's module looks at everything that it can know of. */
export function looks(world: World, page: Loaded) {
  if (page.configured && !page.denied) world.rules.looks(page, supplied(world, page));
}
