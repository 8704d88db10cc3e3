import type { helper } from './sdkHelper.js';
import type { EventType, IdentityStatus } from './tables.js';
import type { Identity } from '../uid2Session/identity.js';

export type Uid2Event = 'SdkLoaded' | 'InitCompleted' | 'IdentityUpdated' | 'OptoutReceived';
export type Uid2Callback = (event: Uid2Event, payload: { identity?: Identity | null }) => void;
export type Uid2InitCallback = (state: {
  advertisingToken?: string;
  advertising_token?: string;
  status: number;
  statusText: string;
}) => void;
export type Uid2InitOptions = {
  identity?: Identity | null;
  /** Base URL of the UID2 operator. */
  baseUrl?: string;
  /** Told how it stands after `init` and after a refresh; events say more. */
  callback?: Uid2InitCallback;
  /** Ms, at least 1000. Checked, and not used: how long to wait after a failure is the engine's to say. */
  refreshRetryPeriod?: number;
  cookieDomain?: string;
  /** The path of those cookies; `/` by default. */
  cookiePath?: string;
  /** Keeps the identity in a cookie instead of localStorage. */
  useCookie?: boolean;
};
export type Uid2Cstg = { serverPublicKey: string; subscriptionId: string };
export type FromText = (value: string, cstg: Uid2Cstg) => Promise<void>;

/** What UID2's JavaScript SDK offers a page; modules/uid2Sdk.md says more of each. */
export type Uid2Sdk = {
  callbacks: Uid2Callback[];
  init(options: Uid2InitOptions): void;
  getAdvertisingToken(): string | undefined;
  getAdvertisingTokenAsync(): Promise<string>;
  getIdentity(): Identity | null;
  setIdentity(identity: Identity): void;
  setIdentityFromEmail: FromText;
  setIdentityFromEmailHash: FromText;
  setIdentityFromPhone: FromText;
  setIdentityFromPhoneHash: FromText;
  isLoginRequired(): boolean;
  isIdentityAvailable(): boolean;
  isInitComplete(): boolean;
  hasOptedOut(): boolean | undefined;
  disconnect(): void;
  /** Rejects what is awaited, and nothing else. */
  abort(): void;
  constructor: {
    VERSION: string;
    DEFAULT_REFRESH_RETRY_PERIOD_MS: number;
    EventType: typeof EventType;
    IdentityStatus: typeof IdentityStatus;
    setupGoogleTag(): void;
    setupGoogleSecureSignals(): void;
  };
};

/** What scripts of UID2 leave on a page for each other. */
export type Globals = {
  /** Before the script has come, only the callbacks that wait for it. */
  __uid2?: Partial<Omit<Uid2Sdk, 'constructor'>>;
  __uid2Helper?: typeof helper;
  __uid2SecureSignalProvider?: { registerSecureSignalProvider(): void };
};
