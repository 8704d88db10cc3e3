// The card "at the operator": the requests it has seen, newest first.
import { html, nothing } from 'lit';
import type { View } from './view.js';
import { clock } from './words.js';

// The query holds only the client version, the same in every row.
const shortPath = (path: string) => path.split('?')[0];

function health({ reachable, admin, fault }: View['state']['operator']) {
  if (!reachable) return html`<p class="verdict bad">The operator cannot be reached.</p>`;
  if (!admin) {
    return html`<p class="verdict wait">This operator has no /admin, as a real one. So opting out, faults and the clock are off here, and you see only this page’s own requests.</p>`;
  }
  return fault ? html`<p class="verdict bad">Broken on purpose: it ${fault}.</p>` : html`<p class="verdict good">It works.</p>`;
}

/** The operator's request log; without one, what this page has asked. */
export function operatorCard({ state: { operator } }: View) {
  const { requests, refreshes, admin } = operator;
  return html`
    <section class="card" aria-labelledby="operator-title">
      <h2 id="operator-title">At the operator</h2>
      ${health(operator)}
      ${admin ? html`<p class="hint" id="refreshes">${refreshes} refresh request${refreshes === 1 ? '' : 's'} so far.</p>` : nothing}
      ${requests.length ? html`
        <div class="log" tabindex="0" role="region" aria-label="Requests to the operator"><table>
          <thead><tr>${['Time', 'Request', 'Status', 'Took'].map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
          <tbody>${requests.map(({ time, method, path, status, ms, preflight }) => html`<tr>
            <td>${clock(time)}</td>
            <td class="path">${method} ${shortPath(path)}${preflight ? ' (preflight)' : nothing}</td>
            <td class=${status >= 400 || !status ? 'failed' : ''}>${status || 'none'}</td>
            <td>${Math.round(ms)} ms</td></tr>`)}
          </tbody></table></div>` : html`<p class="none">No requests yet.</p>`}
    </section>`;
}
