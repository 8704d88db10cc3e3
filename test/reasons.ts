/** Every `reason` that pbjs.uid2.status() may give. modules/uid2IdSystem.md has the cure of each. */
export const REASONS = [
  'ok', 'notConfigured', 'not asked', 'waiting for consent',
  'none', 'no cookie', 'empty cookie', 'cookie not disclosed', 'storage denied', 'two entries',
  'unknown param <x>: did you mean <y>',
  'invalid uid2Token', 'invalid uid2Cookie', 'times in seconds', 'EUID: use euidIdSystem', 'opted out on the server',
  'invalid serverPublicKey', 'invalid subscriptionId', 'invalid email', 'invalid phone', 'invalid emailHash',
  'invalid phoneHash', 'built without UID2_CSTG', 'insecure page', 'domain not on the account\'s list: http 403',
  'loggedOut', 'refreshing', 'no auctionDelay', 'expired', 'network', 'http <status>', 'unreadable', 'dead', 'optedOut',
  'gdprApplies', 'coppa', 'enrichEids denied', 'bidder not listed', 'transmitEids denied',
] as const;

export type Reason = typeof REASONS[number];

/** Those that need more than a page in karma, and the test that reaches them. test/spec/status_spec.ts reaches the rest. */
export const ELSEWHERE = {
  'built without UID2_CSTG': 'build/generation.test.ts',
  'waiting for consent': 'e2e/situations.ts',
  'cookie not disclosed': 'e2e/situations.ts',
  'storage denied': 'e2e/situations.ts',
  'enrichEids denied': 'e2e/situations.ts',
  'bidder not listed': 'e2e/situations.ts',
  'transmitEids denied': 'e2e/situations.ts',
  'no auctionDelay': 'e2e/situations.ts',
} as const;

/** A reason as the list has it: without what differs from page to page. */
export const listed = (reason: string): string => reason
  .replace(/^http \d+$/, 'http <status>')
  .replace(/^unknown param .*/, 'unknown param <x>: did you mean <y>');
