import { ownerOf, type Identity, type Latest, type Stored } from './tokens.js';

/** Where the token in use came from. */
export type Source = 'params' | 'cookie' | 'stored' | 'legacy' | 'sdk' | 'none';

// a token that is not ours to refresh: good until it expires, and then dead
const borrowed = (token: string, from: number, end: number): Stored =>
  ({ latestToken: { advertising_token: token, refresh_from: from, identity_expires: end } as Identity });

/** The record that belongs to the supplied token: the one it has grown into, unless the publisher's is newer; that is to be refreshed by `until`, Unix ms, and gets the number `login`. */
export function recordFor(supplied: Identity, stored: Stored | undefined, until: number, login: number): Stored {
  const own = ownerOf(stored) === supplied.advertising_token;
  // what the operator has answered is newer, whatever the clock here says
  return own && (stored!.updated || !((stored!.latestToken as Identity).identity_expires < supplied.identity_expires))
    ? stored! : { originalToken: supplied, latestToken: { ...supplied, refresh_from: Math.min(supplied.refresh_from, until) }, login };
}

/** The record to use when the publisher supplies no token, and where it came from. */
export function recordLeft(stored: Stored | undefined, plain: string | undefined, sdk: () => Latest | undefined): [Source, Stored?] {
  if (stored) return ['stored', stored];
  if (plain) return ['legacy', borrowed(plain, Infinity, Infinity)];
  const latest = sdk();
  return latest ? ['sdk', latest === 'optout' ? { latestToken: latest } : borrowed(latest.advertising_token, latest.refresh_from, latest.identity_expires)] : ['none'];
}
