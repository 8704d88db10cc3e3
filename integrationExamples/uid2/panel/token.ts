// The cards on the token: its state, why and what to do; and what the browser holds.
import { html, nothing } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import { code } from './code.js';
import { lastEids, sdkToken, type Status } from './page.js';
import type { View } from './view.js';
import { anchorOf, fromNow, sourceInWords } from './words.js';

/** When the operator is asked next, in words. */
const nextRefresh = ({ nextRefresh: next }: Status, now: number): string | undefined =>
  next === undefined ? undefined : next > now ? fromNow(next, now) : 'due now';

/** Whether there is a token that bidders may get. */
const isSent = ({ state }: Status) => state === 'fresh' || state === 'stale';

function facts({ standing: { status }, known: { now }, lastRefresh }: View): Array<[string, string]> {
  const rows: Array<[string, string | 0 | undefined]> = [
    ['Source', sourceInWords(status.source)],
    [status.identityExpires! > now ? 'Token expires' : 'Token expired', fromNow(status.identityExpires, now)],
    // in words of the module: when it asks next; of the server: from when on it would
    status.reason ? ['Next refresh', nextRefresh(status, now) ?? 'none'] : ['Refresh from', fromNow(status.refreshFrom, now)],
    ['Last refresh', fromNow(lastRefresh, now) ?? (status.identityExpires && 'none seen on this page')],
    ['Last error', status.lastError ? String(status.lastError) : undefined],
    ['Withheld from', isSent(status) && status.withheldFrom?.length ? status.withheldFrom.join(', ') : undefined]
  ];
  return rows.filter((row): row is [string, string] => !!row[1]);
}

/** The state of the token, why, and the cure with a link into the documentation. */
export function stateCard(view: View) {
  const { standing: { chip, tone, means, why, reason }, advice } = view;
  const cure = reason && advice[reason]?.cure;
  return html`
    <section class="card state" aria-labelledby="state-title">
      <h2 id="state-title">The token</h2>
      <div class="now"><span class="chip ${tone}">${chip}</span><p>${means}</p></div>
      <dl>
        ${why ? html`<dt>Why</dt><dd id="why">${why}</dd>` : nothing}
        ${reason && reason !== 'ok' ? html`<dt>Cure</dt><dd id="cure">${cure ? unsafeHTML(cure) : 'none'}.
          <a href="/docs/uid2IdSystem#${anchorOf(reason)}">In the documentation</a></dd>` : nothing}
        ${facts(view).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}
      </dl>
    </section>`;
}

function heldTitle({ mode, standing: { status } }: View, token: string | undefined): string {
  if (mode !== 'server-only') return 'The token that a bidder gets now';
  return token && !isSent(status) ? 'The token that this page was given, used up' : 'The token that this page was given';
}

/** What the browser holds: the token, the last eids, and on demand what it stores and what status() says. */
export function browserCard(view: View) {
  const { mode, token } = view;
  const sent = lastEids();
  return html`
    <section class="card" aria-labelledby="browser-title">
      <h2 id="browser-title">In this browser</h2>
      <h3>${heldTitle(view, token)}</h3>
      ${token ? code(token, { mark: token, label: 'The token in full' }) : html`<p class="none">None.</p>`}
      ${mode === 'sdk' ? html`<h3><span>For an SSP that is not in Prebid: <code>__uid2.getAdvertisingToken()</code></span></h3>
        ${code(sdkToken() ?? 'None.', { label: 'The token by UID2’s SDK', id: 'own' })}` : nothing}
      <h3>The eids of the last bid request</h3>
      ${sent?.length ? code(JSON.stringify(sent, null, 2), { mark: token, label: 'The eids' }) : html`<p class="none">${sent ? 'None.' : 'No auction yet.'}</p>`}
      ${onDemand('status', 'pbjs.uid2.status(), as JSON', () => (window as unknown as { pbjs: { uid2?: { status(): Status } } }).pbjs.uid2?.status() ?? null)}
      ${onDemand('stored', 'What this browser stores, as JSON', stored)}
    </section>`;
}

const KEYS = ['__uid2_advertising_token', '__uid2_advertising_token_note', 'UID2-sdk-identity'];

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

// The module's keys only. Whose token it is stands there as a salted hash, if at all.
function stored(): Record<string, unknown> {
  const found = KEYS.map((key) => [key, localStorage.getItem(key)] as const).filter((entry): entry is [string, string] => entry[1] !== null);
  return Object.fromEntries(found.map(([key, text]) => [key, parsed(text)]));
}

// Made only while it is open.
function onDemand(id: string, title: string, make: () => unknown) {
  const isOpen = (document.getElementById(id) as HTMLDetailsElement | null)?.open;
  return html`<details class="more" id=${id}><summary>${title}</summary>${isOpen ? code(JSON.stringify(make(), null, 2), { label: title }) : nothing}</details>`;
}
