import { ownerOf, type Identity, type Latest, type Stored } from './tokens.js';

/** Where the token in use came from. */
export type Source = 'params' | 'cookie' | 'stored' | 'legacy' | 'sdk' | 'none';

// a token that is not ours to refresh: good until it expires, and then dead
const borrowed = (token: string, until: number): Stored =>
  ({ latestToken: { advertising_token: token, refresh_from: until, identity_expires: until } as Identity });

/** The record that belongs to the supplied token: the one it has grown into, unless the publisher's is newer. */
export function recordFor(supplied: Identity, stored?: Stored): Stored {
  const own = ownerOf(stored) === supplied.advertising_token;
  // an opt-out has no time, so nothing is newer
  return own && !((stored!.latestToken as Identity).identity_expires < supplied.identity_expires) ? stored! : { originalToken: supplied, latestToken: supplied };
}

/** The record to use when the publisher supplies no token, and where it came from. */
export function recordLeft(stored: Stored | undefined, plain: string | undefined, sdk: () => Latest | undefined): [Source, Stored?] {
  if (stored) return ['stored', stored];
  if (plain) return ['legacy', borrowed(plain, Infinity)];
  const latest = sdk();
  return latest ? ['sdk', latest === 'optout' ? { latestToken: latest } : borrowed(latest.advertising_token, latest.identity_expires)] : ['none'];
}
