// The code of this mode: to read, and to copy.
import { html } from 'lit';
import { code, copy } from './code.js';
import { lab } from './page.js';
import type { View } from './view.js';

const copying = (text: string, said: string) => async () => {
  await copy(text);
  return said;
};

const LOCALLY = `To try it with this site’s operator, add ${lab.mode === 'sdk' ? 'baseUrl' : 'uid2ApiBase'}: '${lab.operatorUrl}'.`;
const CONFIG = `Copied. Paste it into a page before Prebid.js. ${lab.mode === 'server-only' ? 'It needs the server’s part.' : LOCALLY}`;
const SERVER = 'Copied. Save it as server.mjs, run npm install express, and set UID2_API_KEY and UID2_API_SECRET.';

/** Buttons that copy. */
export const copyButtons = ({ doing }: View) => html`
    <button type="button" @click=${doing(copying(lab.code.config, CONFIG))}>Copy this config</button>
    <button type="button" @click=${doing(copying(lab.code.server, SERVER))}>Copy the server’s part</button>
    <button type="button" @click=${doing(copying(lab.code.page, 'Copied: the whole script, with the ads of this page.'))}>Copy the page’s whole script</button>`;

/** The code itself, on demand. */
export const wayCode = () => html`
  <details class="more"><summary>Show the code</summary>
    <h2 class="small">In the page</h2>${code(lab.code.page, { label: 'The page’s script', id: 'code-page' })}
    <h2 class="small">On the server</h2>${code(lab.code.server, { label: 'The server’s part', id: 'code-server' })}
  </details>`;
