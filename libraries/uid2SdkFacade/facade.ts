import type { Given } from '../uid2Session/given.js';
import type { Parts } from '../uid2Session/parts.js';
import type { State } from '../uid2Session/identity.js';
import type { Kept } from './kept.js';
import type { Options } from './options.js';
import type { Teller } from './events.js';
import type { Uid2Callback, Uid2InitCallback } from './sdkTypes.js';

/** What the page was told last, and whose identity was kept then, expired or not. */
export type Told = { state: State; token?: string; kept?: string };

/** Takes what the page says; for another Prebid of the page. */
export type Say = (given: Pick<Given, 'sdkSettings' | 'sdkReader'>) => void;

/** What is remembered of a page; one value, replaced as a whole. */
export type Life = {
  options: Options;
  /** SdkLoaded, and InitCompleted, have been told. */
  isLoaded: boolean;
  isComplete: boolean;
  isInit: boolean;
  /** Consent was known: unless that forbids it, storage may be used, and the operator asked. */
  isOpen: boolean;
  /** What UID2's SDK has kept has been looked at. */
  isAdopted: boolean;
  /** Nothing before `init`, and while the page is being told. */
  told?: Told;
  /** Ends what the page waits for: a token, or whom it has named. */
  turn: AbortController;
  naming: AbortController;
  /** In the operator's words, why it has refused. */
  refusal?: string;
  /** The provider of Google Secure Signals that knows of us. */
  provider?: object;
};

/** The parts of `window.__uid2`. */
export type Facade = {
  door: Parts;
  kept: Kept;
  teller: Teller;
  callbacks: Uid2Callback[];
  initCallbacks: Uid2InitCallback[];
  /** Other Prebids of the page. */
  others: Say[];
  /** Whoever waits for `init`, or for consent. */
  onInit: (() => void)[];
  onOpen: (() => void)[];
  /** Tells of each `init` that waits for consent. */
  onComplete: (() => void)[];
  /** Whoever waits until something may have changed. */
  onChange: (() => void)[];
  afterScripts: AfterScripts;
  life: Life;
};

/** Does it after all scripts of the page. */
export type AfterScripts = (task: () => void) => void;

export const NEWBORN: Omit<Life, 'turn' | 'naming'> = {
  options: {}, isLoaded: false, isComplete: false, isInit: false, isOpen: false, isAdopted: false,
};

/** The only place where it is replaced. */
export function remember(facade: Facade, change: Partial<Life>): void {
  facade.life = { ...facade.life, ...change };
}

/** Whether consent is known at this moment: a page may name its consent platform late. */
export const isOpen = ({ door, life }: Facade) => life.isOpen && door.isConsentKnown();

/** A page may have named its consent platform since: then the answer opens once more. */
export function closeUnlessKnown(facade: Facade): void {
  if (!facade.door.isConsentKnown()) remember(facade, { isOpen: false });
}

/** Whether consent rules let nothing be kept or asked. */
export const isClosed = (facade: Facade) => !isOpen(facade) || facade.door.page.denial() !== undefined;

/** Why there is no token. */
export const reasonOf = (facade: Facade): string => {
  const { session, page } = facade.door;
  return isOpen(facade) ? session.decision().reason : page.denial() ?? 'waiting for consent';
};
