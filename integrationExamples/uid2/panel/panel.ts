// The playground: one look at page and server, one view, all cards made from it.
import { html, render } from 'lit';
import { actsWith } from './acts.js';
import { auctionsIn } from './auctions.js';
import { bar } from './bar.js';
import { clockChip } from './clockChip.js';
import { addressWith } from './conditionList.js';
import { uid2In } from './eids.js';
import { restoreFocus } from './focus.js';
import type { History } from './history.js';
import { operatorCard } from './operator.js';
import { eventsSoFar, lab, lastEids, statusNow, tokenNow } from './page.js';
import { readerCard } from './reader.js';
import type { Received } from './received.js';
import { askAdvice, askServer, type Advice, type ServerState } from './server.js';
import { sspCard } from './ssp.js';
import { standingOf, type Known } from './standing.js';
import { tryIt } from './stations.js';
import { NARROW, timeline, WIDE } from './timeline.js';
import { browserCard, stateCard } from './token.js';
import type { Act, Line, View } from './view.js';
import { observe, ownRequests, remember, remembered } from './watch.js';
import { copyButtons, wayCode } from './way.js';

const ASK_EVERY = 1000;
const DRAW_EVERY = 200;
const isNarrow = matchMedia('(max-width: 800px)');
const NO_STATE: ServerState = { session: lab.session, optedOutHere: false, optedOutLater: false, ahead: 0, operator: { reachable: true, admin: true, fault: null, refreshes: 0, requests: [] } };

const place = (id: string) => document.getElementById(id)!;
const links = [...document.querySelectorAll<HTMLAnchorElement>('nav.tabs a')];
const tabNames = Object.fromEntries(links.map((link) => [link.dataset.mode!, link.textContent!]));

let state = NO_STATE;
let isAsked = false;
let received: Received[] = [];
let advice: Record<string, Advice> = {};
let history: History = remembered();
let line: Line = { text: '', isBad: false };
let tabs = 0;
let lastExpiry: number | undefined;
let lastRefresh: number | undefined;

const acts = actsWith((count) => { tabs = count; }, seen);

// One action at a time; whatever goes wrong becomes one line.
const doing = (act: Act) => async (event: Event) => {
  event.preventDefault();
  try {
    const text = await act();
    await ask();
    line = { text: text ?? '', isBad: false };
  } catch (error) {
    line = { text: (error as Error).message, isBad: true };
  }
  draw();
};

async function ask(): Promise<void> {
  [state, received] = await askServer();
  isAsked = true;
  if (!state.operator.admin) state.operator.requests = ownRequests();
}

// What a button changes is told from a look before it.
async function seen(): Promise<void> {
  if (history.scene) return;
  await ask().catch(() => {});
  draw();
}

// Seen from outside: a later expiry than before means that a refresh has happened on this page.
function noticeRefresh(expires: number | undefined, now: number): void {
  if (expires && lastExpiry && expires > lastExpiry) lastRefresh = now;
  lastExpiry = expires ?? lastExpiry;
}

function look(): View {
  const now = Date.now();
  const { mode, faults } = lab;
  const known: Known = { mode, session: state.session, optedOutHere: state.optedOutHere, status: statusNow(), now };
  const standing = standingOf(known);
  noticeRefresh(standing.status.identityExpires, now);
  const auctions = auctionsIn(eventsSoFar(), received);
  if (isAsked) history = observe(history, { auctions, state, standing, now });
  const refreshed = mode === 'server-only' && standing.isHere ? state.session?.refreshedAt : lastRefresh;
  return { mode, now, known, standing, state, received, auctions, history, advice, token: tokenNow(), lastRefresh: refreshed, line, faults, tabNames, acts, doing };
}

function draw(): void {
  const view = look();
  const held = { token: view.token, bidWith: uid2In(lastEids()), withheldFrom: view.standing.status.withheldFrom ?? [] };
  render(clockChip(view), place('clock'));
  render(copyButtons(view), place('copy'));
  render(wayCode(), place('code'));
  render(html`
    <div class="columns">${readerCard(view)}${stateCard(view)}</div>
    ${timeline(view, isNarrow.matches ? NARROW : WIDE)}
    <div class="columns">${browserCard(view)}${sspCard(view.received, held)}</div>
    ${tryIt(view, tabs)}
    ${operatorCard(view)}
    ${bar(view)}`, place('panel'));
}

// A tab takes the reader and the conditions along; with a key held down it is a link like any other.
for (const link of links) {
  const mode = link.dataset.mode!;
  link.href = addressWith(location.search, { mode });
  link.addEventListener('click', (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || !state.session) return;
    doing(acts.moveTo(mode))(event);
  });
}

async function watch(): Promise<void> {
  if (!document.hidden) {
    await ask().catch((error: Error) => { line = { text: error.message, isBad: true }; });
    remember(history);
  }
  setTimeout(watch, ASK_EVERY);
}

function keepDrawing(): void {
  if (!document.hidden) draw();
  setTimeout(keepDrawing, DRAW_EVERY);
}

window.addEventListener('pagehide', () => remember(history));
askAdvice().then((said) => { advice = said; }, () => {});
keepDrawing();
restoreFocus();
watch();
