/** Every `reason` that pbjs.uid2.status() may give: each is reached in test/spec/status_spec.ts, and has its cure in modules/uid2IdSystem.md. */
export const REASONS = [
  'ok', 'notConfigured', 'none', 'invalidToken', 'loggedOut', 'refreshing', 'expired',
  'network', 'http <status>', 'unreadable', 'dead', 'optedOut', 'gdprApplies', 'coppa'
] as const;

export type Reason = typeof REASONS[number];
