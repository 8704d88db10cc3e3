// A local SSP: answers Prebid Server and theAdx requests with a banner and remembers what it was sent.
import { Router, type Request } from 'express';
import { banner } from './creative.js';
import { refusal } from './refusal.js';

/** One request as it arrived: the `nth` of this SSP and placement. `body` is the parsed OpenRTB JSON, `time` is ms since 1970. */
export type Received = { time: number; ssp: 'prebid-server' | 'theadx'; placement: string; nth: number; body: unknown };

type Imp = { id: string; tagid?: unknown; ext?: { prebid?: { bidder?: Record<string, { placement?: unknown }> } } };

const MOST = 100;
const PRICE = { 'prebid-server': 2.4, theadx: 1.8 } as const;
const SIZE = { w: 300, h: 250 };

// Both adapters send JSON as text/plain, so that the browser needs no preflight.
function parse(req: Request): { id?: unknown; imp: Imp[] } {
  try {
    const body = JSON.parse(req.body);
    if (Array.isArray(body.imp) && body.imp.length && body.imp.every((imp: unknown) => imp && typeof imp === 'object')) return body;
  } catch {}
  throw refusal(400, 'An OpenRTB request with at least one imp was expected.');
}

const bidderOf = (imp: Imp) => Object.entries(imp.ext?.prebid?.bidder ?? {})[0];

function bidFor(ssp: Received['ssp'], impid: string) {
  const price = PRICE[ssp];
  const seller = ssp === 'theadx' ? 'theAdx' : 'Prebid Server';
  return { id: `${ssp}-${impid}`, impid, price, adm: banner(seller, price), crid: 'mountain-air', adomain: ['advertiser.example'], ...SIZE };
}

/** Routes POST /openrtb2/auction, POST /ssp/theadx and GET /ssp/requests/:placement (newest first). */
export function sspRoutes(now: () => number): Router {
  const received: Received[] = [];
  const remember = (ssp: Received['ssp'], place: unknown, body: unknown) => {
    const placement = String(place ?? '');
    const before = received.find((one) => one.ssp === ssp && one.placement === placement);
    received.unshift({ time: now(), ssp, placement, nth: (before?.nth ?? 0) + 1, body });
    received.length = Math.min(received.length, MOST);
  };

  const router = Router();
  router.post('/openrtb2/auction', (req, res) => {
    const body = parse(req);
    remember('prebid-server', bidderOf(body.imp[0])?.[1]?.placement, body);
    res.json({
      id: body.id,
      cur: 'USD',
      seatbid: body.imp.filter(bidderOf).map(imp => ({
        seat: bidderOf(imp)?.[0],
        bid: [{ ...bidFor('prebid-server', imp.id), ext: { prebid: { type: 'banner' } } }]
      }))
    });
  });
  router.post('/ssp/theadx', (req, res) => {
    const body = parse(req);
    remember('theadx', body.imp[0].tagid, body);
    res.json({ id: body.id, cur: 'USD', seatbid: [{ seat: 'theadx', bid: [bidFor('theadx', body.imp[0].id)] }] });
  });
  router.get('/ssp/requests/:placement', (req, res) => {
    res.json(received.filter(({ placement }) => placement === req.params.placement));
  });
  return router;
}
