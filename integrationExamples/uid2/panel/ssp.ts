// The card "at the SSPs": what arrived there, compared with what the browser holds.
import { code, fill, h } from './dom.js';
import { lastEids, tokenNow, uid2In, type Eid } from './page.js';
import { clock } from './words.js';

type Body = { user?: { ext?: { eids?: Eid[] } }; ext?: { uid2?: string } };
type Received = { time: number; ssp: string; placement: string; body: Body };

// theAdx reads bid.userId.uid2.id and has a field of its own for it.
const SSPS = [
  { ssp: 'prebid-server', name: 'Prebid Server, OpenRTB 2', tokenIn: (body: Body) => uid2In(body.user?.ext?.eids) },
  { ssp: 'theadx', name: 'theAdx, from the browser', tokenIn: (body: Body) => body.ext?.uid2 }
];

type Verdict = { tone: 'good' | 'wait' | 'off' | 'bad'; text: string };

/** What to say about a token that reached an SSP, given the browser's own and the one it bid with. */
export function verdict(received: string | undefined, held: string | undefined, bidWith: string | undefined): Verdict {
  if (!received) {
    return bidWith ? { tone: 'bad', text: 'No UID2 arrived, though the bid request had one.' } : { tone: 'off', text: 'No UID2 in this request.' };
  }
  const bytes = new TextEncoder().encode(received).length;
  if (received === held) return { tone: 'good', text: `Equal to the browser’s token, byte for byte (${bytes} bytes).` };
  if (received !== bidWith) return { tone: 'bad', text: 'Not the token that the browser bid with.' };
  return { tone: 'wait', text: `Equal to the token it bid with (${bytes} bytes); ${held ? 'the browser has a newer one now.' : 'the browser holds none any more.'}` };
}

/** Shows the newest request of each SSP in `place`. */
export function showSsps(place: Element, received: Received[]): void {
  SSPS.forEach(({ ssp, name, tokenIn }, i) => {
    const [head, body] = place.children[i].children;
    const newest = received.find(request => request.ssp === ssp);
    const token = newest && tokenIn(newest.body);
    const { tone, text } = newest ? verdict(token, tokenNow(), uid2In(lastEids())) : { tone: 'off', text: 'No request yet.' };
    fill(head, [newest?.time, text], () => [
      h('h3', {}, name, newest && h('time', {}, clock(newest.time))), h('p', { class: `verdict ${tone}` }, text)
    ]);
    fill(body, newest?.time, () => [newest && code(JSON.stringify(newest.body, null, 2), token)]);
  });
}
