// Prebid itself with our module: real config, hooks and auctions, and bidders that keep what they are asked.
import './console';
import 'modules/consentManagementTcf.js';
import { attachIdSystem, init } from 'modules/userId/index.js';
import { uid2 } from '../../../libraries/uid2Session/engine';
import { uid2IdSubmodule, type Uid2IdSystemParams } from '../../../modules/uid2IdSystem';
import { registerBidder } from 'src/adapters/bidderFactory.js';
import { gdprDataHandler } from 'src/consentHandler.js';
import { config } from 'src/config.js';
import { getGlobal } from 'src/prebidGlobal.js';
import { operatorUrl } from './operator';
import './page';

type Eid = { source: string; uids: { id: string; atype: number; ext?: object }[] };

/** What a bidder was asked. */
export type Asked = {
  userId?: { uid2?: { id: string } };
  userIdAsEids: Eid[];
  ortb2: { user?: { ext?: { eids?: Eid[] } } };
};

export const pbjs = getGlobal() as any;

let seen: { [bidder: string]: Asked } = {};

for (const code of ['ssp', 'otherSsp']) {
  registerBidder({
    code,
    isBidRequestValid: () => true,
    buildRequests(bids: any[], { ortb2 }: any) {
      // Prebid 9 leaves out what is empty
      const { userId, userIdAsEids = [] } = bids[0];
      seen[code] = JSON.parse(JSON.stringify({ userId, userIdAsEids, ortb2 }));
      return [];
    },
    interpretResponse: () => [],
  } as any);
}

/** Prebid keeps the ID itself. */
export const PREBIDS_STORAGE = { type: 'html5', name: 'prebid-uid2', expires: 1 };

export const eidOf = (id: string) => ({ source: 'uidapi.com', uids: [{ id, atype: 3 }] });

/** Configures the module; an auction waits for longer than a test may take, unless it is let go. */
export function configure(params: Uid2IdSystemParams | object, more: object = {}) {
  config.setConfig({
    userSync: {
      auctionDelay: 60e3,
      userIds: [{ name: 'uid2', params: { uid2ApiBase: operatorUrl, ...params }, ...more }],
    },
  } as any);
}

/** Runs an auction; what each bidder was asked. */
export async function auction(): Promise<{ [bidder: string]: Asked }> {
  seen = {};
  await new Promise((resolve) => pbjs.requestBids({
    adUnits: [{
      code: 'unit',
      mediaTypes: { banner: { sizes: [[300, 250]] } },
      bids: [{ bidder: 'ssp', params: {} }, { bidder: 'otherSsp', params: {} }],
    }],
    timeout: 1000,
    bidsBackHandler: resolve,
  }));
  return seen;
}

/** Starts Prebid afresh before each test of the suite, and logs out after it. */
export function prebidForEach() {
  beforeEach(() => {
    gdprDataHandler.reset();
    init(config);
    attachIdSystem(uid2IdSubmodule);
  });
  afterEach(() => {
    pbjs.uid2.disconnect();
    config.resetConfig();
    init(config);
    // the module lives as long as the browser: for the next test Prebid has not asked it yet
    uid2.parts.page.say({ entry: undefined });
  });
}
