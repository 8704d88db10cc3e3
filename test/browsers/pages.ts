// A reader's tabs on the publisher's pages.
import type { Identity } from '../../operator/index.ts';
import type { Browsing, Tab } from './engine.ts';
import { addressOf, type Setup } from './page.ts';
import type { Bid, Publisher } from './publisher.ts';

export interface Params {
  uid2Token?: Identity;
  storage?: 'cookie' | 'localStorage';
  serverPublicKey?: string;
  subscriptionId?: string;
  email?: string;
}

export interface Options {
  /** ms that Prebid may hold an auction for IDs; longer than any test takes. */
  auctionDelay?: number;
  path?: string;
  obeys?: number;
  sdk?: boolean;
  isSilent?: boolean;
}

/** A tab on the publisher's page. */
export interface Visit {
  tab: Tab;
  /** Loads the page, or another one with other params, to its end. */
  load(params?: Params, options?: Options): Promise<void>;
  /** Begins an auction, and gives the code of its ad unit. */
  begin(): Promise<string>;
  /** Runs an auction to its end: what the bidder was asked with. */
  auction(): Promise<Bid>;
  /** What pages read with `pbjs.getUserIds()`. */
  id(): Promise<string | null>;
  status(): Promise<{ state: string; reason: string; lastError?: string }>;
}

export interface Pages {
  open(params?: Params, options?: Options): Promise<Visit>;
  /** The address of the page with these params. */
  address(params?: Params, options?: Options): string;
  /** What went wrong in pages, those that were left too. */
  errors(): Promise<string[]>;
}

const PATIENT = 600_000;

const server = (url: string) => ({
  accountId: '1',
  enabled: true,
  adapter: 'prebidServer',
  bidders: ['serverside'],
  timeout: 10_000,
  endpoint: `${url}/auction`
});

/** Pages in this browser, of this publisher, with this operator. */
export function pagesOf(browsing: Browsing, publisher: Publisher, operator: string): Pages {
  const tabs = new Set<Tab>();
  let auctions = 0;

  function address(params: Params = {}, { auctionDelay = PATIENT, path, ...more }: Options = {}): string {
    const userIds = [{ name: 'uid2', params: { uid2ApiBase: operator, ...params } }];
    const config = { userSync: { auctionDelay, syncEnabled: false, userIds }, s2sConfig: server(publisher.url) };
    return addressOf(publisher.url, { config, ...more } satisfies Setup, path);
  }

  function visit(tab: Tab): Visit {
    return {
      tab,
      load: (params, options) => tab.goto(address(params, options)),
      async begin() {
        const code = `unit-${++auctions}`;
        await tab.run(`auction('${code}')`);
        return code;
      },
      async auction() {
        const code = `unit-${++auctions}`;
        await tab.run(`await auction('${code}')`);
        if (!publisher.bids.has(code)) throw new Error('the bidder was not asked');
        return publisher.bids.get(code);
      },
      id: () => tab.run('return pbjs.getUserIds().uid2?.id ?? null'),
      status: () => tab.run('return pbjs.uid2.status()')
    };
  }

  return {
    address,
    async open(params, options) {
      const tab = await browsing.tab();
      const close = tab.close;
      tab.close = async () => {
        tabs.delete(tab);
        await close();
      };
      tabs.add(tab);
      await tab.goto(address(params, options));
      return visit(tab);
    },
    async errors() {
      const open = await Promise.all([...tabs].map((tab) => tab.run<string[]>('return window.errors')));
      return [...publisher.errors, ...open.flat()];
    }
  };
}
