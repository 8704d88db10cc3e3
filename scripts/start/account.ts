// The account that npm start has at an operator which runs already.

/** The account at the operator of this address, from the environment; throws an Error of one line without key or secret. */
export function accountFrom(url: string, env: NodeJS.ProcessEnv) {
  const { UID2_API_KEY: apiKey, UID2_API_SECRET: apiSecret } = env;
  const { UID2_SUBSCRIPTION_ID: subscriptionId = '', UID2_SERVER_PUBLIC_KEY: serverPublicKey = '' } = env;
  if (!apiKey || !apiSecret) throw new Error('--operator needs your account there: set UID2_API_KEY and UID2_API_SECRET.');
  return { url, apiKey, apiSecret, cstg: { subscriptionId, serverPublicKey }, close: () => Promise.resolve() };
}
