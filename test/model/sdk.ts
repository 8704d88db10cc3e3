import { startSdk } from '../../libraries/uid2SdkFacade/sdk.js';
import { deny } from './denials.ts';
import { logout } from './logins.ts';
import { looks, namedBy, says as unseen } from './looks.ts';
import { nameOf, paramsOf, userOf, valueOf, type Age, type By, type User } from './operator.ts';
import { hears } from './prebid.ts';
import type { Loaded, World } from './loaded.ts';
import type { Identity } from '../../libraries/uid2Session/identity.js';
import type { Uid2Sdk } from '../../libraries/uid2SdkFacade/sdkTypes.js';

// What a page says to `window.__uid2`.

/** Puts `window.__uid2` on the page; what is given back is called once the page's scripts have run. */
export function begin(page: Loaded): () => void {
  const start = startSdk(page.module.parts);
  page.sdk = page.tab.window.__uid2 as Uid2Sdk;
  const known = new Promise<void>((resolve) => { page.opens = resolve; });
  return () => {
    if (!page.isWaiting) page.opens!();
    start(known);
  };
}

/**
 * Whoever is named by a call counts once the reader in Prebid's config is over, as this page knows. Where it depends on
 * what it has heard of other tabs, nothing is said.
 */
function isClear(world: World, page: Loaded): boolean {
  const { param, denied } = page;
  looks(world, page);
  if (!param || param.name === page.replaced) return true;
  if (denied || page.told !== param.name) return false;
  const { past } = world.rules;
  if (past.isOut(page)) page.replaced = page.told;
  return page.replaced === page.told || past.isIn(page);
}

/** The page names somebody, or nobody, by this call; whose token is sent afterwards is theirs. */
function says(world: World, page: Loaded, said: string | undefined, call: (sdk: Uid2Sdk) => unknown) {
  const { sdk } = page;
  if (!sdk || (said && !isClear(world, page))) return;
  const { told } = page;
  if (said) page.said = said;
  unseen(world, page, said);
  // whoever is named again by a call has logged in again, unless Prebid's config names somebody
  if (said && said === told && namedBy(world, page) === said) world.rules.past.says(userOf(said));
  hears(world, page, '__uid2', () => call(sdk));
  world.rules.naming(page, told);
}

export const init = (world: World, page: Loaded, user: User | 'nobody', age: Age) => {
  const identity = user === 'nobody' ? undefined : world.operator.generate(user, age);
  if (page.sdk) deny(world, page, true);
  says(world, page, identity?.advertising_token, (sdk) => sdk.init({ identity }));
};

/** A bad identity names nobody: whoever was named stays. It is only told to be bad, without a look at storage. */
export function setIdentity(world: World, page: Loaded, user: User | 'bad', age: Age) {
  if (!page.sdk?.isInitComplete()) return;
  if (user === 'bad') return page.sdk.setIdentity({ advertising_token: 'bad' } as Identity);
  const identity = world.operator.generate(user, age);
  says(world, page, identity.advertising_token, (sdk) => sdk.setIdentity(identity));
}

/** The page says by this call that the reader has opted out: a logout, and it says so until it names somebody else. */
export function optOut(world: World, page: Loaded, by: 'setIdentityOptOut' | 'initOptOut') {
  const { sdk, param } = page;
  if (!sdk || (by === 'setIdentityOptOut' && !sdk.isInitComplete())) return;
  if (by === 'initOptOut') deny(world, page, true);
  if (!isClear(world, page)) return;
  world.rules.past.everOptedOut = true;
  logout(world, page, by);
  // whoever is in Prebid's config is over now
  page.replaced = param?.name;
  if (!page.denied) page.told = namedBy(world, page);
  if (page.configured && !page.denied && !page.published()?.optout) world.rules.past.broken('publishes no opt-out that the page has made');
}

export function setFrom(world: World, page: Loaded, user: User, by: By) {
  if (!page.sdk?.isInitComplete()) return;
  const value = valueOf(nameOf(user, by));
  const { serverPublicKey, subscriptionId } = paramsOf(nameOf(user, by), world.account);
  const account = { serverPublicKey, subscriptionId };
  // the page waits for it, like an auction
  page.asked = true;
  says(world, page, nameOf(user, by), (sdk) => {
    const named = by === 'email' ? sdk.setIdentityFromEmail(value, account) : sdk.setIdentityFromPhone(value, account);
    named.catch(() => {});
  });
}
