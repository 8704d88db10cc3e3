// The panel under each page's title: what the browser holds beside what SSPs and operator have seen.
import { makeAccount, type AccountView } from './account.js';
import { showBrowser } from './browser.js';
import { h } from './dom.js';
import { showOperator, type OperatorView } from './operator.js';
import { showSsps } from './ssp.js';

const { demo } = window;
const EVERY = 1000;

const account = h('section', { class: 'card account' });
const browser = h('div', {}, h('div', { class: 'state' }), h('dl'), h('div'), h('div'));
const ssps = h('div', {}, h('div', {}, h('div'), h('div')), h('div', {}, h('div'), h('div')));
const operator = h('div');

document.getElementById('panel')!.append(
  account,
  h('div', { class: 'columns' },
    h('section', { class: 'card' }, h('h2', {}, demo.mode === 'server-only' ? 'On the server and this page' : 'In this browser'), browser),
    h('section', { class: 'card' }, h('h2', {}, 'At the SSPs'), ssps)),
  h('section', { class: 'card' }, h('h2', {}, 'At the operator'), operator)
);

const json = async (path: string) => (await fetch(path)).json();

async function refresh(): Promise<void> {
  const [state, received] = await Promise.all([json('/lab/state'), json(`/ssp/requests/${demo.placement}`)]);
  const view = state as { session: AccountView['session']; optedOutHere: boolean; operator: OperatorView };
  accountCard.show({ session: view.session, optedOutHere: view.optedOutHere, fault: view.operator.fault });
  showBrowser(browser, demo.mode, view.session);
  showSsps(ssps, received);
  showOperator(operator, view.operator);
}

const accountCard = makeAccount(account, demo, refresh);
accountCard.show({ session: demo.session, optedOutHere: false, fault: null });

async function watch(): Promise<void> {
  if (!document.hidden) {
    await refresh().catch(() => accountCard.say('This site’s server does not answer. Is it still running?', true));
  }
  setTimeout(watch, EVERY);
}
watch();
