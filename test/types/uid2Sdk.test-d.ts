// What an editor accepts and rejects on a page written for UID2's SDK: compiled by tsc, never run.
import type { Uid2Callback, Uid2Cstg, Uid2InitCallback, Uid2InitOptions, Uid2Sdk } from '../../modules/uid2Sdk';
import type { Uid2Token } from '../../modules/uid2IdSystem';

declare const identity: Uid2Token;
declare const cstg: Uid2Cstg;

// before the script, as the guides have it
export function queue(): void {
  const listener: Uid2Callback = (event, payload) => {
    const token: string | undefined = payload.identity?.advertising_token;
    if (event === 'SdkLoaded' && !token) start();
    // @ts-expect-error an event that there is not
    if (event === 'IdentityLost') start();
  };
  window.__uid2 = window.__uid2 || {};
  window.__uid2.callbacks = window.__uid2.callbacks || [];
  window.__uid2.callbacks.push(listener);
}

/** Every member, once the script is there. */
export async function members(sdk: Uid2Sdk): Promise<[string | undefined, Uid2Token | null, boolean, boolean, boolean, boolean | undefined, string]> {
  await sdk.setIdentityFromEmail('user@example.com', cstg);
  await sdk.setIdentityFromEmailHash('tMmiiTI7IaAcPpQPFQ65uMVCWH8av9jw4cwf/F5HVRQ=', cstg);
  await sdk.setIdentityFromPhone('+12345678901', cstg);
  await sdk.setIdentityFromPhoneHash('EObwtHBUqDNZR33LNSMdtt5cafsYFuGmuY4ZLenlue4=', cstg);
  sdk.setIdentity(identity);
  sdk.callbacks.push((event, { identity: given }) => [event, given?.refresh_expires]);
  sdk.disconnect();
  sdk.abort();
  // @ts-expect-error only two of its fields
  sdk.setIdentity({ advertising_token: 'a', refresh_token: 'r' });
  // @ts-expect-error no key and no subscription
  sdk.setIdentityFromEmail('user@example.com');
  return [sdk.getAdvertisingToken(), sdk.getIdentity(), sdk.isLoginRequired(), sdk.isIdentityAvailable(), sdk.isInitComplete(), sdk.hasOptedOut(), await sdk.getAdvertisingTokenAsync()];
}

const callback: Uid2InitCallback = ({ advertisingToken, status, statusText }) => [advertisingToken?.length, status + 1, statusText.length];

export const accepted = [
  {}, { identity }, { identity: null }, { baseUrl: 'https://operator-integ.uidapi.com' }, { callback },
  { identity, callback, refreshRetryPeriod: 5000, useCookie: true, cookieDomain: 'example.com', cookiePath: '/' },
] satisfies Uid2InitOptions[];

export const rejected = [
  // @ts-expect-error a bare token
  { identity: 'A4AA' } satisfies Uid2InitOptions,
  // @ts-expect-error a period as text
  { refreshRetryPeriod: '5000' } satisfies Uid2InitOptions,
  // @ts-expect-error an option that nobody knows
  { apiBaseUrl: '' } satisfies Uid2InitOptions,
];

export function start(): void {
  window.__uid2?.init?.({ identity, baseUrl: 'https://operator-integ.uidapi.com' });
  // @ts-expect-error there may be no script yet
  window.__uid2.init({ identity });
  // @ts-expect-error nothing comes of it
  window.__uid2?.init?.({ identity }).then();
}

// the guides' other two snippets
export const token: string | undefined = window.__uid2?.getAdvertisingToken?.();
export const logOut = () => window.__uid2?.disconnect?.();

export function queueAtOnce(): void {
  window.__uid2 = { callbacks: [(event) => { if (event === 'SdkLoaded') start(); }] };
}

export const statics = (sdk: Uid2Sdk): [string, 'IdentityUpdated', number] => {
  sdk.constructor.setupGoogleSecureSignals();
  return [sdk.constructor.VERSION, sdk.constructor.EventType.IdentityUpdated, sdk.constructor.IdentityStatus.OPTOUT];
};

export async function help(): Promise<[string | undefined, boolean, string, string]> {
  const { normalizeEmail, isNormalizedPhone, hashIdentifier, hashAndEncodeIdentifier } = window.__uid2Helper!;
  return [normalizeEmail('a@b.c'), isNormalizedPhone('+12345678901'), await hashIdentifier('a@b.c'), await hashAndEncodeIdentifier('a@b.c')];
}

// the secure-signal script's
export const provider: Window['__uid2SecureSignalProvider'] = { registerSecureSignalProvider() {} };
