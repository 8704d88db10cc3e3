import { init } from 'echarts';
import { rowsOf, type Figures } from './figures.ts';
import { MODEL } from './model.ts';
import { BEFORE, type Result } from './simulate.ts';
import type { Fault } from './world.ts';

/** Both policies through one kind of outage. */
export type Pair = { fault: Fault; ours: Result; theirs: Result; figures: { ours: Figures; theirs: Figures } };
export type Facts = { clients: number; minutes: number; seed: number };

export const TITLES: Record<Fault, string> = { refused: 'Connection refused', '503': 'HTTP 503', hang: 'No answer' };

const BIN = 10;
const NAMES = { ours: 'ours', theirs: 'theirs (Prebid 11.36.0)' };
const COLORS = { ours: '#0969da', theirs: '#cf222e' };
const WIDTH = 1260;
const COLUMN = WIDTH / 3;

/** Means of `BIN` seconds, at minutes from the beginning of the outage. */
const points = (values: ArrayLike<number>) => Array.from({ length: Math.floor(values.length / BIN) }, (_, bin) => {
  let sum = 0;
  for (let second = bin * BIN; second < (bin + 1) * BIN; second++) sum += values[second];
  return [((bin + 0.5) * BIN - BEFORE) / 60, sum / BIN];
});

/** The next number with one digit other than 0. */
function roundUp(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value));
  return Math.ceil(value / unit) * unit;
}

/** Requests above, fresh tokens below, one column for each kind of outage. */
export function plot(pairs: Pair[], minutes: number): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: 560 });
  const cells = pairs.flatMap((pair, column) => [
    { pair, column, row: 0, values: ({ requests }: Result) => points(requests), name: 'requests/s' },
    { pair, column, row: 1, values: ({ fresh }: Result) => points(fresh.map((share) => share * 100)), name: '% of readers on a page with a fresh token' },
  ]);
  const step = roundUp(Math.max(...cells.filter(({ row }) => !row).flatMap(({ pair, values }) => [...values(pair.ours), ...values(pair.theirs)].map(([, y]) => y))) / 5);
  chart.setOption({
    animation: false,
    backgroundColor: '#fff',
    textStyle: { fontFamily: 'system-ui, sans-serif' },
    legend: { top: 4, icon: 'rect', itemHeight: 3, itemGap: 30 },
    title: cells.map(({ pair, column, row, name }) => ({
      left: column * COLUMN + 14,
      top: row ? 330 : 36,
      text: row ? '' : TITLES[pair.fault],
      subtext: name,
      itemGap: 2,
      textStyle: { fontSize: 15 },
    })),
    grid: cells.map(({ column, row }) => ({ left: column * COLUMN + 44, width: COLUMN - 64, top: row ? 375 : 90, height: row ? 130 : 220 })),
    xAxis: cells.map(({ row }, gridIndex) => ({
      gridIndex,
      min: -5,
      max: minutes + 20,
      interval: 5,
      splitLine: { show: false },
      ...row && { name: 'minutes since the outage began', nameLocation: 'middle', nameGap: 26 },
    })),
    yAxis: cells.map(({ row }, gridIndex) => ({ gridIndex, axisLine: { onZero: false }, min: 0, max: row ? 100 : 5 * step, interval: row ? 50 : step })),
    series: cells.flatMap(({ pair, values }, index) => (['ours', 'theirs'] as const).map((policy) => ({
      type: 'line' as const,
      name: NAMES[policy],
      xAxisIndex: index,
      yAxisIndex: index,
      showSymbol: false,
      color: COLORS[policy],
      lineStyle: { width: 1.8 },
      data: values(pair[policy]),
      ...policy === 'ours' && {
        markArea: { silent: true, itemStyle: { color: '#d0d7de', opacity: 0.4 }, data: [[{ xAxis: 0 }, { xAxis: minutes }] as [object, object]] },
      },
    }))),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}

const HEAD = ['', 'ours', 'theirs', 'ours / theirs'];

/** A table for the terminal. */
export const table = ({ figures }: Pair): string => [HEAD, ...rowsOf(figures.ours, figures.theirs)]
  .map(([what, ...values]) => `  ${what.padEnd(38)}${values.map((value) => value.padStart(15)).join('')}`).join('\n');

export const headline = ({ clients, minutes, seed }: Facts) =>
  `${clients.toLocaleString('en')} clients, the operator fails for ${minutes} min (seed ${seed})`;

const html = (rows: string[][]) => rows.map(([what, ...values], index) => {
  const cell = index ? 'td' : 'th';
  return `<tr><th>${what}</th>${values.map((value) => `<${cell}>${value}</${cell}>`).join('')}</tr>`;
}).join('\n');

/** The whole report as one page that needs nothing else. */
export const page = (facts: Facts, pairs: Pair[]): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>UID2: an operator outage</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; max-width: ${WIDTH}px; margin: 2rem auto; padding: 0 1rem; color: #1f2328 }
svg { width: 100%; height: auto }
table { border-collapse: collapse; font-variant-numeric: tabular-nums }
td, th { padding: .2rem .9rem; text-align: right; border-top: 1px solid #d0d7de; font-weight: 400 }
th:first-child { text-align: left; white-space: pre }
tr:first-child th { font-weight: 600; border: 0 }
</style>
<h1>${headline(facts)}</h1>
${plot(pairs, facts.minutes)}
<p>Means of ${BIN} s; grey: the outage. Peaks in the tables are of single seconds.</p>
${pairs.map((pair) => `<h2>${TITLES[pair.fault]}</h2>\n<table>${html([HEAD, ...rowsOf(pair.figures.ours, pair.figures.theirs)])}</table>`).join('\n')}
<h2>What is simulated</h2>
<ul>${MODEL.map((line) => `<li>${line}</li>`).join('\n')}</ul>
</html>
`;
