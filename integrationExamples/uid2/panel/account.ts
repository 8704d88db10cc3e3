// The card on top: log in and out, and the buttons that make something happen.
import { fill, h } from './dom.js';
import { pbjs, statusNow, type Demo, type SessionView } from './page.js';

type Answer = { message?: string; identity?: unknown; ahead?: number };

/** What a button does; the text it returns is shown. */
export type Act = () => Promise<string | void>;

/** Asks the site's server; throws an Error with one line for a human. */
export async function send(method: string, path: string, body?: object): Promise<Answer> {
  const response = await fetch(path, {
    method, headers: { 'content-type': 'application/json' }, body: body && JSON.stringify(body)
  }).catch(() => { throw new Error('This site’s server does not answer. Is it still running?'); });
  const answer: Answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.message ?? `The site answered ${response.status}.`);
  return answer;
}

const PAGE_NAMES: Record<string, string> = {
  cookie: 'Cookie', config: 'Config', 'server-only': 'Server-only', 'client-side': 'Client-side', deferred: 'Deferred login', sdk: 'SDK'
};
const ON_CLIENT = ['client-side', 'deferred'];

/** What decides how the card looks. */
export type AccountView = { session: SessionView; optedOutHere: boolean; fault: string | null };

/** Whether the user is logged in on this page, and out of UID2 as far as this page or the operator knows. */
export function standing(session: SessionView, optedOutHere: boolean, demo: Demo): { here: boolean; out: boolean } {
  const here = session?.mode === demo.mode;
  return { here, out: here && (session!.optedOut || optedOutHere || statusNow().state === 'optedOut') };
}

/** Makes the card in `place`; returns functions that show a new state in it and say a line, and what its buttons do, for others. */
export function makeAccount(place: Element, demo: Demo, refresh: () => Promise<void>, withActions = true, linePlace = place) {
  const who = h('div', { class: 'who' });
  const actions = h('div', { class: 'actions' });
  const line = h('p', { class: 'line', role: 'status' });
  place.append(who);
  if (withActions) place.append(actions);
  linePlace.append(line);
  const say = (text: string, bad = false) => {
    line.textContent = text;
    line.classList.toggle('bad', bad);
  };

  // One action at a time; whatever goes wrong becomes one line.
  const doing = (action: Act) => async (event: Event) => {
    event.preventDefault();
    try {
      const text = await action();
      await refresh();
      say(text ?? '');
    } catch (error) {
      say((error as Error).message, true);
    }
  };
  const button = (text: string, action: Act, props = {}) =>
    h('button', { type: 'button', onclick: doing(action), ...props }, text);

  const onClient = ON_CLIENT.includes(demo.mode);
  const name = onClient ? 'user' : 'email';

  const logIn = async () => {
    await send('POST', '/login', { [name]: new FormData(who.querySelector('form')!).get(name), mode: demo.mode });
    if (!demo.findUser) return location.reload();
    await demo.findUser();
    return 'Logged in, without loading the page again. The auction that has just run waited for the token.';
  };
  const logOut = async () => {
    if (demo.disconnect) demo.disconnect();
    else pbjs().uid2?.disconnect();
    demo.forgetUser?.();
    await send('POST', '/logout');
    if (demo.mode === 'server-only') location.reload();
    return 'Logged out, without a word to the operator. Run an auction: the SSPs get no UID2.';
  };
  const runAuction = async () => { await demo.runAuction(); };
  const expire = async () => {
    const { identity } = await send('POST', '/lab/expire');
    demo.showExpired?.(identity);
    return demo.showExpired
      ? 'The server issued an identity that is already expired; the module has read it, and refreshed it if the operator works.'
      : 'The identity in the server’s session is expired now. The next auction makes the server refresh it.';
  };
  const sleep = (seconds: number): Act => async () => {
    const { ahead } = await send('POST', '/lab/sleep', { seconds });
    window.setClocks(ahead!);
    return `It is ${seconds} seconds later here and at the operator, in a simulation. No timer has gone off.`;
  };
  const optOut = (undo: boolean) => async () => {
    await send('POST', '/lab/optout', { undo });
    return undo ? 'The operator serves this user again. Log out and in for a new token.'
      : 'The user opted out at the operator. The next refresh will learn of it.';
  };
  const fault = async (name = actions.querySelector('select')!.value) => {
    await send('POST', '/lab/fault', { name });
    return `The operator is broken now. A valid token stays in use; ${onClient ? 'sleep, or log out and in,' : 'expire it'} to see what an outage does.`;
  };
  const mend = async () => {
    await send('DELETE', '/lab/fault');
    return 'The operator works again. After a failure the module asks again at the time that its status says; log out and in for a token at once.';
  };

  const form = () => h('form', { onsubmit: doing(logIn) },
    h('label', { for: name }, onClient ? 'E-mail or phone' : 'E-mail'),
    h('div', { class: 'field' },
      h('input', { id: name, name, type: 'text', inputmode: onClient ? 'text' : 'email', autocomplete: 'email', value: 'user@example.com', spellcheck: 'false' }),
      h('button', { class: 'primary' }, 'Log in')),
    h('p', { class: 'hint' }, onClient
      ? 'Any address will do, or a number such as +12345678901. optout@example.com has opted out already. Of a number like 0491 570 006 the module says what is wrong.'
      : 'Any address will do. optout@example.com has opted out already.'));

  function show({ session, optedOutHere, fault: broken }: AccountView): void {
    const { here, out } = standing(session, optedOutHere, demo);
    fill(who, [session?.user, session?.mode, session?.optedOut], () => !session ? [form()] : [
      h('p', {}, 'Logged in as ', h('b', {}, session.user),
        here ? '.' : ` on the ${PAGE_NAMES[session.mode]} page. Log out to try this one.`,
        here && session.optedOut && ' This user has opted out of UID2: there is no token, and the site works as ever.'),
      button('Log out', logOut)
    ]);
    fill(actions, [here, out, optedOutHere, broken], () => [
      h('div', { class: 'group' },
        button('Run auction', runAuction, { class: here ? 'primary' : '' }),
        onClient ? button('Sleep for a minute', sleep(60)) : button('Expire now', expire, { disabled: !here || out }),
        button(optedOutHere ? 'Opt in again' : 'Opt out at the operator', optOut(optedOutHere), { disabled: !here || (out && !optedOutHere) })),
      broken ? h('div', { class: 'group' }, button('Mend the operator', mend)) : h('div', { class: 'group' },
        h('select', { 'aria-label': 'How the operator fails' }, ...demo.faults.map(name => h('option', { value: name }, `It ${name}`))),
        button('Break the operator', () => fault()))
    ]);
  }
  return { show, say, doing, acts: { runAuction, logOut, sleepMinute: sleep(60), sleepBriefly: sleep(20), optOut: optOut(false), optIn: optOut(true), fault, mend } };
}
