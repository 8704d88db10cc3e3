// The buttons of the page "Try it": each has what it does in data-do.
import { send, standing, type Act, type AccountView, type makeAccount } from './account.js';
import { h } from './dom.js';
import type { Demo } from './page.js';

const TABS = 10;

/** Wires the buttons in `place`; returns the function that shows which can be used. */
export function makeStations(place: Element, demo: Demo, { acts, doing }: ReturnType<typeof makeAccount>) {
  const tabs = place.querySelector('.tabs')!;

  const count = async () => { await send('DELETE', '/lab/requests'); };
  const openTabs = async () => {
    await send('POST', '/lab/expire');
    await count();
    tabs.replaceChildren(...Array.from({ length: TABS }, (_, i) => h('iframe', { src: '/tab.html', title: `Tab ${i + 1}` })));
    return `${TABS} more pages opened at once, with a token that has expired.`;
  };

  const deeds: Record<string, Act> = {
    ...acts, count, openTabs,
    fault: () => acts.fault('answers 500'),
    closeTabs: async () => { tabs.replaceChildren(); }
  };
  const buttons = [...place.querySelectorAll<HTMLButtonElement>('[data-do]')];
  for (const button of buttons) button.addEventListener('click', doing(deeds[button.dataset.do!]));

  return ({ session, optedOutHere, fault }: AccountView): void => {
    const { here, out } = standing(session, optedOutHere, demo);
    const unusable: Record<string, boolean> = {
      openTabs: !here || out, logOut: !session, optOut: !here || out, optIn: !here || !optedOutHere, fault: !!fault, mend: !fault
    };
    for (const button of buttons) button.disabled = unusable[button.dataset.do!] ?? false;
  };
}
