// The card "in this browser": what the module holds, and why.
import { code, fill, h } from './dom.js';
import { lastEids, statusNow, tokenNow, type SessionView, type Status } from './page.js';
import { EXPIRED_ON_SERVER, fromNow, reasonInWords, sourceInWords, STATES } from './words.js';

let lastExpiry: number | undefined;
let lastRefresh: number | undefined;

// Seen from outside: a later expiry than before means that a refresh has happened on this page.
function noticeRefresh({ identityExpires }: Status, now: number): void {
  if (identityExpires && lastExpiry && identityExpires > lastExpiry) lastRefresh = now;
  lastExpiry = identityExpires ?? lastExpiry;
}

// In server-only mode the module is not asked at all, so the server's word counts.
function serverStatus(session: SessionView, now: number): Status {
  const { optedOut, identityExpires, refreshFrom, refreshExpires, lastError } = session ?? {};
  const state = optedOut ? 'optedOut' : !identityExpires ? 'none'
    : now < refreshFrom! ? 'fresh' : now < identityExpires ? 'stale' : now < refreshExpires! ? 'expired' : 'dead';
  return { state, source: session ? 'the server’s session' : undefined, identityExpires, refreshFrom, lastError };
}

/** When the operator is asked next, in words. */
export const nextRefresh = ({ nextRefresh: next }: Status, now: number): string | undefined =>
  next === undefined ? undefined : next > now ? fromNow(next, now) : 'due now';

function facts(status: Status, refreshed: number | undefined, now: number): Array<[string, string]> {
  const rows: Array<[string, string | 0 | undefined]> = [
    ['Why', reasonInWords(status.reason)],
    ['Source', sourceInWords(status.source)],
    [status.identityExpires! > now ? 'Token expires' : 'Token expired', fromNow(status.identityExpires, now)],
    // in words of the module: when it asks next; of the server: from when on it would
    status.reason ? ['Next refresh', nextRefresh(status, now)] : ['Refresh from', fromNow(status.refreshFrom, now)],
    ['Last refresh', fromNow(refreshed, now) ?? (status.identityExpires && 'none seen on this page')],
    ['Last error', status.lastError ? String(status.lastError) : undefined]
  ];
  return rows.filter((row): row is [string, string] => !!row[1]);
}

/** Shows state, countdowns, token and eids in `place`; call it once a second. */
export function showBrowser(place: Element, mode: string, session: SessionView): void {
  const now = Date.now();
  const onServer = mode === 'server-only';
  const status = onServer ? serverStatus(session?.mode === mode ? session : null, now) : statusNow();
  noticeRefresh(status, now);
  const words = (onServer && status.state === 'expired' ? EXPIRED_ON_SERVER : STATES[status.state]) ?? { chip: status.state, tone: 'off', means: '' };
  const [head, list, token, eids] = place.children;

  fill(head, words, () => [
    h('span', { class: `chip ${words.tone}` }, words.chip), h('p', {}, words.means)
  ]);
  const rows = facts(status, onServer ? session?.refreshedAt : lastRefresh, now);
  fill(list, rows, () => rows.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)]));
  const held = tokenNow();
  const usable = status.state === 'fresh' || status.state === 'stale';
  fill(token, [held, usable], () => [
    h('h3', {}, !onServer ? 'The token a bidder gets now' : held && !usable ? 'The token this page was given, used up' : 'The token this page was given'),
    held ? code(held, held) : h('p', { class: 'none' }, 'None.')
  ]);
  const sent = lastEids();
  fill(eids, sent ?? null, () => [
    h('h3', {}, 'The eids of the last bid request'),
    sent?.length ? code(JSON.stringify(sent, null, 2), held) : h('p', { class: 'none' }, sent ? 'None.' : 'No auction yet.')
  ]);
}
