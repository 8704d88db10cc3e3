// Real SSPs: what a publisher's ad unit says to their adapters, where they are, and where their requests carry a UID2.
export interface Sent { bidder: string; url: string; body: string }

export interface Ssp {
  /** Start of the URL that the adapter calls. */
  url: string;
  params: object;
  /** The UID2 in a request, where this SSP reads it; undefined when there is none. */
  uid2(sent: Sent): unknown;
}

type Eid = { source: string; uids: { id: string }[] };

const idIn = (eids: Eid[] = []) => eids.find(({ source }) => source === 'uidapi.com')?.uids[0].id;

// eids are at one place in OpenRTB 2.5 and at another in 2.6
function fromOpenRtb({ body }: Sent): unknown {
  const { user } = JSON.parse(body);
  return idIn(user?.ext?.eids ?? user?.eids);
}

export const PREBID_SERVER = 'https://prebid-server.example/openrtb2/auction';

export const SSPS = {
  appnexus: {
    url: 'https://ib.adnxs',
    params: { placementId: 13144370 },
    uid2: ({ body }) => JSON.parse(body).eids?.find(({ source }: Eid) => source === 'uidapi.com')?.id
  },
  ix: { url: 'https://htlb.casalemedia.com/openrtb/pbjs', params: { siteId: '123456' }, uid2: fromOpenRtb },
  openx: { url: 'https://rtb.openx.net/openrtbb/prebidjs', params: { unit: '540141567', delDomain: 'publisher-d.openx.net' }, uid2: fromOpenRtb },
  pubmatic: { url: 'https://hbopenbid.pubmatic.com/translator', params: { publisherId: '156209' }, uid2: fromOpenRtb },
  rubicon: {
    url: 'https://fastlane.rubiconproject.com/a/api/fastlane.json',
    params: { accountId: '14062', siteId: '70608', zoneId: '335918' },
    uid2: ({ url }) => new URL(url).searchParams.get('eid_uidapi.com')?.split('^')[0]
  },
  // one of those that read bid.userId, which Prebid itself has dropped
  theadx: {
    url: 'https://ssp.theadx.com/request',
    params: { pid: '1', tagId: '1' },
    uid2: ({ body }) => JSON.parse(body).ext?.uid2
  },
  // a bidder that Prebid Server calls
  serverside: { url: PREBID_SERVER, params: { placement: '1' }, uid2: fromOpenRtb }
} satisfies Record<string, Ssp>;

export type Bidder = keyof typeof SSPS;

export const bidders = Object.keys(SSPS) as Bidder[];

/** Which of them a URL belongs to. */
export const bidderAt = (url: string): Bidder | undefined => bidders.find((bidder) => url.startsWith(SSPS[bidder].url));
