// The numbers to watch while trying things: state and why, the next refresh, what the operator was asked, the last auction.
import { nextRefresh } from './browser.js';
import { fill, h } from './dom.js';
import type { OperatorView } from './operator.js';
import { lastEids, statusNow, tokenNow, uid2In, type Demo } from './page.js';
import { reasonInWords, STATES } from './words.js';

const END = 8;

// enough to tell one token from another
const endOf = (token: string | undefined) => token && `…${token.slice(-END)}`;

/** Shows them in `place`; call it once a second. */
export function showLive(place: Element, { lastAuction }: Demo, { refreshes, fault }: OperatorView): void {
  const now = Date.now();
  const status = statusNow();
  const { chip, tone } = STATES[status.state];
  const sent = lastEids();
  const rows: Array<[string, string]> = [
    ['Why', reasonInWords(status.reason) ?? 'Prebid has not loaded yet'],
    ['Token', endOf(tokenNow()) ?? 'none'],
    ['Next refresh', nextRefresh(status, now) ?? 'none'],
    ['Operator', `${fault ? `it ${fault}` : 'works'}, ${refreshes} refresh request${refreshes === 1 ? '' : 's'}`],
    ['Last auction', lastAuction && sent ? `held ${Math.round(lastAuction.held)} ms, ${endOf(uid2In(sent)) ?? 'no UID2'}` : 'none yet']
  ];
  fill(place, [chip, rows], () => [
    h('span', { class: `chip ${tone}` }, chip),
    h('dl', {}, ...rows.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]))
  ]);
}
