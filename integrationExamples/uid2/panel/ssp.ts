// The card "at the SSPs": what arrived there, compared with what the browser holds.
import { html } from 'lit';
import { code } from './code.js';
import { tokenIn, type Received } from './received.js';
import { clock } from './words.js';

const SSPS = [
  { ssp: 'prebid-server', name: 'Prebid Server, OpenRTB 2' },
  { ssp: 'theadx', name: 'theAdx, from the browser' }
];

type Verdict = { tone: 'good' | 'wait' | 'off' | 'bad'; text: string };

/** What the browser knows: the token it holds, the one it bid with, and who was to get none. */
export type Held = { token?: string; bidWith?: string; withheldFrom: string[] };

/** What to say about a token that reached an SSP. */
export function verdict(received: string | undefined, { token, bidWith }: Held, isWithheld: boolean): Verdict {
  if (!received) {
    if (isWithheld) return { tone: 'off', text: 'No UID2: a rule denies it to this bidder.' };
    return bidWith ? { tone: 'bad', text: 'No UID2 arrived, though the bid request had one.' } : { tone: 'off', text: 'No UID2 in this request.' };
  }
  const bytes = new TextEncoder().encode(received).length;
  if (received === token) return { tone: 'good', text: `Equal to the browser’s token, byte for byte (${bytes} bytes).` };
  if (received !== bidWith) return { tone: 'bad', text: 'Not the token that the browser bid with.' };
  return { tone: 'wait', text: `Equal to the token it bid with (${bytes} bytes). ${token ? 'The browser has a newer one now.' : 'The browser holds none any more: the next auction sends none.'}` };
}

/** The newest request of each SSP. */
export const sspCard = (received: Received[], held: Held) => html`
  <section class="card ssps" aria-labelledby="ssps-title">
    <h2 id="ssps-title">At the SSPs</h2>
    ${SSPS.map(({ ssp, name }) => {
      const newest = received.find((request) => request.ssp === ssp);
      const token = newest && tokenIn(newest);
      const { tone, text } = newest ? verdict(token, held, held.withheldFrom.includes(ssp)) : { tone: 'off', text: 'No request yet.' };
      return html`
        <h3>${name}${newest && html`<time>${clock(newest.time)}, auction ${newest.nth}</time>`}</h3>
        <p class="verdict ${tone}">${text}</p>
        ${newest && code(JSON.stringify(newest.body, null, 2), { mark: token, label: `What ${name} has received` })}`;
    })}
  </section>`;
