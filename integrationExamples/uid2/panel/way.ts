// The code of this mode: to read, and to copy.
import { html } from 'lit';
import { code, copy } from './code.js';
import { lab } from './page.js';
import type { View } from './view.js';

const copying = (text: string, said: string) => async () => {
  await copy(text);
  return said;
};

/** Buttons that copy. */
export const copyButtons = ({ doing }: View) => html`
    <button type="button" @click=${doing(copying(lab.code.config, 'Copied. Paste it into a page before Prebid.js: it works as it is, with this machine’s operator.'))}>Copy this config</button>
    <button type="button" @click=${doing(copying(lab.code.server, 'Copied. Save it as server.mjs, run npm install express, and set UID2_API_KEY and UID2_API_SECRET.'))}>Copy the server’s part</button>
    <button type="button" @click=${doing(copying(lab.code.page, 'Copied: the whole script of this page, ads included.'))}>Copy the page’s whole script</button>`;

/** The code itself, on demand. */
export const wayCode = () => html`
  <details class="more"><summary>Show the code</summary>
    <h2 class="small">In the page</h2>${code(lab.code.page, { label: 'The script of this page', id: 'code-page' })}
    <h2 class="small">On the server</h2>${code(lab.code.server, { label: 'The server’s part', id: 'code-server' })}
  </details>`;
