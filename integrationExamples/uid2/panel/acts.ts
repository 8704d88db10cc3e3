// What the buttons do.
import { addressWith } from './conditionList.js';
import { keepFocus } from './focus.js';
import { isOnClient, lab, own, pbjs } from './page.js';
import { send } from './server.js';
import type { Act } from './view.js';

const TABS = 10;
const SLOW = 'takes two seconds';

const { mode } = lab;

async function logIn(): Promise<string | void> {
  const name = isOnClient(mode) ? 'user' : 'email';
  const { value } = document.querySelector<HTMLInputElement>(`#${name}`)!;
  await send('POST', '/login', { [name]: value, mode });
  if (!own.findUser) return location.reload();
  await own.findUser();
  own.runAuction();
  return 'Logged in, without loading the page again. The auction that has just run waited for the token.';
}

async function logOut(): Promise<string> {
  await own.onLogout();
  return 'Logged out, without a word to the operator. Run an auction: the SSPs get no UID2.';
}

async function runAuction(): Promise<void> {
  await own.askForToken?.();
  own.runAuction();
}

async function expire(): Promise<string> {
  const { identity } = await send('POST', '/lab/expire');
  if (mode === 'server-only') return 'The identity in the server’s session is expired now. The next auction makes the server refresh it.';
  if (own.onNewToken) own.onNewToken(identity);
  else pbjs().refreshUserIds({ submoduleNames: ['uid2'] });
  return 'The server issued an identity that is already expired. The module has read it, and refreshes it if the operator works.';
}

const sleep = (seconds: number): Act => async () => {
  const { ahead } = await send('POST', '/lab/sleep', { seconds });
  window.setClocks(ahead!);
  return `It is ${seconds} seconds later here and at the operator, in a simulation. No timer has gone off.`;
};

async function resetClock(): Promise<string> {
  const { ahead } = await send('DELETE', '/lab/sleep');
  window.setClocks(ahead!);
  return 'The clock is right again.';
}

const optOut = (undo: boolean): Act => async () => {
  await send('POST', '/lab/optout', { undo });
  return undo ? 'The operator serves this reader again. Log out and in for a new token.'
    : 'The reader opted out at the operator. The next refresh will learn of it.';
};

const fault = (name: () => string): Act => async () => {
  await send('POST', '/lab/fault', { name: name() });
  return `The operator is broken now. A valid token stays in use. ${isOnClient(mode) ? 'Sleep, or log out and in,' : 'Expire it'} to see what an outage does.`;
};

async function mend(): Promise<string> {
  await send('DELETE', '/lab/fault');
  return 'The operator works again. After a failure the module asks again at its next refresh. Log out and in for a token at once.';
}

async function setSlow(isOn: boolean): Promise<string> {
  await (isOn ? send('POST', '/lab/fault', { name: SLOW }) : send('DELETE', '/lab/fault'));
  return isOn ? 'Each answer of the operator takes two seconds now, longer than an auction waits.' : 'The operator answers at once again.';
}

// The page loads again, as its config is made once.
async function setCondition(condition: string, on: boolean): Promise<void> {
  history.replaceState(null, '', addressWith(location.search, { mode, condition, on }));
  keepFocus(`with-${condition}`);
  location.reload();
}

const takeAlong = (to: string = mode): Act => async () => {
  await send('POST', '/lab/mode', { mode: to });
  location.assign(addressWith(location.search, { mode: to }));
};

const count: Act = async () => { await send('DELETE', '/lab/requests'); };

/** Opens ten frames with a token that has expired; `show` is given how many. */
const openTabs = (show: (tabs: number) => void): Act => async () => {
  if (mode === 'cookie') await send('POST', '/lab/expire');
  else await sleep(60)();
  await count();
  show(TABS);
  return `${TABS} more pages opened at once, with a token that has expired.`;
};

/** All of them; `show` sets how many frames are open, and `seen` ends when page and server have been looked at. */
export function actsWith(show: (tabs: number) => void, seen: () => Promise<void>) {
  const told = (act: Act): Act => async () => {
    await seen();
    return act();
  };
  return {
    logIn, runAuction, expire, resetClock, mend, count, setSlow, setCondition, takeAlong: takeAlong(), moveTo: takeAlong,
    logOut: told(logOut),
    sleepMinute: told(sleep(60)),
    sleepBriefly: told(sleep(20)),
    optOut: told(optOut(false)),
    optIn: told(optOut(true)),
    fault: told(fault(() => 'answers 500')),
    faultChosen: fault(() => document.querySelector<HTMLSelectElement>('#faults')!.value),
    openTabs: openTabs(show),
    closeTabs: (async () => show(0)) as Act
  };
}

export type Acts = ReturnType<typeof actsWith>;
