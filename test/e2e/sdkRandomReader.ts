// Who the reader is, by what all pages of a browser have said: the one who was named last, until a logout.
import type { Closed, Did } from './sdkRandomPage.ts';
import type { Setup } from './sdkRandomSteps.ts';

/** Whom a tab names: by an identity's token, by an address or number (`person`), or by an opt-out. */
type Naming = { token?: string; person?: string; isFresh?: boolean };

/** Whether the reader whom Prebid's config names is over: after a logout, or perhaps as another tab has named the next one. */
type Config = Naming & { isOver?: 'surely' | 'perhaps' };

/**
 * What a tab has said: to Prebid's config, which counts before unless that reader is over, and to `window.__uid2`; and whom it was seen to name last. What is said
 * while consent is not there counts once it is: `unseen` tells how much had happened elsewhere before.
 */
type Said = { config?: Config; reader?: Naming; last?: string; closed?: Closed; unseen?: number };

export type Tracker = ReturnType<typeof trackReader>;

/** Said instead of a token: the reader has opted out, or something that is no identity. Nobody's token is given then. */
const NOBODYS: (string | undefined)[] = ['optout', 'bad'];

const nameOf = ({ token, person }: Naming) => token ?? person;

const aged = <T extends Naming>(naming?: T): T | undefined => naming && { ...naming, isFresh: false };

/** Follows what the tabs do; `personOf` tells whose a token is. */
export function trackReader(tabs: Setup[], personOf: (token: string) => Promise<string | undefined>) {
  const begin = (setup: Setup): Said => ({ closed: setup === 'waits' ? 'waiting' : undefined });
  const said = tabs.map(begin);
  /** Logins and logouts. */
  let count = 0;
  /** Tokens that a logout has ended: they name nobody any more. Also those that another reader had come before, perhaps. */
  const ended = new Set<string | undefined>();
  const doubtful = new Set<string | undefined>();
  let reader: Naming | undefined;
  /** Whether a tab has had that reader's token. */
  let isSeen = false;
  /** Named once more by the same identity, or as the config names nobody any more. That may be a login, or none. */
  let again: Naming | undefined;

  const countsIn = ({ config, reader: named }: Said) => (config?.isOver === 'surely' ? named : undefined) ?? config ?? named;

  function endConfigs(isOver: Config['isOver'], but?: number) {
    for (const [at, one] of said.entries()) {
      const { config } = one;
      const isMeant = config && at !== but && !one.unseen && config.isOver !== 'surely';
      // who is nobody's does not log out, but a token that is none may be ended all the same
      if (isMeant && (!NOBODYS.includes(config.token) || ended.has(config.token))) one.config = { ...config, isOver };
    }
  }

  function logOut(tab: number) {
    count++;
    // where it is denied no note can be left
    (said[tab].closed === 'denied' ? doubtful : ended).add(reader?.token);
    doubtful.add(countsIn(said[tab])?.token);
    if (said[tab].config?.token === 'bad') ended.add('bad');
    reader = again = undefined;
    said[tab].unseen = undefined;
    endConfigs('surely');
    for (const [at, one] of said.entries()) {
      // what a page says of an opt-out it says until it says something else
      if (at === tab || (one.reader?.token !== 'optout' && !one.unseen)) Object.assign(one, { reader: undefined, last: one.config && one.last });
    }
  }

  /** A page has removed this record by itself: a logout too, but its tokens may name the reader once more. */
  async function remove(token: string) {
    const person = token === 'optout' ? reader?.person : await personOf(token);
    if (!reader || person !== reader.person) return;
    [reader.token, ...said.flatMap(({ config, reader: named }) => [config?.token, named?.token])].forEach((one) => doubtful.add(one));
    // whoever is perhaps named once more may have come in that reader's place before
    again = again?.person === person ? undefined : again;
    reader = undefined;
    endConfigs('surely');
    count++;
    said.forEach((one) => { if (one.reader?.token !== 'optout' && !one.unseen) one.reader = undefined; });
  }

  /** The tab is seen to name somebody; `isAnew` in a new call. */
  async function see(tab: number, call: string, isAnew: boolean) {
    const one = said[tab];
    if (one.closed) {
      one.unseen ??= 1 + count;
      return;
    }
    const naming = countsIn(said[tab]);
    const isSame = naming !== undefined && nameOf(naming) === said[tab].last;
    // an address again is a login only after another one that this tab can know of: tabs see each other's tokens
    const isKnown = naming?.token === undefined ? isSame && !isSeen : isSame || doubtful.has(naming.token);
    said[tab].last = naming && nameOf(naming);
    const isPerhaps = call !== 'setConfig' && said[tab].config?.isOver === 'perhaps';
    const isLate = one.unseen !== undefined && one.unseen < 1 + count;
    one.unseen = undefined;
    // a logout elsewhere has ended whom the config has named before it
    if (isLate && one.config) one.config = { ...one.config, isOver: one.config.isOver ?? 'perhaps' };
    const isOld = isKnown || isPerhaps || isLate || (naming === said[tab].reader && call === 'setConfig');
    const meant = isPerhaps ? said[tab].reader : naming;
    if (!meant || !isAnew || NOBODYS.includes(meant.token) || (meant.token && ended.has(meant.token))) return;
    const next = { ...meant, person: meant.person ?? await personOf(meant.token!) };
    again = isOld && next.person !== reader?.person ? next : undefined;
    if (!isOld) [reader, isSeen] = [next, false];
    // of the same reader's two tokens either may count now
    else if (isLate || isPerhaps) reader = aged(reader);
    count++;
    endConfigs('perhaps', tab);
  }

  /** What is said to Prebid's config. An ended token names nobody, nor does one again in whose place somebody was named. */
  function configOf({ config, reader: named }: Said, { token, person, isFresh }: Did): Config | undefined {
    if ((token ?? person) === undefined) return undefined;
    const isStill = config?.isOver === 'surely' && named !== undefined && config.token === token;
    const isEnded = token !== undefined && (isStill || ended.has(token));
    return { token, person, isFresh, isOver: isEnded ? 'surely' : doubtful.has(token ?? 'none') ? 'perhaps' : undefined };
  }

  async function name(tab: number, one: Did) {
    const { call, token, person, isFresh } = one;
    if (call === 'setConfig') {
      // Prebid retains an entry that is taken out
      if (one.isEntryOut) return;
      said[tab].config = configOf(said[tab], one);
      return see(tab, call, true);
    }
    if (token === 'optout') logOut(tab);
    said[tab].reader = { token, person, isFresh };
    await see(tab, call, !said[tab].config || said[tab].config.isOver !== undefined);
  }

  /** Consent comes or goes. */
  async function turn(tab: number, denies: boolean | undefined) {
    said[tab].closed = denies ? 'denied' : undefined;
    if (said[tab].unseen) await see(tab, 'consent', true);
  }

  return {
    /** Whose token anybody may have now, if anybody's; one of `owners` may have been named once more. */
    current(owners: (string | undefined)[]) {
      if (again && owners.includes(again.person)) [reader, again] = [again, undefined];
      isSeen ||= reader !== undefined && owners.includes(reader.person);
      return reader?.person;
    },

    async did(tab: number, one: Did): Promise<void> {
      const { call, token, person, isBad, isInit } = one;
      if (call === 'disconnect' || call === 'pbjs.disconnect') logOut(tab);
      else if (call === 'consent') await turn(tab, one.denies);
      else if (call === 'removeItem') await (token && remove(token));
      else if (call === 'setConfig') await name(tab, one);
      else if (!isBad && (token ?? person) && (isInit || call === 'init')) await name(tab, one);
    },

    /** Time goes on, and nobody knows who still has a token, nor who will have one that is named only once consent is there. */
    later() {
      reader = aged(reader);
      said.forEach((one) => Object.assign(one, { config: aged(one.config), reader: aged(one.reader) }));
    },

    /** Whether the tab must have the reader's token: that is new, and the tab says nothing that forbids it. */
    isOwed(tab: number): boolean {
      const { token } = countsIn(said[tab]) ?? {};
      if (said[tab].closed) return false;
      return reader?.isFresh === true && !again && !NOBODYS.includes(token) && !ended.has(token ?? 'none') && !doubtful.has(token ?? 'none');
    },

    /** The page has gone, and with it what it had said. */
    reloaded(tab: number) { said[tab] = begin(tabs[tab]); },

    /** Whom the page itself has named to `window.__uid2`, which it may be told before consent is known. */
    given: (tab: number) => said[tab].reader?.token,

    /** Whether the page itself says that the reader has opted out. */
    saysOptout: (tab: number) => countsIn(said[tab])?.token === 'optout',

    toString: () => JSON.stringify({ reader, said }),
  };
}
