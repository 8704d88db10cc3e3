// The card "the reader": log in and out, run auctions, and what came of the last one.
import { html, nothing } from 'lit';
import { auctionInWords } from './auctions.js';
import { isOnClient } from './page.js';
import { readerInWords } from './standing.js';
import type { View } from './view.js';

function form({ mode, doing, acts }: View) {
  const name = isOnClient(mode) ? 'user' : 'email';
  return html`
    <form @submit=${doing(acts.logIn)}>
      <label for=${name}>${isOnClient(mode) ? 'E-mail or phone' : 'E-mail'}</label>
      <div class="field">
        <input id=${name} name=${name} type="text" inputmode=${isOnClient(mode) ? 'text' : 'email'} autocomplete="email" value="user@example.com" spellcheck="false">
        <button class="primary">Log in</button>
      </div>
      <p class="hint">${isOnClient(mode)
        ? 'Any address will do, or a number such as +12345678901. optout@example.com has opted out. Try 0491 570 006: the module says what is wrong.'
        : 'Any address will do. optout@example.com has opted out already.'}</p>
    </form>`;
}

function reader(view: View) {
  const { standing, known, doing, acts, tabNames } = view;
  if (!known.session) return form(view);
  return html`
    <div class="who">
      <p>Logged in as <b>${known.session.user}</b>${standing.isElsewhere ? html` in the mode “${tabNames[known.session.mode]}”` : nothing}.
        ${readerInWords(standing, known)}</p>
      <div class="group">
        ${standing.isElsewhere ? html`<button type="button" class="primary" @click=${doing(acts.takeAlong)}>Log in here instead</button>` : nothing}
        <button type="button" @click=${doing(acts.logOut)}>Log out</button>
      </div>
    </div>`;
}

/** Who is logged in, and the auction button with what came of the last auction. */
export function readerCard(view: View) {
  const { mode, standing, known, auctions, state, doing, acts, faults } = view;
  const last = auctions.at(-1);
  const { fault, admin } = state.operator;
  return html`
    <section class="card reader" aria-labelledby="reader-title">
      <h2 id="reader-title">The reader</h2>
      ${reader(view)}
      <div class="auction">
        <button type="button" class=${standing.isHere ? 'primary' : ''} @click=${doing(acts.runAuction)}>Run auction</button>
        <output id="last-auction">${last ? auctionInWords(last, performance.now()) : 'No auction yet'}</output>
      </div>
      <div class="actions">
        ${isOnClient(mode) ? html`<button type="button" ?disabled=${!admin} @click=${doing(acts.sleepMinute)}>Sleep for a minute</button>`
          : html`<button type="button" ?disabled=${!standing.isHere || standing.isOut} @click=${doing(acts.expire)}>Expire now</button>`}
        ${known.optedOutHere
          ? html`<button type="button" ?disabled=${!standing.isHere || !admin} @click=${doing(acts.optIn)}>Opt in again</button>`
          : html`<button type="button" ?disabled=${!standing.isHere || standing.isOut || !admin} @click=${doing(acts.optOut)}>Opt out at the operator</button>`}
        ${fault ? html`<button type="button" @click=${doing(acts.mend)}>Mend the operator</button>` : html`
          <span class="pair"><select aria-label="How the operator fails" ?disabled=${!admin} id="faults">${faults.map((name) => html`<option value=${name}>It ${name}</option>`)}</select>
          <button type="button" ?disabled=${!admin} @click=${doing(acts.faultChosen)}>Break the operator</button></span>`}
      </div>
    </section>`;
}
