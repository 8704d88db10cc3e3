import pbjs from 'prebid.js';
import 'prebid.js/modules/appnexusBidAdapter';
import 'prebid-uid2';
import type { Uid2IdSystemParams, Uid2Status } from 'prebid-uid2';
import 'prebid-uid2/sdk';
import type { Uid2Callback, Uid2Sdk } from 'prebid-uid2/sdk';

const params: Uid2IdSystemParams = { uid2Cookie: 'uid2_pub_cookie', storage: 'cookie' };
pbjs.setConfig({ userSync: { auctionDelay: 500, userIds: [{ name: 'uid2', params }] } });
pbjs.processQueue();

export const status: Uid2Status = pbjs.uid2.status();
export const id: string | undefined = pbjs.getUserIds().uid2?.id;
window.pbjs.uid2.disconnect();

const sdk = window.__uid2 as Uid2Sdk;
const callback: Uid2Callback = (event, { identity }) => event === 'InitCompleted' && identity?.advertising_token;
sdk.callbacks.push(callback);
sdk.init({ useCookie: true });
export const token: string | undefined = sdk.getAdvertisingToken();
// @ts-expect-error a number of ms
sdk.init({ refreshRetryPeriod: '5 s' });

// @ts-expect-error a place that there is not
export const wrong: Uid2IdSystemParams = { storage: 'html5' };
// @ts-expect-error an id is text
export const number: number = pbjs.getUserIds().uid2?.id;
