// Who the reader is, by what all pages of a browser have said: the one who was named last, until a logout.
import type { Did } from './sdkRandomPage.ts';

/** Whom a tab names: by an identity's token, by an address or number (`person`), or by an opt-out. */
type Naming = { token?: string; person?: string; isFresh?: boolean };

/** Whether the reader whom Prebid's config names is over: after a logout, or perhaps as another tab has named the next one. */
type Config = Naming & { isOver?: 'surely' | 'perhaps' };

/** What a tab has said: to Prebid's config, which counts before unless that reader is over, and to `window.__uid2`; and whom it was seen to name last. */
type Said = { config?: Config; reader?: Naming; last?: string };

export type Tracker = ReturnType<typeof trackReader>;

/** Said instead of a token: the reader has opted out, or something that is no identity. Nobody's token is given then. */
const NOBODYS: (string | undefined)[] = ['optout', 'bad'];

const nameOf = ({ token, person }: Naming) => token ?? person;

/** Follows what the tabs do; `personOf` tells whose a token is. */
export function trackReader(tabs: number, personOf: (token: string) => Promise<string | undefined>) {
  const said: Said[] = Array.from({ length: tabs }, () => ({}));
  /** Tokens that a logout has ended: they name nobody any more. Also those that another reader had come before, perhaps. */
  const ended = new Set<string | undefined>();
  const doubtful = new Set<string | undefined>();
  let reader: Naming | undefined;
  /** Named once more by the same identity, or as the config names nobody any more. That may be a login, or none. */
  let again: Naming | undefined;

  const countsIn = ({ config, reader: named }: Said) => (config?.isOver === 'surely' ? named : undefined) ?? config ?? named;

  function endConfigs(isOver: Config['isOver'], but?: number) {
    said.forEach((one, at) => { if (one.config && at !== but && one.config.isOver !== 'surely') one.config = { ...one.config, isOver }; });
  }

  function logOut(tab: number) {
    ended.add(reader?.token);
    doubtful.add(countsIn(said[tab])?.token);
    reader = again = undefined;
    endConfigs('surely');
    for (const [at, one] of said.entries()) {
      // what a page says of an opt-out it says until it says something else
      if (at === tab || one.reader?.token !== 'optout') Object.assign(one, { reader: undefined, last: one.config && one.last });
    }
  }

  /** The tab is seen to name somebody; `isAnew` in a new call. */
  async function see(tab: number, call: string, isAnew: boolean) {
    const naming = countsIn(said[tab]);
    const isKnown = naming?.token !== undefined && (naming.token === said[tab].last || doubtful.has(naming.token));
    said[tab].last = naming && nameOf(naming);
    const isPerhaps = call !== 'setConfig' && said[tab].config?.isOver === 'perhaps';
    const isOld = isKnown || isPerhaps || (naming === said[tab].reader && call === 'setConfig');
    const meant = isPerhaps ? said[tab].reader : naming;
    if (!meant || !isAnew || NOBODYS.includes(meant.token) || (meant.token && ended.has(meant.token))) return;
    const next = { ...meant, person: meant.person ?? await personOf(meant.token!) };
    again = isOld && next.person !== reader?.person ? next : undefined;
    if (!isOld) reader = next;
    endConfigs('perhaps', tab);
  }

  /** What is said to Prebid's config. An ended token names nobody, nor does one again in whose place somebody was named. */
  function configOf({ config, reader: named }: Said, { token, person, isFresh }: Did): Config | undefined {
    if ((token ?? person) === undefined) return undefined;
    const isStill = config?.isOver === 'surely' && named !== undefined && config.token === token;
    return { token, person, isFresh, isOver: token && (isStill || ended.has(token)) ? 'surely' : undefined };
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

  return {
    /** Whose token anybody may have now, if anybody's; one of `owners` may have been named once more. */
    current(owners: (string | undefined)[]) {
      if (again && owners.includes(again.person)) [reader, again] = [again, undefined];
      return reader?.person;
    },

    async did(tab: number, one: Did): Promise<void> {
      const { call, token, person, isBad, isInit } = one;
      if (call === 'disconnect' || call === 'pbjs.disconnect') logOut(tab);
      else if (call === 'setConfig') await name(tab, one);
      else if (!isBad && (token ?? person) && (isInit || call === 'init')) await name(tab, one);
    },

    /** Time goes on, and nobody knows who still has a token. */
    later() { reader = reader && { ...reader, isFresh: false }; },

    /** Whether the tab must have the reader's token: that is new, and the tab says nothing that forbids it. */
    isOwed(tab: number): boolean {
      const { token } = countsIn(said[tab]) ?? {};
      return reader?.isFresh === true && !again && !NOBODYS.includes(token) && !ended.has(token ?? 'none') && !doubtful.has(token ?? 'none');
    },

    /** The page has gone, and with it what it had said. */
    reloaded(tab: number) { said[tab] = {}; },

    /** Whether the page itself says that the reader has opted out. */
    saysOptout: (tab: number) => countsIn(said[tab])?.token === 'optout',

    toString: () => JSON.stringify({ reader, said }),
  };
}
