// What all cards are made from: one value for each look.
import type { Auction } from './auctions.js';
import type { Acts } from './acts.js';
import type { History } from './history.js';
import type { Known, Standing } from './standing.js';
import type { Advice, ServerState } from './server.js';
import type { Received } from './received.js';

/** What a button does; the text it returns is shown. */
export type Act = () => Promise<string | void>;

export type Line = { text: string; isBad: boolean };

export type View = {
  mode: string;
  now: number;
  known: Known;
  standing: Standing;
  state: ServerState;
  received: Received[];
  auctions: Auction[];
  history: History;
  advice: Record<string, Advice>;
  /** The token that a bidder gets now. */
  token?: string;
  /** When a refresh was last seen on this page, ms since 1970. */
  lastRefresh?: number;
  line: Line;
  faults: string[];
  tabNames: Record<string, string>;
  acts: Acts;
  /** A listener that does this, and shows what came of it. */
  doing(act: Act): (event: Event) => void;
};
