import { noteAfter, pauseOf, type Note } from './backoff.js';
import type { Lock } from './lock.js';
import { recordFor, recordLeft, type Source } from './sources.js';
import type { Person, Published, Request, Status, Supplied, Supply } from './sessionTypes.js';
import type { Store } from './store.js';
import { isDue, isValid, ownerOf, received, stateOf, type Identity, type State, type Stored } from './tokens.js';
import type { Wakeup } from './wakeup.js';

/** Never wake again sooner than this, ms, however short-lived the tokens are. */
const BREATH_MS = 1000;

/**
 * Who the user is now, what bidders are given for them, and its renewal, at least every `every()` ms.
 * `denial` says why consent rules keep us from reading, storing, asking and sending, if they do; `changed` hears after anything may have.
 */
export function createSession(
  [read, write, clear, remove, readNote, writeNote, sdk]: Store, supply: Supply, request: Request, every: () => number, denial: () => string | undefined,
  warn: (message: string) => void, lock: Lock, wakeup: Wakeup, now: () => number, random: () => number, changed: (failure?: string) => void = () => {},
) {
  /** Names the token or person that was supplied when we last looked; and when that token expires, as one may be supplied anew. */
  let told: string | undefined;
  let ends: number | undefined;
  let person: Person | undefined;
  let flaw: string | undefined;
  /** Tokens and persons that never come back, as a logout or a later login has ended them. */
  let past: unknown[] = [];
  /** The last login that a logout has ended. */
  let over = 0;
  let note: Note = [0];
  /** What storage has of the note that we have put there; nothing where it takes none. */
  let isKept: unknown;
  let source: Source = 'none';
  let record: Stored | undefined;
  let flight: AbortController | undefined;
  let outcome: Promise<unknown> | undefined;
  let settle: (() => void) | undefined;
  /** Whether a request of this very page has failed. */
  let failed = false;
  /** Whether an auction has asked, which a hidden page waits for; and whether this page may ask. */
  let wanted = false;
  let awake = false;

  const current = () => (denial() ? undefined : record);
  const stateIn = (stored = current()) => stateOf(stored, now());
  const identity = () => (current()?.latestToken || {}) as Identity;

  /** What bidders are given at this moment. */
  function published(stored = current()): Published | undefined {
    const state = stateIn(stored);
    return state === 'optedOut' ? { optout: true } : isValid(state) ? { id: (stored!.latestToken as Identity).advertising_token } : undefined;
  }

  const isTheirs = (stored?: Stored) =>
    person && stored?.originalIdentity && person[1](stored.originalIdentity.salt) === stored.originalIdentity.identity;
  const whose = FEATURES.UID2_CSTG ? (stored?: Stored) => (isTheirs(stored) ? person![0] : ownerOf(stored)) : ownerOf;

  /** What failures of the next request are noted under. */
  const key = () => identity().identity_expires ?? person?.[2];

  /** How the last request failed, and how long it must not be made again, ms. */
  function failure(): [error?: string, pause?: number] {
    const [, failing, at, , error] = note;
    return failing === key() ? [error, pauseOf(at!, now())] : [];
  }

  /** How long until the operator is to be asked, ms. */
  function wait(): number {
    const { refresh_token: able, refresh_from: from } = identity();
    const state = stateIn();
    return able && state === 'fresh' ? from - now()
      : (able && isDue(state)) || (FEATURES.UID2_CSTG && isToGenerate(state)) ? failure()[1] ?? 0 : Infinity;
  }

  const isToGenerate = (state: State) => (state === 'none' || state === 'dead') && isTheirs(current());

  /** Whether a refresh is due, on its way or not. */
  const waiting = () => awake && !wait();

  function abandon() {
    flight?.abort();
    flight = undefined;
    settle?.();
  }

  /** Ends what runs, as when consent is withdrawn; storage is left untouched. */
  function rest() {
    abandon();
    wakeAfter();
  }

  /** The record of somebody of whom the operator is yet to tell. */
  function unknown([, hash]: Person, login: number): Stored {
    const salt = now();
    return { originalIdentity: { identity: hash(salt), salt }, login };
  }

  /** Forgets the user for good. */
  function end() {
    past.push(told, ownerOf(record), identity().advertising_token);
    record = undefined;
    rest();
  }

  /** Looks at what is supplied and stored again, and tells. */
  function look() {
    const given = !denial() && supply();
    if (given) see(given);
    else rest();
    changed();
  }

  /** A number for the next login or logout, higher than of any before that we know of. */
  const later = (stored?: Stored) => Math.max(now(), note[0] + 1, (record?.login ?? 0) + 1, (stored?.login ?? 0) + 1);

  /** Takes what storage has of the note; says whether it tells of a logout that is news. */
  function hear(): boolean {
    const left = note[0];
    const found = readNote() as Note;
    if (Array.isArray(found) && found[0] < 1e15) note = found;
    // somebody has cleared it
    else if (isKept && found === null) note = [left];
    return note[0] > left;
  }

  /** Whether a stored record is older than a logout, or than what this page knows; `owner` is whose it was when we came to look, `user` whom this page had. */
  const isLate = (stored: Stored, owner: unknown, user: unknown) => (stored.login ? stored.login <= over : past.includes(owner)) ||
    (stored.login! < (record?.login as number) && (owner !== user || (record!.updated && stored.latestToken !== 'optout')));

  /** Takes what is supplied; `login` is the number that it gets if it is new. */
  function meet([, supplied, bad, someone]: Supplied, login: number) {
    const name = someone?.[0] ?? supplied?.advertising_token;
    const until = supplied?.identity_expires;
    if (name !== told || someone !== person || until !== ends) {
      // who has left does not come back, nor brings back who came between
      if (name && past.includes(name)) over = login;
      abandon();
      record = undefined;
      if (FEATURES.UID2_CSTG && someone) {
        // set once more it is a login, even of whom we have seen before; and a failure that this page has waited for is over
        past = past.filter((one) => one !== name);
        if (failed && name !== told) keepNote([note[0]]);
        failed = false;
      }
    }
    if (bad && bad !== flaw) warn(`UID2: ${bad}`);
    told = name;
    ends = until;
    person = someone;
    flaw = bad;
  }

  /** Whether somebody is supplied who has not left. */
  const isHere = () => told && !past.includes(told);

  /** Whose record it is now, and where that came from. */
  function choose([from, supplied, , , stranger]: Supplied, usable: Stored | undefined, plain: string | undefined, login: number): [Source, Stored?] {
    if (isHere()) {
      return [from, FEATURES.UID2_CSTG && person ? (isTheirs(usable) ? usable : unknown(person, isTheirs(record) ? record!.login! : login)) : recordFor(supplied!, usable, now() + every(), login)];
    }
    return stranger && stranger !== ownerOf(usable) ? ['none'] : recordLeft(usable, plain, () => {
      const lent = sdk();
      return lent !== 'optout' && past.includes(lent?.advertising_token) ? undefined : lent;
    });
  }

  function see(given: Supplied) {
    const [stored, plain] = read();
    const user = whose(record);
    const owner = whose(stored);
    const isNews = hear();
    const login = later(stored);
    // another tab has logged out, or logged in somebody else
    if ((isNews && !((over = note[0]) < (record?.login as number))) || (user && owner && owner !== user && !isLate(stored!, owner, user))) end();
    meet(given, login);
    // stored before the news of a logout came
    if ((stored?.login as number) <= note[0]) clear();
    // of what the publisher supplies a successor is not lost with what is stored
    const usable = stored && !isLate(stored, owner, user) ? stored : user && (stored || isHere()) && stateIn() !== 'none' ? record : undefined;
    [source, record] = choose(given, usable, plain, login);
    // kept from the start, so that the next page finds it, or at least not somebody else; alone, an expired one is not worth keeping
    if (ownerOf(record) && record !== (stored ?? usable) && (stored || published())) {
      if (owner !== whose(record)) remove();
      write(record!);
    }
    if (whose(record) !== user || wait()) abandon();
    awake = !wakeAfter(flight ? Infinity : Math.max(wait() * (1 + random() / 200), BREATH_MS)) || wanted;
  }

  const wakeAfter = wakeup((event) => {
    // a storage event or the end of loading is none of its auctions' business
    if (event?.type === 'visibilitychange') wanted = false;
    look();
    renew();
    // a request that ends with its page has not failed
  }, abandon);

  function keepNote(next: Note) {
    writeNote(note = next);
    isKept = readNote();
  }

  async function ask(mine: AbortController) {
    // another tab may have been faster
    look();
    if (flight !== mine) return;
    const [asking, began] = [key(), now()];
    const [error, answer] = await request(FEATURES.UID2_CSTG && isToGenerate(stateIn()) ? undefined : identity(), mine);
    // or the user is another by now, as other tabs are to hear before they take their turn
    look();
    if (flight !== mine) return;
    flight = undefined;
    const [left, failing, , failures, before] = note;
    const next = { ...record, latestToken: answer === 'optout' ? answer : answer && received(answer, every(), began), updated: now(), login: (record!.login ?? later()) + 1e-3 } as Stored;
    if (published(next)) {
      // of an opt-out: what tells the user again, and nothing that can be used
      if (answer === 'optout' && next.originalToken) next.originalToken = { advertising_token: ownerOf(record)! };
      write(record = next);
      if (failing) keepNote([left]);
    } else {
      failed = true;
      if (FEATURES.UID2_CSTG && /^in|^do/.test(error) && error !== before) warn(`UID2: ${error}`);
      keepNote(noteAfter(left, asking!, error, failing === asking && failures! > 0 ? failures! : 0, now(), random()));
      changed(error);
    }
    look();
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
      outcome = new Promise<unknown>((resolve: (value?: unknown) => void) => {
        settle = resolve;
        lock(() => ask(mine)).then(resolve, resolve);
      });
    }
    await outcome;
  }

  /** Logs the user out, whatever is in the config or still on its way. */
  function disconnect(cookie?: string) {
    past.push(supply()?.[1]?.advertising_token);
    note = [over = later()];
    end();
    // other tabs hear of it before they see anything go; a full storage may have room only then
    const tell = () => denial() || keepNote(note);
    tell();
    clear(cookie);
    tell();
    changed();
  }

  function status(): Status {
    const state = stateIn();
    const { identity_expires: identityExpires, refresh_from: refreshFrom } = identity();
    const denied = denial();
    const [lastError] = failure();
    const pause = wait();
    return {
      state,
      reason: isValid(state) ? 'ok'
        : denied ?? (!supply() ? 'notConfigured'
          : told && !record ? 'loggedOut'
            : (person ? undefined : flaw) ?? (flight ? 'refreshing' : lastError ?? state)),
      source: state === 'none' ? 'none' : source,
      lastError,
      identityExpires,
      refreshFrom,
      nextRefresh: pause < Infinity ? now() + pause : undefined,
    };
  }

  // a tuple, as names of properties cannot be minified
  return [look, renew, published, waiting, due, rest, disconnect, status, identity] as const;
}
