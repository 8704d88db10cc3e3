import { attempt } from './parse.js';
import { assemble, type Outside, type Parts } from './parts.js';
import { consentDenial, type Consent } from './consent.js';
import { SDK_READER_LEFT } from './given.js';
import { cookieOf, entryFor, entryIn, isOurs, type Config } from './params.js';
import { createOffers } from './offers.js';
import { isListed, statusOf, type Status } from './status.js';
import type { Published } from './types.js';

/** What Prebid may keep for us: nothing that could outlive a logout, yet decodable by Prebid's own module. */
type KeptId = { latestToken: Record<string, never> };
const ID: KeptId = { latestToken: {} };

/** The answer to getId. */
type IdResponse = { id?: KeptId; callback?(done: (id: KeptId) => void): void };

/** The only door between Prebid and the session. */
export function createDoor(outside: Outside) {
  const parts = assemble(outside);
  const { page, session } = parts;
  const offers = createOffers((bidder) => maySend(parts, bidder));
  return {
    extendId: (config: Config, consent?: Consent) => lookForPrebid(parts, config, consent),
    getId(config: Config, consent?: Consent) {
      const response = lookForPrebid(parts, config, consent);
      // what that has just looked at is asked for at once
      if (response.id) session.ask();
      return response;
    },
    /** Read by Prebid whenever it needs the ID, so always of this moment. */
    decode: () => ({
      get uid2(): Published | undefined { return session.decision().publish; },
    }),
    /** Prebid's config has changed: `entries` are its `userSync.userIds`. */
    configure: (entries: unknown, retainConfig?: boolean) => configure(parts, entries, retainConfig),
    /** As `PageSide.mayStart`. */
    mayStart: page.mayStart,
    /** What the auction about to start waits for, if anything. */
    hold(): Promise<void> | undefined {
      // an auction starts when consent is known, which older Prebids tell in no other way
      attempt(() => parts.sdkListener.consentKnown());
      return attempt(session.hold);
    },
    /** Prebid passes the entry. A page's call has no argument. */
    onDataDeletionRequest: (config?: Config) => disconnect(parts, config),
    status: (): Status => {
      // no event tells that the page itself has removed the record
      if (page.mayStart()) attempt(session.takeIn);
      else page.denial('recheck');
      return statusOf(parts, offers);
    },
    auctionBegins: offers.auctionBegins,
    requestsMade: offers.requestsMade,
    /** For `window.__uid2`. */
    parts,
  };
}

export type Door = ReturnType<typeof createDoor>;

/**
 * Looks, and answers Prebid: an ID to keep, and what to wait for, if anything. It asks nobody by itself: `getId` does,
 * and the callback.
 */
function lookForPrebid({ page, session, warn, sdkListener }: Parts, config: Config, consent?: Consent): IdResponse {
  // Prebid asks only when consent is known: tell `__uid2`
  sdkListener.consentKnown();
  // Prebid may go on asking for what it has retained
  if (page.given().removed) return {};
  const entry = entryFor(config, page.given().entries);
  page.say({ entry, bidders: config.bidders });
  if (isAmbiguous(entry)) warn('UID2: params.storage and storage.type differ: params.storage counts');
  const denial = (consent && consentDenial(consent)) ?? page.denial('recheck');
  const { hold } = session.lookFirst();
  if (denial !== undefined) {
    warn(`UID2 is off: ${denial}`);
    return {};
  }
  return { id: ID, callback: hold ? (done) => { Promise.resolve(session.wait()).then(() => done(ID)); } : undefined };
}

/** Whether the entry and Prebid's activity controls let this bidder have the token. */
const maySend = (parts: Parts, bidder: string) => isListed(parts, bidder) && parts.isSendable(bidder);

/** Two settings name two places. */
const isAmbiguous = ({ params, storage }: Config) =>
  params?.storage && storage?.type && (params.storage === 'cookie') !== /cookie/.test(storage.type);

const oursIn = (entries: unknown): Config[] =>
  (Array.isArray(entries) ? entries.filter((one) => one && isOurs(one)) : []);

function configure({ page, session }: Parts, entries: unknown, retainConfig = true): void {
  const ours = oursIn(entries);
  const counts = entryIn(ours);
  const { entry: before, removed } = page.given();
  page.say({ entries: ours });
  // whom it names before Prebid has asked, if anybody, may leave in another tab meanwhile
  if (!before) attempt(counts ? session.notice : page.notice);
  // before Prebid has asked, consent may not be known
  if (!before && !removed) return;
  // as Prebid does: an entry that is taken out stays, unless the config says otherwise
  const entry = counts ?? (retainConfig ? before : undefined);
  page.say({ entry, removed: entry ? undefined : before ?? removed });
  attempt(session.renew);
}

/** Logs the reader out, also of a page that Prebid has not asked for yet. */
export function disconnect({ page, session }: Parts, config?: Config): void {
  const { entry, entries, removed } = page.given();
  const known = config?.params ? entryFor(config, entries) : entry ?? entryIn(entries) ?? removed;
  page.say({ entry: known });
  session.disconnect(cookieOf(page.params()));
  // if Prebid had not asked yet, it still has not
  if (!entry) page.say({ entry });
  const { sdkReader, isSdkOpen } = page.given();
  if (!sdkReader && !isSdkOpen) return;
  page.say({ sdkReader: SDK_READER_LEFT });
  // an opt-out that the page has given does not count any more
  attempt(session.look);
}
