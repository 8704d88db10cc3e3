// The bar at the bottom: the numbers to watch while you try things, and what the last button did.
import { html, nothing } from 'lit';
import { auctionInWords } from './auctions.js';
import type { View } from './view.js';
import { fromNow } from './words.js';

const END = 8;

/** Always in sight. */
export function bar({ standing: { chip, tone, status }, token, auctions, line, now }: View) {
  const last = auctions.at(-1);
  const next = status.nextRefresh;
  return html`
    <aside class="bar" aria-label="The numbers to watch">
      <div class="numbers">
        <span class="dot ${tone}"></span><b>${chip}</b>
        <span>Token <code>${token ? `…${token.slice(-END)}` : 'none'}</code></span>
        ${next ? html`<span>Next refresh ${next > now ? fromNow(next, now) : 'is due'}</span>` : nothing}
        <span class="last">${last ? auctionInWords(last, performance.now()) : 'No auction yet'}</span>
      </div>
      <p class="line ${line.isBad ? 'bad' : ''}" role="status">${line.text}</p>
    </aside>`;
}
