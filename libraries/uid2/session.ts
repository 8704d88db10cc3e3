import { noteAfter, pauseOf, type Note } from './backoff.js';
import type { Lock } from './lock.js';
import type { Outcome } from './operator.js';
import { recordFor, recordLeft, type Source } from './sources.js';
import type { Store } from './store.js';
import { isDue, isValid, ownerOf, received, stateOf, type Identity, type State, type Stored } from './tokens.js';
import type { Wakeup } from './wakeup.js';

/** Never wake again sooner than this, ms, however short-lived the tokens are. */
const BREATH_MS = 1000;

/** What bidders are given. */
export type Published = { id: string } | { optout: true };

/** Why there is, or is no, UID2 in the bids: words and times (Unix ms), never a secret. */
export type Status = {
  state: State;
  /** One word; modules/uid2IdSystem.md lists them, each with its cure. */
  reason: string;
  source: Source;
  identityExpires?: number;
  refreshFrom?: number;
  /** When the operator is asked next, if the page is visible then or runs an auction. */
  nextRefresh?: number;
  /** `network`, `http <status>` or `unreadable`: how the last request failed. */
  lastError?: string;
};

/** A user by directly identifying information (DII), anew with every config: its normalized value, a hash of that, and a number for how the operator is asked. */
export type Person = [value: string, hash: (salt: number) => string, account: number];

/**
 * What the publisher supplies, read anew each time as their cookie may change; undefined before they have said anything.
 * `flaw` names the param that makes no sense.
 */
export type Supply = () => Supplied | undefined;
type Supplied = [source: Source, identity?: Identity, flaw?: string, person?: Person];

/** Asks for the identity's successor, or for the supplied person's first; without a `flight` it only gets ready. */
export type Request = (identity?: Identity, flight?: AbortController) => Promise<Outcome>;

/**
 * Who the user is now, what bidders are given for them, and its renewal, at least every `every()` ms.
 * `denial` says why consent rules keep us from reading, storing, asking and sending, if they do; `changed` hears after anything may have.
 */
export function createSession(
  [read, write, remove, lags, noted, writeNote, sdk, clear]: Store, supply: Supply, request: Request, every: () => number, denial: () => string | undefined,
  warn: (message: string) => void, lock: Lock, wakeup: Wakeup, now: () => number, random: () => number, changed = () => {},
) {
  /** Names the token or person that was supplied when we last looked. */
  let told: string | undefined;
  let person: Person | undefined;
  let flaw: string | undefined;
  /** Whose record is in use; and whose never will be, as a logout or a later login has ended them. */
  let user: string | undefined;
  let past: unknown[] = [];
  /** Whom this page has had before: a tab that does not know yet may bring them back. */
  let before: unknown[] = [];
  /** The last logout that we know of. */
  let logout = 0;
  let source: Source = 'none';
  let record: Stored | undefined;
  let flight: AbortController | undefined;
  let outcome: Promise<unknown> | undefined;
  /** Whether an auction has asked, which a hidden page waits for; and whether this page may ask. */
  let wanted = false;
  let awake = false;
  /** Whether a request of this very page has failed. */
  let failed = false;
  let warned: string | undefined;

  const stateIn = (stored = record) => (denial() ? 'none' : stateOf(stored, now()));
  const identity = () => ((!denial() && record?.latestToken) || {}) as Identity;

  /** What bidders are given at this moment. */
  function published(stored = record): Published | undefined {
    const state = stateIn(stored);
    return state === 'optedOut' ? { optout: true } : isValid(state) ? { id: (stored!.latestToken as Identity).advertising_token } : undefined;
  }

  const isTheirs = (stored?: Stored) =>
    FEATURES.UID2_CSTG && person && stored?.originalIdentity && person[1](stored.originalIdentity.salt) === stored.originalIdentity.identity;
  const whose = (stored?: Stored) => (isTheirs(stored) ? person![0] : ownerOf(stored));

  /** What failures of the next request are noted under. */
  const key = () => identity().identity_expires ?? person?.[2];

  /** How the last request failed, and how long it must not be made again, ms. */
  function failure(): [error?: string, pause?: number] {
    const [, failing, at, , error] = noted();
    return failing && failing === key() ? [error, pauseOf(at!, now())] : [];
  }

  /** How long until the operator is to be asked, ms. */
  function wait(): number {
    const { refresh_token: able, refresh_from: from } = identity();
    const state = stateIn();
    return denial() ? Infinity
      : able && state === 'fresh' ? from - now()
        : (able && isDue(state)) || isToGenerate(state) ? failure()[1] ?? 0 : Infinity;
  }

  const isToGenerate = (state: State) => FEATURES.UID2_CSTG && (state === 'none' || state === 'dead') && isTheirs(record);

  /** Whether a refresh is due, on its way or not. */
  const waiting = () => awake && !wait();

  function abandon() {
    const ending = flight;
    flight = undefined;
    ending?.abort();
  }

  /** Ends what runs and forgets the record, as when consent is withdrawn; storage is left untouched. */
  function drop() {
    abandon();
    record = undefined;
    wakeAfter();
  }

  /** The record of somebody of whom the operator is yet to tell. */
  function unknown([, hash]: Person): Stored {
    const salt = Math.floor(random() * 2 ** 32);
    return { originalIdentity: { identity: hash(salt), salt } };
  }

  /** Looks at what is supplied and stored again, and tells. */
  function look() {
    const given = !denial() && supply();
    if (given) see(given);
    else drop();
    changed();
  }

  function see([from, supplied, bad, someone]: Supplied) {
    const name = someone?.[0] ?? (supplied && supplied.advertising_token + supplied.identity_expires);
    const [stored, plain] = read();
    const left = noted()[0] || logout;
    const same = name === told && someone === person;
    const owner = whose(stored);
    const foreign = same && user && owner && owner !== user;
    const back = foreign && before.includes(stored!.login ?? owner);
    // another tab has logged out, or logged in somebody else
    if (user && (left !== logout || (foreign && !back))) {
      past.push(user, ownerOf(record), identity().advertising_token);
      // we may have stored something before the news came
      if (left !== logout && owner === user && (stored!.latestToken as Identity).advertising_token === identity().advertising_token) remove();
      drop();
    }
    if (!same) {
      // who has left does not come back, nor brings back who came between
      if (supplied && past.includes(supplied.advertising_token)) past.push(user);
      before.push(user, record?.login);
      user = undefined;
      drop();
      if (FEATURES.UID2_CSTG && someone) {
        // set once more it is a login, even of whom we have seen before; and a failure that this page has waited for is over
        past = past.filter((one) => one !== name);
        if (failed && name !== told) writeNote([left]);
        failed = false;
      }
    }
    if (bad && bad !== flaw) warn(`UID2: ${bad}`);
    told = name;
    person = someone;
    flaw = bad;
    logout = left;
    const usable = past.includes(owner) ? undefined : back ? record : stored;
    [source, record] = FEATURES.UID2_CSTG && person && !past.includes(person[0]) ? [from, isTheirs(usable) ? usable : unknown(person)]
      : !person && supplied && !past.includes(supplied.advertising_token) ? [from, recordFor(supplied, usable, now() + every())]
        // somebody else, of whom we cannot tell who
          : FEATURES.UID2_CSTG && /^invalid [ep]/.test(bad!) ? ['none'] : recordLeft(usable, plain, () => {
            const lent = sdk();
            return past.includes((lent as Identity)?.advertising_token) ? undefined : lent;
          });
    // once, or two tabs that know different users would go on doing so
    if (back) before = [];
    // kept from the start, so that the next page finds it, or at least not somebody else; alone, an expired one is not worth keeping
    if (record !== stored && record?.originalToken && (stored || published())) write(record = { ...record, login: random() });
    else if (FEATURES.UID2_CSTG && stored && record && !record.latestToken) remove();
    if (whose(record) !== user || wait()) abandon();
    user = whose(record);
    awake = !wakeAfter(flight ? Infinity : Math.max(wait() * (1 + random() / 200), BREATH_MS)) || wanted;
  }

  const wakeAfter = wakeup((event) => {
    // a storage event or the end of loading is none of its auctions' business
    if (event?.type === 'visibilitychange') wanted = false;
    look();
    renew();
    // a request that ends with its page has not failed
  }, abandon);

  /** Whether other tabs may hear of the outcome later than of our end. */
  async function ask(mine: AbortController): Promise<boolean | undefined> {
    // another tab may have been faster
    look();
    if (flight !== mine) return;
    const asked = identity();
    const [asking, began] = [key(), now()];
    const [error, answer] = await request(isToGenerate(stateIn()) ? undefined : asked, mine);
    // or the user is another by now, as other tabs are to hear before they take their turn
    look();
    if (flight !== mine) return lags();
    flight = undefined;
    if (identity().advertising_token === asked.advertising_token) {
      const [left, failing, , failures] = noted();
      const next = { ...record, latestToken: answer === 'optout' ? answer : answer && received(answer, every(), began), updated: now() } as Stored;
      if (published(next)) {
        // of an opt-out: what tells the user again, and nothing that can be used
        if (answer === 'optout' && next.originalToken) next.originalToken = { advertising_token: ownerOf(record)! };
        write(record = next);
        if (failing) writeNote([left]);
      } else {
        failed = true;
        if (FEATURES.UID2_CSTG && /^in|^do/.test(error) && error !== warned) warn(`UID2: ${warned = error}`);
        writeNote(noteAfter(left, asking!, error, failing === asking && failures! > 0 ? failures! : 0, now(), random()));
      }
    }
    look();
    return lags();
  }

  /** Whether, after another look, an auction has something to wait for that is not being waited for. */
  function due() {
    wanted = true;
    look();
    return waiting() && !(failure()[0] && flight && published());
  }

  /** Asks, if it is due and nobody does yet; settles once the outcome is known. */
  async function renew() {
    if (!flight && waiting()) {
      const mine = flight = new AbortController();
      if (isToGenerate(stateIn())) request();
      outcome = new Promise((resolve) => {
        mine.signal.onabort = () => flight === mine || resolve(mine);
        lock(async () => {
          const lagging = await ask(mine);
          // nobody here waits for as long as the lock is kept
          resolve(lagging);
          return lagging;
        }).then(resolve, resolve);
      });
    }
    await outcome;
  }

  /** Logs the user out, whatever is in the config or still on its way. */
  function disconnect(cookie?: string) {
    past.push(user, ownerOf(record), supply()?.[1]?.advertising_token);
    user = undefined;
    drop();
    clear(cookie);
    // before the record goes, so that no tab takes it for lost; and some have nothing stored whose end they could notice
    const note: Note = [random()];
    const tell = () => denial() || writeNote(note);
    tell();
    remove();
    // a full storage may have room only now
    tell();
    changed();
  }

  function status(): Status {
    const state = stateIn();
    const { identity_expires: identityExpires, refresh_from: refreshFrom } = identity();
    const denied = denial();
    const lastError = denied ? undefined : failure()[0];
    const pause = wait();
    return {
      state,
      reason: isValid(state) ? 'ok'
        : denied ?? (!supply() ? 'notConfigured'
          : told && !user ? 'loggedOut'
            : (person ? undefined : flaw) ?? (flight ? 'refreshing' : lastError ?? state)),
      source: state === 'none' ? 'none' : source,
      lastError,
      identityExpires,
      refreshFrom,
      nextRefresh: pause < Infinity ? now() + pause : undefined,
    };
  }

  // a tuple, as names of properties cannot be minified
  return [look, renew, published, waiting, due, drop, disconnect, status, identity] as const;
}
