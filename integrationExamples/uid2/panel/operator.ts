// The card "at the operator": the requests it has seen, newest first.
import { fill, h } from './dom.js';
import { clock } from './words.js';

export type OperatorView = {
  reachable: boolean;
  fault: string | null;
  /** How many of all requests were for a refresh. */
  refreshes: number;
  requests: Array<{ time: number; method: string; path: string; status: number; ms: number; preflight?: boolean }>;
};

// The query holds only the client version, the same in every row.
const shortPath = (path: string) => path.split('?')[0];

/** Shows the operator's request log in `place`. */
export function showOperator(place: Element, { reachable, fault, requests }: OperatorView): void {
  fill(place, [reachable, fault, requests], () => {
    if (!reachable) return [h('p', { class: 'verdict bad' }, 'The operator cannot be reached.')];
    const state = fault ? h('p', { class: 'verdict bad' }, `Broken on purpose: it ${fault}.`) : h('p', { class: 'verdict good' }, 'It works.');
    if (!requests.length) return [state, h('p', { class: 'none' }, 'No requests yet.')];
    return [state, h('div', { class: 'log', tabindex: 0 }, h('table', {},
      h('thead', {}, h('tr', {}, ...['Time', 'Request', 'Status', 'Took'].map(name => h('th', {}, name)))),
      h('tbody', {}, ...requests.map(({ time, method, path, status, ms, preflight }) => h('tr', {},
        h('td', {}, clock(time)),
        h('td', { class: 'path' }, `${method} ${shortPath(path)}${preflight ? ' (preflight)' : ''}`),
        h('td', { class: status >= 400 || !status ? 'failed' : '' }, status ? String(status) : 'none'),
        h('td', {}, `${Math.round(ms)} ms`)
      )))
    ))];
  });
}
