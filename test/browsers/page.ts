// A publisher's page: what its scripts do, and how its address says what it is configured with.

/** What a page is configured with. */
export interface Setup {
  /** Prebid's config. */
  config?: object;
  /** In each page that is loaded, waits for an order: params, and the code of an auction; then loads the page again. */
  obeys?: number;
  /** The bundle has `window.__uid2` in it. */
  sdk?: boolean;
  /** Nothing is told before the page is left, as in browsers that have no `beforeunload`. */
  isSilent?: boolean;
}

/** The address of a page with this setup; a path of its own makes it another page. */
export const addressOf = (url: string, setup: Setup, path = '/'): string =>
  `${url}${path}?setup=${encodeURIComponent(JSON.stringify(setup))}`;

// what went wrong in a page is kept in the page, and sent as it is left
const WATCH = `
  window.errors = [];
  addEventListener('error', (event) => errors.push(event.message));
  addEventListener('unhandledrejection', (event) => errors.push('unhandled: ' + event.reason));
  console.error = (...words) => errors.push('console: ' + words.join(' '));
  addEventListener('pagehide', () => {
    if (errors.length) navigator.sendBeacon('/errors', errors.splice(0).join('; '));
  });
  addEventListener('pageshow', ({ persisted }) => { window.isBack = persisted; });`;

const ACT = `
  window.pbjs = { que: [] };
  const { config, obeys, isSilent } = JSON.parse(new URL(location).searchParams.get('setup') || '{}');
  if (isSilent) addEventListener('beforeunload', (event) => event.stopImmediatePropagation(), true);
  const configure = (params = {}) => {
    const { userIds: [entry], ...rest } = config.userSync;
    const userIds = [{ ...entry, params: { ...entry.params, ...params } }];
    pbjs.setConfig({ ...config, userSync: { ...rest, userIds } });
  };
  if (config && obeys === undefined) pbjs.que.push(() => configure());
  const bids = [{ bidder: 'serverside', params: { placement: '1' } }];
  const mediaTypes = { banner: { sizes: [[300, 250]] } };
  window.auction = (code) => new Promise((resolve) => pbjs.que.push(() =>
    pbjs.requestBids({ adUnits: [{ code, mediaTypes, bids }], timeout: 20000 }).then(() => resolve())));
  async function obey() {
    const answer = await fetch('/message', { method: 'POST' });
    const { params, code } = await answer.json();
    pbjs.que.push(() => configure(params));
    await auction(code + '-' + obeys);
    location.reload();
  }
  if (obeys !== undefined) obey();`;

/** The HTML of a page. */
export const htmlOf = (script: string): string => `<!doctype html><meta charset="utf-8"><title>Publisher</title>
<link rel="icon" href="data:,"><script>${WATCH}</script><script>${ACT}</script><script src="${script}"></script>`;
