import type { DiiParams } from './dii.js';
import type { Identity } from './tokens.js';

/** The part of the module's params that matters here; the public type is in modules/uid2IdSystem.ts. */
export type Params = DiiParams & {
  uid2ApiBase?: string;
  uid2ApiVersion?: 1 | 2;
  uid2Token?: Identity;
  uid2Cookie?: string;
  uid2ServerCookie?: string;
  storage?: 'cookie' | 'localStorage';
  bidWhileRefreshing?: boolean;
  refreshIntervalSeconds?: number;
};

/** What the page says elsewhere than in Prebid's config; `aside` whether UID2's own SDK is here, and knows who the user is. */
export type Said = Params & { aside?(): unknown };

export type Config = { params?: Params; storage?: { type: string } };

export type Consent = { gdpr?: { gdprApplies?: boolean }; coppa?: boolean };

export type IdResponse = { id: object; callback?(done: (id: object) => void): Promise<void> };
