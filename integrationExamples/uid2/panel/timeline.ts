// The picture of the token's life: what it was, what it will be, and what has happened.
import { html, nothing, svg } from 'lit';
import { lifeOf, pastOf, type History, type Kind, type Mark, type Span } from './history.js';
import type { View } from './view.js';
import { clock, duration, STATES } from './words.js';

const TOP = { token: 46, auctions: 102, requests: 146, ticks: 188 };
const BAND = 26;
const HEIGHT = 200;
const LEAST = 30_000;
const LEAST_SHOWN = 3;
const LABELLED = 52;
const EDGE = 24;

/** How wide the picture is drawn, and how many lives of a token it goes back. */
export type Format = { width: number; back: number };
export const WIDE: Format = { width: 1000, back: 2 };
export const NARROW: Format = { width: 340, back: 0.9 };

/** From when to when the picture reaches: longer where tokens live longer. */
export function windowOf({ samples }: History, now: number, { back }: Format): { from: number; to: number } {
  const lives = samples.slice(-5).map(({ refreshFrom, identityExpires }) => 2 * ((identityExpires ?? 0) - (refreshFrom ?? identityExpires ?? 0)));
  const life = Math.max(LEAST, ...lives);
  return { from: now - back * life, to: now + 1.1 * life };
}

const STEPS = [5, 10, 15, 30, 60, 300, 900, 1800, 3600, 7200, 14400].map((seconds) => seconds * 1000);

const PER_TICK = 84;

function ticksOf({ from, to }: { from: number; to: number }, now: number, { width }: Format) {
  const step = STEPS.find((one) => (to - from) / one <= width / PER_TICK) ?? STEPS.at(-1)!;
  const first = Math.ceil((from - now) / step);
  return Array.from({ length: Math.floor((to - now) / step) - first + 1 }, (_, i) => now + (first + i) * step);
}

const tickText = (ms: number) => ms === 0 ? 'now' : `${ms < 0 ? '−' : '+'}${duration(Math.abs(ms))}`;

/** Short words for what has no room for more. */
const LABELS: Partial<Record<Kind, [good: string, bad: string]>> = { optOut: ['Opted in', 'Opted out'], fault: ['Mended', 'Broken'] };
const labelOf = ({ kind, isGood, text }: Mark): string => LABELS[kind]?.[isGood ? 0 : 1] ?? text;
const LABEL_WIDTH = 84;
const LABEL_ROWS = [12, 27];

const onLine = ({ kind }: Mark) => kind !== 'auction' && kind !== 'request';

/** Labels that are close to each other go into rows in turn. */
function inRows(marks: Mark[], x: (time: number) => number): Array<{ mark: Mark; row: number }> {
  let at = 0;
  return marks.map((mark, i) => {
    const isClose = i > 0 && x(mark.time) - x(marks[i - 1].time) < LABEL_WIDTH;
    at = isClose ? (at + 1) % LABEL_ROWS.length : 0;
    return { mark, row: LABEL_ROWS[at] };
  });
}

/** What has happened, in words, the latest first. */
const inWords = (marks: Mark[]) => html`
  <details class="more">
    <summary>What happened, as a list</summary>
    ${marks.length ? html`<div class="happened" tabindex="0" role="region" aria-label="What happened"><ol id="happened">${[...marks].sort((a, b) => b.time - a.time).map(({ kind, time, text, isGood }) =>
      html`<li data-kind=${kind} class=${isGood || kind === 'auction' ? '' : 'bad'}><time>${clock(time)}</time> ${text}</li>`)}</ol></div>` : html`<p class="none">Nothing yet.</p>`}
  </details>`;

const LEGEND = [['fresh', 'Fresh'], ['stale', 'Stale: still sent, a refresh is due'], ['expired', 'Expired: not sent'], ['none', 'No token'], ['optedOut', 'Opted out']];

/** The picture with its legend, and the same in words. */
export function timeline({ history, standing: { state, status, chip }, now }: View, format: Format) {
  const { width } = format;
  const { from, to } = windowOf(history, now, format);
  const x = (time: number) => Math.round((time - from) / (to - from) * width * 10) / 10;
  const seen = (mark: Mark) => mark.time > from && mark.time <= now;
  const band = (span: Span, isFuture: boolean) => {
    const [left, right] = [x(Math.max(span.from, from)), x(Math.min(span.to, to))];
    return right - left < 0.1 ? nothing : svg`<g class="band ${span.state}${isFuture ? ' future' : ''}" data-state=${span.state}>
      <rect x=${left} y=${TOP.token} width=${right - left} height=${BAND} rx="3"></rect>
      ${right - left > LABELLED ? svg`<text x=${left + 8} y=${TOP.token + 17}>${STATES[span.state]?.chip ?? span.state}</text>` : nothing}
    </g>`;
  };
  const marks = history.marks.filter(seen);
  const lane = (kind: Kind, y: number) => marks.filter((mark) => mark.kind === kind).map((mark) => {
    const length = Math.max(LEAST_SHOWN, x(mark.time + (mark.ms ?? 0)) - x(mark.time));
    return svg`<rect class="mark ${kind} ${mark.isGood ? '' : 'bad'}" data-kind=${kind} x=${x(mark.time) - 1} y=${y} width=${length} height="18" rx="1.5"><title>${mark.text}</title></rect>`;
  });
  const sample = { time: now, state, refreshFrom: status.refreshFrom, identityExpires: status.identityExpires };
  const next = status.nextRefresh;
  return html`
    <section class="card timeline" aria-labelledby="timeline-title">
      <div class="head"><h2 id="timeline-title">The token’s life</h2>
        <ul class="legend">${LEGEND.map(([name, text]) => html`<li><span class="swatch ${name}"></span>${text}</li>`)}</ul></div>
      <div class="picture">
        <svg viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label="Now: ${chip}. ${marks.length} events are in the picture; the list below has them in words.">
          <defs><pattern id="hatch" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="8" height="8"></rect><line x1="0" y1="0" x2="0" y2="8"></line></pattern></defs>
          ${ticksOf({ from, to }, now, format).filter((time) => x(time) > EDGE && x(time) < width - EDGE).map((time) => svg`<line class="tick" x1=${x(time)} x2=${x(time)} y1=${TOP.token - 6} y2=${TOP.ticks - 10}></line>
            <text class="tick" x=${x(time)} y=${TOP.ticks + 6} text-anchor="middle">${tickText(Math.round((time - now) / 1000) * 1000)}</text>`)}
          ${pastOf(history, now).filter((span) => span.to > from).map((span) => band(span, false))}
          ${lifeOf(sample, now, to).map((span) => band(span, true))}
          <text class="lane" x="4" y=${TOP.auctions - 5}>Auctions, with their holds</text>
          <text class="lane" x="4" y=${TOP.requests - 5}>Requests to the operator</text>
          ${lane('auction', TOP.auctions)}${lane('request', TOP.requests)}
          ${next && next > now && next < to ? svg`<g class="next"><line x1=${x(next)} x2=${x(next)} y1=${TOP.token} y2=${TOP.requests + 18}></line><text x=${x(next) + (x(next) > width - 90 ? -5 : 5)} y=${TOP.requests + 14} text-anchor=${x(next) > width - 90 ? 'end' : 'start'}>next refresh</text></g>` : nothing}
          ${inRows(marks.filter(onLine), x).map(({ mark, row }) => svg`<g class="event ${mark.isGood ? '' : 'bad'}" data-kind=${mark.kind}><title>${mark.text}</title>
            <line x1=${x(mark.time)} x2=${x(mark.time)} y1=${row + 4} y2=${TOP.requests + 18}></line>
            <text x=${x(mark.time)} y=${row} text-anchor=${x(mark.time) < LABEL_WIDTH / 2 ? 'start' : 'middle'}>${labelOf(mark)}</text></g>`)}
          <line class="now" x1=${x(now)} x2=${x(now)} y1=${TOP.token - 8} y2=${TOP.ticks - 8}></line>
        </svg>
      </div>
      ${inWords(history.marks)}
    </section>`;
}
