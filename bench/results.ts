// What a section of the benchmark finds, and how its numbers are summed up and written.
import { max, median, min, quantile } from 'simple-statistics';

/** Who is measured; `often` is ours with refreshIntervalSeconds: 300. */
export type Contestant = 'ours' | 'theirs' | 'often';
export const SIDES = ['ours', 'theirs'] as const;
export type Side = typeof SIDES[number];
/** Both, in the order of this turn: who comes second finds a warmer machine. */
export const sidesOf = (turn: number): readonly Side[] => (turn % 2 ? ['theirs', 'ours'] : SIDES);

export type Unit = 'ms' | 'µs' | 'bytes' | 'kB' | 'MB' | '%' | '';

/** One line of a table, with all that was measured. */
export type Row = {
  what: string;
  unit: Unit;
  samples: Partial<Record<Contestant, number[]>>;
  /** The plot that shows it, and under which name; some are in none. */
  plot?: [plot: string, name: string];
};

export type Finding = { rows: Row[]; notes: string[] };

/** The middle one, and the spread: the middle half, or all where there are few. */
export type Summary = { median: number; low: number; high: number };

const FEW = 8;

export const summaryOf = (samples: number[]): Summary => ({
  median: median(samples),
  low: samples.length < FEW ? min(samples) : quantile(samples, 0.25),
  high: samples.length < FEW ? max(samples) : quantile(samples, 0.75),
});

/** The ratio of medians; undefined where theirs is none or nothing. */
export function ratioOf({ samples: { ours, theirs } }: Row): number | undefined {
  if (!ours?.length || !theirs?.length) return undefined;
  const below = median(theirs);
  return below ? median(ours) / below : undefined;
}

const digitsOf = (value: number) => (value && Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0);

export const numberOf = (value: number, digits = Number.isInteger(value) ? 0 : digitsOf(value)): string =>
  value.toLocaleString('en', { maximumFractionDigits: digits });

/** The median, and the spread where there is one: `12.3 (11.8–13)`. */
export function cellOf(samples: number[] | undefined, unit: Unit = ''): string {
  if (!samples?.length) return '–';
  const { median: middle, low, high } = summaryOf(samples);
  const digits = Number.isInteger(middle) && Number.isInteger(low) && Number.isInteger(high) ? 0 : unit === '%' ? 2 : digitsOf(middle);
  const [first, from, to] = [middle, low, high].map((value) => numberOf(value, digits));
  return from === to ? first : `${first} (${from}–${to})`;
}

const NAMES: Record<Contestant, string> = { ours: 'ours', theirs: 'theirs', often: 'ours, every 5 min' };
const RATIO = 'ours / theirs';

export const contestantsIn = (rows: Row[]): Contestant[] =>
  (['ours', 'theirs', 'often'] as const).filter((one) => rows.some(({ samples }) => samples[one]));

/** A table as text: heads first; in each line what it is, a cell for each contestant, the ratio. */
export function tableOf(rows: Row[]): string[][] {
  const contestants = contestantsIn(rows);
  const lines = rows.map((row) => {
    const ratio = ratioOf(row);
    return [`${row.what}${row.unit && `, ${row.unit}`}`, ...contestants.map((one) => cellOf(row.samples[one], row.unit)), ratio === undefined ? '–' : ratio.toFixed(2)];
  });
  return [['', ...contestants.map((one) => NAMES[one]), RATIO], ...lines];
}

/** The same for the terminal. */
export function textOf(rows: Row[]): string {
  const table = tableOf(rows);
  const widths = table[0].map((_, column) => Math.max(...table.map((line) => line[column].length)));
  return table.map((line) => `  ${line.map((cell, column) => (column ? cell.padStart(widths[column] + 3) : cell.padEnd(widths[0]))).join('')}`).join('\n');
}

/** Gathers samples by the name of their row, in the order in which they first come. */
export function collector() {
  const rows = new Map<string, Row>();
  return {
    add(who: Contestant, value: number, what: string, unit: Unit, plot?: Row['plot']) {
      const row = rows.get(what) ?? { what, unit, samples: {}, ...(plot && { plot }) };
      rows.set(what, row);
      (row.samples[who] ??= []).push(value);
    },
    rows: () => [...rows.values()],
  };
}
