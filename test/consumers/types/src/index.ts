import pbjs from 'prebid.js';
import 'prebid.js/modules/appnexusBidAdapter';
import 'prebid-uid2';
import type { Uid2IdSystemParams, Uid2Status } from 'prebid-uid2';

const params: Uid2IdSystemParams = { uid2Cookie: 'uid2_pub_cookie', storage: 'cookie' };
pbjs.setConfig({ userSync: { auctionDelay: 500, userIds: [{ name: 'uid2', params }] } });
pbjs.processQueue();

export const status: Uid2Status = pbjs.uid2.status();
export const id: string | undefined = pbjs.getUserIds().uid2?.id;
window.pbjs.uid2.disconnect();

// @ts-expect-error a place that there is not
export const wrong: Uid2IdSystemParams = { storage: 'html5' };
// @ts-expect-error an id is text
export const number: number = pbjs.getUserIds().uid2?.id;
