// What happened to the token over time, as values. It needs no browser.
import type { Status } from './page.js';

/** The token as it was seen at `time`; all times in ms since 1970, by the site's clock. */
export type Sample = { time: number; state: string; refreshFrom?: number; identityExpires?: number };

export type Kind = 'auction' | 'request' | 'login' | 'logout' | 'optOut' | 'clock' | 'fault';

/** Something that happened. `ms` is how long an auction was held, or a request took. */
export type Mark = { key: string; kind: Kind; time: number; ms?: number; isGood: boolean; text: string };

/** What the site looked like at the last look; `optedOutLater` says that the opt-out came after the login. */
export type Scene = { isIn: boolean; optedOut: boolean; optedOutLater: boolean; fault: string | null; ahead: number };

export type History = { samples: Sample[]; marks: Mark[]; scene?: Scene };

export type Span = { from: number; to: number; state: string };

const MOST = 200;
export const NOTHING: History = { samples: [], marks: [] };

/** What time makes of a token between two moments, if nothing else happens. */
export function lifeOf({ state, refreshFrom, identityExpires }: Sample, from: number, to: number): Span[] {
  const isAlive = state === 'fresh' || state === 'stale';
  if (!isAlive || identityExpires === undefined) return from < to ? [{ from, to, state }] : [];
  const stale = Math.max(from, refreshFrom ?? identityExpires);
  const cuts = [from, Math.min(Math.max(stale, from), to), Math.min(Math.max(identityExpires, from), to), to];
  return ['fresh', 'stale', 'expired'].map((name, at) => ({ from: cuts[at], to: Math.max(cuts[at], cuts[at + 1]), state: name }))
    .filter((span) => span.from < span.to);
}

/** The past up to now, state by state. */
export function pastOf({ samples }: History, now: number): Span[] {
  return samples.flatMap((sample, at) => lifeOf(sample, sample.time, samples[at + 1]?.time ?? now));
}

/** Adds how the token looks now, if that is not what was to be expected. */
export function withSample(history: History, time: number, { state, refreshFrom, identityExpires }: Status): History {
  const last = history.samples.at(-1);
  const now: Sample = { time, state, refreshFrom, identityExpires };
  const isSameToken = last?.identityExpires === identityExpires && last?.refreshFrom === refreshFrom;
  const expected = last && lifeOf(last, last.time, time + 1).at(-1)?.state;
  if (isSameToken && expected === state) return history;
  return { ...history, samples: [...history.samples.filter((sample) => sample.time < time), now].slice(-MOST) };
}

/** Adds what happened, or puts what is known better now in its place. */
export function withMark(history: History, mark: Mark): History {
  const at = history.marks.findIndex(({ key }) => key === mark.key);
  if (at < 0) return { ...history, marks: [...history.marks, mark].slice(-MOST) };
  // when it happened is known best at the first sight of it
  const { time } = history.marks[at];
  return { ...history, marks: history.marks.with(at, { ...mark, time }) };
}

// Mark by mark: what differs between two looks.
function changes(before: Scene, { isIn, optedOut, optedOutLater, fault, ahead }: Scene): Array<Pick<Mark, 'kind' | 'isGood' | 'text'>> {
  const found: Array<Pick<Mark, 'kind' | 'isGood' | 'text'>> = [];
  if (isIn !== before.isIn) found.push(isIn ? { kind: 'login', isGood: true, text: 'Logged in' } : { kind: 'logout', isGood: true, text: 'Logged out' });
  // a login of somebody who has opted out before is no opt-out
  if (optedOut !== before.optedOut && (isIn === before.isIn || optedOutLater)) {
    found.push({ kind: 'optOut', isGood: !optedOut, text: optedOut ? 'Opted out at the operator' : 'Opted in at the operator' });
  }
  if (fault !== before.fault) found.push({ kind: 'fault', isGood: !fault, text: fault ? `The operator ${fault}` : 'The operator works again' });
  if (ahead > before.ahead) found.push({ kind: 'clock', isGood: true, text: `Slept ${Math.round((ahead - before.ahead) / 1000)} s` });
  return found;
}

/** Adds what has changed since the last look. A clock that was set back begins a new history. */
export function withScene(history: History, time: number, scene: Scene): History {
  const before = history.scene;
  if (!before) return { ...history, scene };
  if (scene.ahead < before.ahead) return { ...NOTHING, scene, marks: [{ key: `clock ${time}`, kind: 'clock', time, isGood: true, text: 'The clock was set back' }] };
  return changes(before, scene).reduce((all, { kind, ...rest }) => withMark(all, { key: `${kind} ${time}`, kind, time, ...rest }), { ...history, scene });
}
