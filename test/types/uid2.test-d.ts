// What a publisher's editor accepts and rejects: compiled by tsc, never run.
import type { Uid2IdSystemParams, Uid2IdValue, Uid2Status, Uid2Token } from '../../modules/uid2IdSystem';
import type { UserId, UserIdConfig } from 'modules/userId/spec.js';
import type { PrebidJS } from 'src/prebidGlobal.js';

const token: Uid2Token = {
  advertising_token: 'a', refresh_token: 'r', refresh_from: 1, identity_expires: 2, refresh_expires: 3, refresh_response_key: 'k',
};

// every documented param, alone and together
export const accepted = [
  { name: 'uid2' },
  { name: 'uid2', params: {} },
  { name: 'uid2', params: { uid2ApiBase: 'https://operator-integ.uidapi.com' } },
  { name: 'uid2', params: { uid2ApiVersion: 1 } },
  { name: 'uid2', params: { uid2ApiVersion: 2 } },
  { name: 'uid2', params: { uid2Token: token } },
  { name: 'uid2', params: { uid2Token: { advertising_token: 'a', refresh_token: 'r', refresh_from: 1, identity_expires: 2, refresh_expires: 3 } } },
  { name: 'uid2', params: { uid2Cookie: 'uid2_pub_cookie' } },
  { name: 'uid2', params: { uid2ServerCookie: 'uid2_pub_cookie' } },
  { name: 'uid2', params: { storage: 'cookie' } },
  { name: 'uid2', params: { storage: 'localStorage' } },
  { name: 'uid2', params: { bidWhileRefreshing: true } },
  { name: 'uid2', params: { uid2Token: token, storage: 'cookie', bidWhileRefreshing: false, uid2ApiBase: '', uid2ApiVersion: 2 } },
  { name: 'uid2', bidders: ['appnexus'], storage: { type: 'html5', name: 'uid2', expires: 30 } },
  { name: 'uid2', value: { uid2: { id: 'a' } } },
] satisfies UserIdConfig<'uid2'>[];

export const rejected = [
  // @ts-expect-error another name
  { name: 'uid3' } satisfies UserIdConfig<'uid2'>,
  // @ts-expect-error a param that nobody knows
  { name: 'uid2', params: { uid2Tokens: token } } satisfies UserIdConfig<'uid2'>,
  // @ts-expect-error a number for a URL
  { name: 'uid2', params: { uid2ApiBase: 7 } } satisfies UserIdConfig<'uid2'>,
  // @ts-expect-error a version that there is not
  { name: 'uid2', params: { uid2ApiVersion: 3 } } satisfies UserIdConfig<'uid2'>,
  // @ts-expect-error a version as text
  { name: 'uid2', params: { uid2ApiVersion: '2' } } satisfies UserIdConfig<'uid2'>,
  // @ts-expect-error a bare token
  { name: 'uid2', params: { uid2Token: 'A4AA' } } satisfies UserIdConfig<'uid2'>,
  // @ts-expect-error a token without its other fields
  { name: 'uid2', params: { uid2Token: { advertising_token: 'a' } } } satisfies UserIdConfig<'uid2'>,
  // @ts-expect-error times as text
  { name: 'uid2', params: { uid2Token: { ...token, identity_expires: '2' } } } satisfies UserIdConfig<'uid2'>,
  // @ts-expect-error a cookie itself instead of its name
  { name: 'uid2', params: { uid2Cookie: token } } satisfies UserIdConfig<'uid2'>,
  // @ts-expect-error a storage that there is not
  { name: 'uid2', params: { storage: 'html5' } } satisfies UserIdConfig<'uid2'>,
  // @ts-expect-error a yes as text
  { name: 'uid2', params: { bidWhileRefreshing: 'yes' } } satisfies UserIdConfig<'uid2'>,
  // @ts-expect-error a value of another shape
  { name: 'uid2', value: { uid2: 'A4AA' } } satisfies UserIdConfig<'uid2'>,
];

// the types that pages use, and what pbjs offers them
export function page(pbjs: PrebidJS, ids: UserId): [Uid2IdValue, string | undefined, true | undefined, Uid2IdSystemParams] {
  pbjs.uid2.disconnect();
  const status: Uid2Status = pbjs.uid2.status();
  const reason: string = status.reason;
  const expires: number | undefined = status.identityExpires;
  // @ts-expect-error a state that there is not
  const wrong: boolean = status.state === 'sleepy';
  // @ts-expect-error disconnect answers nothing
  const answer: string = pbjs.uid2.disconnect();
  return [{ id: `${reason}${expires}${wrong}${answer}` }, ids.uid2.id, ids.uid2.optout, {}];
}
