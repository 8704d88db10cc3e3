import type { Given } from '../uid2Session/given.js';
import type { Parts } from '../uid2Session/parts.js';
import type { State } from '../uid2Session/identity.js';
import type { Options } from './options.js';
import type { Uid2Callback, Uid2InitCallback } from './sdkTypes.js';

/** What the page was told last: the state, and the token then, expired or not. */
export type Told = { state: State; token?: string };

/** Takes what the page says; for another Prebid of the page. */
export type OtherPrebid = (given: Pick<Given, 'sdkSettings' | 'sdkReader'>) => void;

/** What is remembered of a page; one value, replaced as a whole. */
export type Life = {
  options: Options;
  /** SdkLoaded has been told. */
  isLoaded?: boolean;
  /** InitCompleted has been told. */
  isComplete?: boolean;
  /** `init` was called. */
  isInit: boolean;
  /** `open` has run: consent was known then. */
  isOpen: boolean;
  /** What UID2's SDK has kept needs no look any more: it had one, or the page has named its reader. */
  isAdopted?: boolean;
  /**
   * What `changed` compares with. Nothing before `init`, while that waits for consent, and while `init`, `setIdentity`
   * or `disconnect` works.
   */
  told?: Told;
  /** The opt-out that the page has given last: when it ends, Unix ms, and the note then, if that could be read. */
  optout?: { end: number; note?: string };
  /** In the operator's words, why it has refused. */
  refusal?: string;
  /** The provider of Google Secure Signals that knows of us. */
  provider?: object;
};

/** The parts of `window.__uid2`. */
export type Facade = {
  parts: Parts;
  /** How many have been told since the outermost began: 0 while no callback of the page is running. */
  events: number;
  callbacks: Uid2Callback[];
  initCallbacks: Uid2InitCallback[];
  /** Other Prebids of the page. */
  others: OtherPrebid[];
  /** Whoever waits for consent. */
  onOpen: (() => void)[];
  /** Tells of each `init` that waits for consent. */
  onComplete: (() => void)[];
  /** Whoever waits until something may have changed. */
  onChange: (() => void)[];
  /** What rejects each promise of a token, or of the reader that `setIdentityFrom…` has named. */
  tokenWaits: Set<() => void>;
  namingWaits: Set<() => void>;
  afterScripts: AfterScripts;
  life: Life;
};

/** Does it after all scripts of the page. */
export type AfterScripts = (task: () => void) => void;

/** What is remembered at first. */
export const newLife = (): Life => ({
  options: {},
  isInit: false,
  isOpen: false,
});

/** The only place where `life` is replaced. */
export function remember(facade: Facade, change: Partial<Life>): void {
  facade.life = { ...facade.life, ...change };
}

/** Whether `open` has run, and consent is known still: a page may name its consent platform late. */
export const isOpen = ({ parts, life }: Facade) => life.isOpen && parts.isConsentKnown();

/** A page may have named its consent platform since: then the answer opens once more. */
export function closeUnlessKnown(facade: Facade): void {
  if (!facade.parts.isConsentKnown()) remember(facade, { isOpen: false });
}

/** Whether something may be kept: we have begun, consent is known, and no rule forbids it. */
export const mayKeep = (facade: Facade) => isOpen(facade) && facade.parts.page.denial() === undefined;

/** Why there is no token. */
export const reasonOf = (facade: Facade): string => {
  const { session, page } = facade.parts;
  return isOpen(facade) ? session.decision().reason : page.denial() ?? 'waiting for consent';
};
