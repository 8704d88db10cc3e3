/** Every `reason` that pbjs.uid2.status() may give: each is reached in test/spec/status_spec.ts (a build without UID2_CSTG: test/build/generation.test.ts), and has its cure in modules/uid2IdSystem.md. */
export const REASONS = [
  'ok', 'notConfigured', 'none', 'invalid uid2Token', 'invalid uid2Cookie', 'loggedOut', 'refreshing', 'expired',
  'network', 'http <status>', 'unreadable', 'dead', 'optedOut', 'gdprApplies', 'coppa',
  'invalid serverPublicKey', 'invalid subscriptionId', 'invalid email', 'invalid phone', 'invalid emailHash', 'invalid phoneHash',
  'insecure page', 'domain not on the account\'s list: http 403', 'built without UID2_CSTG'
] as const;

export type Reason = typeof REASONS[number];
