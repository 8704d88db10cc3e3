// Prebid's eids, as far as they matter here.

export type Eid = { source: string; uids?: Array<{ id?: string }> };

/** The UID2 among some eids, or undefined. */
export const uid2In = (eids: Eid[] | undefined): string | undefined =>
  eids?.find(({ source }) => source === 'uidapi.com')?.uids?.[0]?.id;
