// "Try it": what goes wrong on real pages, by your own hand; and the conditions to try it under.
import { html, nothing } from 'lit';
import { CONDITIONS, conditionsOn } from './conditionList.js';
import type { Act, View } from './view.js';

type Button = { text: string; act: Act; isOff?: boolean };
type Station = { title: string; todo: string; look: string; buttons: Button[]; more?: unknown };

const SLOW = 'takes two seconds';

function stationsOf({ acts, standing, known, state, mode }: View): Station[] {
  const { isHere, isOut } = standing;
  const { admin, fault } = state.operator;
  const run: Button = { text: 'Run auction', act: acts.runAuction };
  const briefly: Button = { text: 'Sleep for 20 seconds', act: acts.sleepBriefly, isOff: !admin };
  return [{
    title: 'Sleep',
    todo: 'Sleep for a minute, a night for these tokens. Then run an auction at once.',
    look: 'No timer has gone off, yet the old token is gone. The auction waits for one round trip to the operator, and bids with a new token.',
    buttons: [{ text: 'Sleep for a minute', act: acts.sleepMinute, isOff: !admin }, run]
  }, {
    title: 'Many tabs',
    todo: 'Open ten tabs at once, with a token that has expired. They are frames here: those share storage and locks as tabs do.',
    look: 'One refresh request, not eleven, and the same token everywhere. Leave them open: each refresh adds one request.',
    buttons: [
      { text: 'Open ten tabs', act: acts.openTabs, isOff: !isHere || isOut || mode === 'server-only' || (!admin && mode !== 'cookie') },
      { text: 'Close them', act: acts.closeTabs }, { text: 'Count from zero', act: acts.count, isOff: !admin }
    ],
    more: html`<a class="button" href=${location.pathname + location.search} target="_blank" rel="noopener">Open a real tab</a>`
  }, {
    title: 'Outage',
    todo: 'Break the operator, let 20 seconds pass, and run two auctions. Load the page again. Mend the operator.',
    look: 'The token stays in use until it expires. Only the auction that asks is held, until that fails. “Next refresh” moves away: 5 seconds, then twice as long each time.',
    buttons: [
      { text: 'Break the operator', act: acts.fault, isOff: !!fault || !admin }, briefly, run,
      { text: 'Mend the operator', act: acts.mend, isOff: !fault }
    ]
  }, {
    title: 'Logout',
    todo: 'Open ten tabs, or a real one beside this. Log out here. Run an auction in each real tab.',
    look: 'The token is gone from all of them at once, without a word to the operator. No auction has one. After a new login the other tabs have the new one.',
    buttons: [{ text: 'Log out here', act: acts.logOut, isOff: !known.session }, run]
  }, {
    title: 'Opt-out',
    todo: 'Opt out at the operator, let 20 seconds pass, and run an auction. The refresh learns of it.',
    look: '“Opted out” in every tab, no UID2 in the bids, and no more refresh requests. Opt in again, then log out and in.',
    buttons: [
      { text: 'Opt out at the operator', act: acts.optOut, isOff: !isHere || isOut || !admin }, briefly, run,
      { text: 'Opt in again', act: acts.optIn, isOff: !isHere || !known.optedOutHere || !admin }
    ]
  }];
}

const frames = (tabs: number) => html`<div class="frames">${Array.from({ length: tabs }, (_, i) =>
  html`<iframe src="/tab.html${location.search}" title="Tab ${i + 1}"></iframe>`)}</div>`;

const station = ({ title, todo, look, buttons, more }: Station, { doing }: View, tabs: number) => html`
  <section class="card station" data-station=${title} aria-label=${title}>
    <h3>${title}</h3>
    <p><b>Do.</b> ${todo}</p>
    <p><b>See.</b> ${look}</p>
    <div class="group">
      ${buttons.map(({ text, act, isOff }) => html`<button type="button" ?disabled=${!!isOff} @click=${doing(act)}>${text}</button>`)}${more ?? nothing}
    </div>
    ${title === 'Many tabs' && tabs ? frames(tabs) : nothing}
  </section>`;

type Toggle = { id: string; label: string; hint: string; isOn: boolean; isOff?: boolean; set(on: boolean): Promise<string | void> };

const toggle = ({ id, label, hint, isOn, isOff, set }: Toggle, { doing }: View) => html`
  <button type="button" role="switch" class="switch" id=${id} aria-checked=${isOn} ?disabled=${!!isOff} aria-describedby="${id}-hint" @click=${doing(() => set(!isOn))}>
    <span class="knob" aria-hidden="true"></span><span><b>${label}</b><span class="hint" id="${id}-hint">${hint}</span></span>
  </button>`;

/** The switches, and the stations. */
export function tryIt(view: View, tabs: number) {
  const { acts, state: { operator } } = view;
  const on = conditionsOn(location.search);
  const toggles: Toggle[] = CONDITIONS.map(({ name, label, hint, ...rest }) => ({
    id: `with-${name}`, label, hint, isOn: on.some((one) => one.name === name), set: (isOn) => acts.setCondition(name, isOn), ...rest
  }));
  const slow: Toggle = {
    id: 'with-slow', label: 'Slow network', hint: 'The operator takes two seconds.', isOn: operator.fault === SLOW, isOff: !operator.admin, set: acts.setSlow
  };
  return html`
    <section class="card" aria-labelledby="conditions-title">
      <h2 id="conditions-title">Under which conditions</h2>
      <div class="switches">${[...toggles, slow].map((one) => toggle(one, view))}</div>
    </section>
    <h2 id="try">Try it</h2>
    <div class="stations">${stationsOf(view).map((one) => station(one, view, tabs))}</div>`;
}
