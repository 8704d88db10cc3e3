// How far this site's clock is ahead, in the page's header.
import { html, nothing } from 'lit';
import type { View } from './view.js';
import { duration } from './words.js';

/** Nothing while the clock is right. */
export const clockChip = ({ state: { ahead }, doing, acts }: View) => ahead ? html`
  <span>The clock is ${duration(ahead)} ahead</span>
  <button type="button" class="small" @click=${doing(acts.resetClock)}>Reset</button>` : nothing;
