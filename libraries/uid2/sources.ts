import type { Found } from './store.js';
import type { Identity, Latest, Stored } from './tokens.js';

/** Where the token in use came from. */
export type Source = 'params' | 'cookie' | 'stored' | 'legacy' | 'sdk' | 'none';

/** Who the publisher says the user is. */
export type Supply = {
  source: Source;
  supplied?: Identity;
  /** What is wrong with what they said, in one word. */
  flaw?: string;
};

export type Chosen = {
  source: Source;
  record?: Stored;
  /** Not ours to refresh or to store. */
  foreign?: boolean;
};

/** Tells the user of one record from that of another. */
export const ownerOf = (record?: Stored) => record?.originalToken?.advertising_token ?? record?.originalIdentity?.identity;

/** The record that belongs to this user; one made for another, or grown from a token out of use, is ignored. */
export function choose({ supplied, source }: Supply, { record, plain }: Found, sdk: () => Latest | undefined, outdated?: string): Chosen {
  const owner = ownerOf(record);
  const token = supplied?.advertising_token;
  if (token && token !== outdated) {
    const { latestToken } = owner === token && record || {} as Partial<Stored>;
    const newest = latestToken === 'optout' || latestToken && latestToken.identity_expires >= supplied.identity_expires;
    return { source, record: newest ? record : { originalToken: supplied, latestToken: supplied } };
  }
  if (record && (!owner || owner !== outdated)) return { source: 'stored', record };
  // a plain token says nothing about time
  const latestToken = plain ? { advertising_token: plain, refresh_from: Infinity, identity_expires: Infinity } as Identity : sdk();
  return latestToken ? { source: plain ? 'legacy' : 'sdk', foreign: true, record: { latestToken } } : { source: 'none' };
}
