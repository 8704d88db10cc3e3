// What the site's SSP has received. It needs no browser.
import { uid2In, type Eid } from './eids.js';

type Body = { user?: { ext?: { eids?: Eid[] } }; ext?: { uid2?: string } };

/** A request as the site's SSP has received it: the `nth` of this page at this SSP. */
export type Received = { time: number; ssp: string; nth: number; body: Body };

/** The UID2 of a request. theAdx reads bid.userId.uid2.id, and has a field of its own for it. */
export const tokenIn = ({ ssp, body }: Received): string | undefined => ssp === 'theadx' ? body.ext?.uid2
  : uid2In(body.user?.ext?.eids);
