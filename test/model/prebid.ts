import { configOf } from './entries.ts';
import { isInConfig, looks } from './looks.ts';
import { recordIn } from './record.ts';
import { isAddress, userOf } from './operator.ts';
import type { Loaded, Way, World } from './loaded.ts';

// What Prebid does in a page.

/** The module hears of the page's reader, perhaps another one than before; or of the same one in new params. */
export function hears<T>(world: World, page: Loaded, why: string, act: () => T, isNew = false): T {
  const { rules, browser } = world;
  if (!page.isWaiting) page.configured = true;
  if (page.denied) page.isAnew ||= isNew && page.param !== undefined && isAddress(page.param.name);
  const known = page.told;
  const holds = page.holds.slice();
  const inUse = page.seen?.user;
  // a token in new params is no login, an address is
  const isOther = page.param !== undefined && page.param.name !== page.replaced;
  if (isOther || (isNew && page.replaced && isAddress(page.replaced))) page.replaced = undefined;
  looks(world, page);
  const wasInUse = recordIn(browser)?.reader === page.told || (page.told && userOf(page.told) === inUse);
  const isSame = page.told !== undefined && page.told === known;
  const isAgain = isNew && isSame && isInConfig(page) && rules.again(page);
  const outcome = act();
  page.unaware = false;
  const isAnother = page.told !== undefined && page.told !== known;
  if (isAnother || isAgain) rules.kept(page);
  // whoever comes from another tab may be in use here already: where storage is denied now nothing tells
  if ((isAnother && !wasInUse && !page.blind) || page.denied) rules.ended(holds, why);
  if (page.denied && world.requests.some((request) => request.page === page)) {
    rules.past.broken('lets a request go on although it is denied');
  }
  return outcome;
}

/** What Prebid does to get the ID, once consent is known. */
export function ask(world: World, page: Loaded, way: Way) {
  if (page.isWaiting) return;
  const isNew = page.configs === undefined;
  const asks = () => page.module[way](configOf(world, page), page.consent);
  // it may go on with what it has retained
  const response = page.isOut ? asks() : hears(world, page, way, asks, isNew);
  if (!response.callback) return;
  if (page.isOut) world.rules.past.broken('makes Prebid wait though its entry was taken out');
  const hold = { calls: 0, waited: 0 };
  page.holds.push(hold);
  response.callback(() => hold.calls++);
}

/** What an auction waits for; whether there is anything. */
function hold(page: Loaded): boolean {
  const waits = page.module.hold();
  if (!waits) return false;
  const held = { calls: 0, waited: 0 };
  page.holds.push(held);
  waits.then(() => held.calls++);
  return true;
}

/** What a page reads with `status()`, which looks. */
function statusOf(world: World, page: Loaded): string {
  looks(world, page);
  const { reason } = page.module.status();
  page.unaware = false;
  return reason;
}

/** An auction begins; `isAsked` if the page reads `status()` just before. */
export async function auction(world: World, page: Loaded, isAsked = false) {
  // it waits for consent, but the page may ask
  if (page.isWaiting) return world.browser.run(page.tab, () => { if (isAsked) world.rules.checkSaid(page, statusOf(world, page), false); });
  await world.browser.run(page.tab, () => {
    const said = isAsked ? statusOf(world, page) : undefined;
    const { asked } = page;
    page.asked = true;
    looks(world, page);
    const isHeld = hold(page);
    // an auction that has what it needs lets a hidden page ask no more than before; one without an entry needs it yet
    page.asked = asked || page.isOut || page.module.parts.session.decision().isAsking;
    page.unaware = false;
    world.rules.bids(page);
    // without an entry Prebid takes no ID from us, whatever the page has said to `__uid2`
    if (said !== undefined && !page.isOut) world.rules.checkSaid(page, said, isHeld);
  });
}
