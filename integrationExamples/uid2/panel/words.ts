// States, reasons and times in words. It needs no browser: the server and the tests read it too.

/** Each state: a chip, and one sentence on what it means for bidding. */
export const STATES: Record<string, { chip: string; tone: 'good' | 'wait' | 'bad' | 'off'; means: string }> = {
  none: { chip: 'No token', tone: 'off', means: 'Bid requests go out without a UID2.' },
  fresh: { chip: 'Fresh', tone: 'good', means: 'The token is valid and goes out with every bid request.' },
  stale: { chip: 'Stale', tone: 'wait', means: 'The token is still valid, and a newer one is due.' },
  expired: { chip: 'Expired', tone: 'bad', means: 'The token is not sent any more. A refresh can still bring a new one.' },
  dead: { chip: 'Too old to refresh', tone: 'bad', means: 'Nothing is sent. Only a new login helps.' },
  optedOut: { chip: 'Opted out', tone: 'bad', means: 'Nothing is sent. The operator is asked again after 72 hours or a new login.' }
};

/** In server-only mode the page keeps what it was given, and asks for another before its next auction. */
export const EXPIRED_ON_SERVER = {
  chip: 'Used up', tone: 'wait' as const, means: 'The server no longer gives out this token. The next auction asks the server first.'
};

/** A reason as the documentation lists it: without what differs from page to page. */
export const listed = (reason: string): string => reason
  .replace(/^http \d+$/, 'http <status>')
  .replace(/^unknown param .*/, 'unknown param <x>: did you mean <y>');

/** The anchor of a reason in the documentation of this site. */
export const anchorOf = (reason: string): string => `reason-${listed(reason).toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/-$/, '')}`;

const REASONS: Record<string, string> = {
  ok: 'all is well',
  notConfigured: 'Prebid’s config names no uid2',
  'not asked': 'Prebid has not asked the module yet',
  'waiting for consent': 'the consent platform has not answered yet',
  none: 'nobody is logged in',
  'no cookie': 'the publisher’s cookie is not there',
  'empty cookie': 'the publisher’s cookie is empty',
  'cookie not disclosed': 'Prebid’s storageControl denies the publisher’s cookie',
  'storage denied': 'Prebid denies the module all storage',
  'two entries': 'Prebid’s config names uid2 twice',
  'invalid uid2Token': 'what the page supplies is no token',
  'invalid uid2Cookie': 'what the publisher’s cookie holds is no token',
  'times in seconds': 'the identity has times in seconds, not in milliseconds',
  'EUID: use euidIdSystem': 'what the page supplies belongs to EUID',
  'opted out on the server': 'the publisher’s server was told of an opt-out',
  'invalid serverPublicKey': 'the public key is missing or incomplete',
  'invalid subscriptionId': 'the page names no subscription',
  'invalid email': 'what the page supplies is no e-mail address',
  'invalid phone': 'what the page supplies is no phone number: + and 10 to 15 digits, nothing else',
  'invalid emailHash': 'what the page supplies is no hash of an e-mail address',
  'invalid phoneHash': 'what the page supplies is no hash of a phone number',
  'built without UID2_CSTG': 'this build cannot generate tokens',
  'insecure page': 'browsers allow encryption on https only',
  loggedOut: 'the reader was logged out, here or in another tab',
  refreshing: 'a new token is on its way',
  'no auctionDelay': 'a new token is on its way, and auctions do not wait',
  expired: 'a refresh is due, and the next auction makes it',
  dead: 'the refresh token has expired',
  optedOut: 'the operator said so',
  network: 'the operator cannot be reached, or takes too long',
  'domain not on the account\'s list: http 403': 'the operator generates no token for this page',
  unreadable: 'the operator’s answer cannot be read',
  gdprApplies: 'GDPR applies to this visitor',
  coppa: 'COPPA is set for this page',
  'enrichEids denied': 'a rule does not let this module add IDs',
  'bidder not listed': 'the entry names other bidders',
  'transmitEids denied': 'a rule keeps IDs from all bidders'
};

/** Words for a reason that differs from page to page. */
function otherInWords(reason: string): string {
  if (reason.startsWith('unknown param')) return 'a param is misspelt';
  return reason.startsWith('http 4') ? 'the operator refused' : 'the operator has failed';
}

const SOURCES: Record<string, string> = {
  params: 'the page (its config, or __uid2)', cookie: 'the publisher’s cookie', stored: 'the module’s storage', legacy: 'a bare token', sdk: 'the UID2 SDK’s storage'
};

/** A reason of pbjs.uid2.status() in words, with the code that the documentation lists. */
export const reasonInWords = (reason: string | undefined): string | undefined =>
  reason && `${REASONS[reason] ?? otherInWords(reason)} (${reason})`;

/** A source of pbjs.uid2.status() in words; nothing for 'none'. */
export const sourceInWords = (source: string | undefined): string | undefined =>
  source === 'none' ? undefined : SOURCES[source ?? ''] ?? source;

/** A length of time in ms as 0:09, 12:30 or 2 h 05 min. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const minutes = Math.floor(seconds / 60);
  if (minutes >= 60) return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
  return `${minutes}:${String(seconds % 60).padStart(2, '0')}`;
}

/** A moment (ms since 1970) seen from now: "in 0:12", "0:03 ago"; nothing for no moment. */
export function fromNow(time: number | undefined, now: number): string | undefined {
  if (!time) return undefined;
  return time > now ? `in ${duration(time - now)}` : `${duration(now - time)} ago`;
}

/** A moment as a clock time with seconds. */
export const clock = (time: number): string => new Date(time).toLocaleTimeString('en-GB', { hour12: false });
