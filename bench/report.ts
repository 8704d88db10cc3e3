// The report as one page that needs nothing else.
import { init } from 'echarts';
import { contestantsIn, summaryOf, tableOf, type Contestant, type Finding, type Row } from './results.ts';

export type Measured = Finding & { name: string; title: string; seconds: number };
/** Of the run, and the machine it ran on. */
export type Facts = {
  began: string; seconds: number; runs: number; quick: boolean; node: string; chromium?: string; prebid: string; processor: string;
  /** Of the last minute, when it ended. */
  load: number;
};

const NAMES: Record<Contestant, string> = { ours: 'ours', theirs: 'theirs', often: 'ours, every 5 min' };
const COLORS: Record<Contestant, string> = { ours: '#0969da', theirs: '#cf222e', often: '#bf8700' };
const WIDTH = 1080;

/** Bars of medians, with the spread as a line on each. */
export function plot(title: string, rows: Row[]): string {
  const contestants = contestantsIn(rows);
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: 340 });
  const cells = contestants.map((one) => rows.map(({ samples }) => (samples[one] ? summaryOf(samples[one]) : undefined)));
  chart.setOption({
    animation: false,
    backgroundColor: '#fff',
    textStyle: { fontFamily: 'system-ui, sans-serif' },
    title: { text: title, left: 10, top: 6, textStyle: { fontSize: 15 } },
    legend: { right: 14, top: 8, icon: 'rect', itemWidth: 14, itemHeight: 8, data: contestants.map((one) => NAMES[one]) },
    grid: { left: 60, right: 20, top: 52, bottom: 62 },
    xAxis: { type: 'category', data: rows.map(({ plot: [, name] = ['', ''] }) => name), axisTick: { show: false }, axisLabel: { interval: 0, lineHeight: 15, width: WIDTH / rows.length - 10, overflow: 'break' } },
    yAxis: { type: 'value', min: 0 },
    series: contestants.flatMap((one, index) => [
      { type: 'bar' as const, name: NAMES[one], color: COLORS[one], barMaxWidth: 36, barGap: '8%', data: cells[index].map((cell) => cell?.median ?? '-') },
      {
        type: 'custom' as const,
        name: NAMES[one],
        silent: true,
        // so that the axis is long enough
        encode: { x: 0, y: [1, 2] },
        z: 5,
        data: cells[index].flatMap((cell, at) => (cell && cell.low !== cell.high ? [[at, cell.low, cell.high]] : [])),
        renderItem: (_: unknown, api: { value(at: number): number; coord(point: number[]): number[]; barLayout(options: object): { offsetCenter: number }[] }) => {
          const { offsetCenter } = api.barLayout({ barMaxWidth: 36, barGap: '8%', count: contestants.length })[index];
          const [x, low] = api.coord([api.value(0), api.value(1)]);
          const [, high] = api.coord([api.value(0), api.value(2)]);
          const line = (x1: number, y1: number, x2: number, y2: number) => ({ type: 'line' as const, shape: { x1, y1, x2, y2 }, style: { stroke: '#1f2328', lineWidth: 1.2 } });
          const at = x + offsetCenter;
          return { type: 'group' as const, children: [line(at, low, at, high), line(at - 4, low, at + 4, low), line(at - 4, high, at + 4, high)] };
        },
      } as object,
    ]),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}

const escaped = (text: string) => text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);

const html = (table: string[][]) => table.map(([what, ...cells], index) => {
  const cell = index ? 'td' : 'th';
  return `<tr><th>${escaped(what)}</th>${cells.map((value) => `<${cell}>${escaped(value)}</${cell}>`).join('')}</tr>`;
}).join('\n');

function section({ title, rows, notes, seconds }: Measured): string {
  const plots = [...new Set(rows.flatMap((row) => row.plot?.[0] ?? []))];
  return `<h2>${escaped(title)}</h2>
${notes.map((note) => `<p>${escaped(note)}</p>`).join('\n')}
${plots.map((name) => plot(name, rows.filter((row) => row.plot?.[0] === name))).join('\n')}
<details${rows.length > 14 ? '' : ' open'}><summary>${rows.length} figures, ${seconds.toFixed(0)} s</summary><table>${html(tableOf(rows))}</table></details>`;
}

export const page = (facts: Facts, measured: Measured[]): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>UID2: the benchmark</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; max-width: ${WIDTH}px; margin: 2rem auto; padding: 0 1rem; color: #1f2328 }
svg { width: 100%; height: auto; display: block }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; margin: .5rem 0 }
td, th { padding: .2rem .9rem; text-align: right; border-top: 1px solid #d0d7de; font-weight: 400 }
th:first-child { text-align: left }
tr:first-child th { font-weight: 600; border: 0 }
summary { cursor: pointer; color: #57606a }
</style>
<h1>This module and Prebid's own, side by side</h1>
<p>${escaped(facts.began)}, ${facts.runs} runs${facts.quick ? ' (quick)' : ''}, ${facts.seconds.toFixed(0)} s. Theirs is of Prebid ${escaped(facts.prebid)}. Node ${escaped(facts.node)}${facts.chromium ? `, Chromium ${escaped(facts.chromium)}` : ''};
${escaped(facts.processor)}, load ${facts.load.toFixed(1)}.</p>
<p>Each figure is a median, with the spread in brackets and as a black line in the plots: the middle half of the samples, or all where there are fewer than eight. The two modules take turns, so what slows the machine slows both: compare the ratios, not the times of two machines.</p>
${measured.map(section).join('\n')}
</html>
`;
