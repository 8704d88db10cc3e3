// The panel under each page's title: what the browser holds beside what SSPs and operator have seen.
import { makeAccount, type AccountView } from './account.js';
import { showBrowser } from './browser.js';
import { h } from './dom.js';
import { showLive } from './live.js';
import { showOperator, type OperatorView } from './operator.js';
import { showSsps } from './ssp.js';
import { makeStations } from './stations.js';

const { demo } = window;
const EVERY = 1000;

const panel = document.getElementById('panel')!;
const stations = document.getElementById('stations');
const account = h('section', { class: 'card account' });
const live = h('section', { class: 'card live', 'aria-label': 'The numbers to watch' }, h('div'));
const browser = h('div', {}, h('div', { class: 'state' }), h('dl'), h('div'), h('div'));
const ssps = h('div', {}, h('div', {}, h('div'), h('div')), h('div', {}, h('div'), h('div')));
const operator = h('div');

panel.append(account);
stations?.prepend(live);
(document.getElementById('details') ?? panel).append(
  h('div', { class: 'columns' },
    h('section', { class: 'card' }, h('h2', {}, demo.mode === 'server-only' ? 'On the server and this page' : 'In this browser'), browser),
    h('section', { class: 'card' }, h('h2', {}, 'At the SSPs'), ssps)),
  h('section', { class: 'card' }, h('h2', {}, 'At the operator'), operator)
);

const json = async (path: string) => (await fetch(path)).json();

async function refresh(): Promise<void> {
  const [state, received] = await Promise.all([json('/lab/state'), json(`/ssp/requests/${demo.placement}`)]);
  const view = state as { session: AccountView['session']; optedOutHere: boolean; operator: OperatorView };
  show({ session: view.session, optedOutHere: view.optedOutHere, fault: view.operator.fault });
  showBrowser(browser, demo.mode, view.session);
  showSsps(ssps, received);
  showOperator(operator, view.operator);
  if (stations) showLive(live.firstElementChild!, demo, view.operator);
}

const accountCard = stations ? makeAccount(account, demo, refresh, false, live) : makeAccount(account, demo, refresh);
const showStations = stations && makeStations(stations, demo, accountCard);

function show(view: AccountView): void {
  accountCard.show(view);
  showStations?.(view);
}
show({ session: demo.session, optedOutHere: false, fault: null });

async function watch(): Promise<void> {
  if (!document.hidden) {
    await refresh().catch(() => accountCard.say('This site’s server does not answer. Is it still running?', true));
  }
  setTimeout(watch, EVERY);
}
watch();
