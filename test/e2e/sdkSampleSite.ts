// Pages that do what UID2's sample sites for the JavaScript SDK do, and show what those show. Written for the SDK: nothing in them knows of us.
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateToken } from '../../operator/client.ts';
import type { Identity, Operator } from '../../operator/index.ts';

/** What each of the samples shows, whenever it is told of something. */
const SHOW = `
  let updates = 0;
  function show(state) {
    const token = __uid2.getAdvertisingToken();
    const values = {
      ready: token ? 'yes' : 'no',
      token: String(token),
      loginRequired: __uid2.isLoginRequired() ? 'yes' : 'no',
      optedOut: __uid2.hasOptedOut() ? 'yes' : 'no',
      updates: String(++updates),
      state: JSON.stringify(state, (name, value) => (name === 'identity' && value ? 'an identity' : value))
    };
    for (const [name, value] of Object.entries(values)) document.getElementById(name).textContent = value;
  }`;
const TABLE = ['ready', 'token', 'loginRequired', 'optedOut', 'updates', 'state'].map((name) => `<dt>${name}<dd id="${name}">`).join('');
const CONFIG = '{ userSync: { auctionDelay: 60000, syncEnabled: false, userIds: [{ name: "uid2" }] } }';

const page = (script: string, more = '') => `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">
  <script>
    window.pbjs = { que: [() => pbjs.setConfig(${CONFIG})] };
    ${SHOW}
    ${script}
  </script>
  ${more}
  <script src="/prebid.js" async></script>
  <dl>${TABLE}</dl>`;

/** A token made in the page. */
const clientSide = ({ url, cstg }: Operator) => page(`
  window.__uid2 = window.__uid2 || {};
  window.__uid2.callbacks = window.__uid2.callbacks || [];
  __uid2.callbacks.push((event, payload) => {
    if (event === 'SdkLoaded') __uid2.init({ baseUrl: '${url}' });
    else show([event, payload]);
  });
  window.logIn = (email) => __uid2.setIdentityFromEmail(email, ${JSON.stringify(cstg)});
  window.logOut = () => __uid2.disconnect();`);

/** A token made by the server at login, and refreshed by the page. */
const clientServer = ({ url }: Operator, identity?: Identity) => page(`
  window.__uid2 = window.__uid2 || {};
  window.__uid2.callbacks = window.__uid2.callbacks || [];
  __uid2.callbacks.push((event) => {
    if (event === 'SdkLoaded') __uid2.init({ callback: show, baseUrl: '${url}'${identity ? `, identity: ${JSON.stringify(identity)}` : ''} });
    if (event === 'IdentityUpdated') show(event);
  });
  window.logOut = () => __uid2.disconnect();`);

/** Stubs of GPT, of IMA, and of UID2's secure-signal script: what they do with a provider, and nothing else. */
const GOOGLE_STUBS = `<script>
  window.googletag = { cmd: [], secureSignalProviders: [] };
  window.google = { ima: { request: async () => Promise.all(googletag.secureSignalProviders.map(({ collectorFunction }) => collectorFunction().catch(() => null))) } };
  window.__uid2SecureSignalProvider = {
    registerSecureSignalProvider() {
      googletag.secureSignalProviders.push({ id: 'uidapi.com', collectorFunction: () => __uid2.getAdvertisingTokenAsync() });
    }
  };
</script>`;

/** The client-side sample with video ads that carry the token as a secure signal. */
const secureSignals = (operator: Operator) => clientSide(operator).replace('<script src=', `${GOOGLE_STUBS}<script src=`);

/** The sites of one operator, on 127.0.0.1 until they are closed. */
export async function serveSamples(operator: Operator, prebid: string) {
  let identity: Identity | undefined;
  const pages: Record<string, () => string> = {
    '/client-side': () => clientSide(operator),
    '/client-server': () => clientServer(operator, identity),
    '/secure-signals': () => secureSignals(operator)
  };
  const server = createServer(async (req, res) => {
    if (req.url === '/prebid.js') return res.setHeader('content-type', 'text/javascript').end(await readFile(prebid));
    res.setHeader('content-type', 'text/html').end(pages[req.url ?? '']?.());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** What the server does at login; nothing for a reader who has opted out. */
    async logIn(email: string) {
      const answer = await generateToken(operator, { email });
      identity = answer === 'optout' ? undefined : answer.identity;
      return identity;
    },
    logOut() { identity = undefined; },
    close() {
      server.close();
      server.closeAllConnections();
    }
  };
}
