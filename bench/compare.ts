// Whether two runs of the benchmark agree.
import { cellOf, contestantsIn, summaryOf, type Row, type Summary } from './results.ts';
import type { Facts } from './report.ts';

/** What of a results.json is compared. */
export type Results = { sections: { name: string; rows: Row[] }[] } & Partial<Pick<Facts, typeof CONDITIONS[number]>>;

/**
 * The figures that both runs have. `same` and `changed` are of those without a spread, as bytes and simulations; of the others `within` have each median in
 * the other's spread, `near` differ by less than a twentieth or have spreads that touch, and `apart` are neither, in words.
 */
export type Agreement = { same: number; changed: string[]; within: number; near: number; apart: string[] };

const CONDITIONS = ['runs', 'quick', 'chromium', 'processor'] as const;
/** Of the larger median: less is no difference to anybody. */
const LEAST = 1 / 20;

/** How the runs themselves differ, if they do, a line each. */
export const unlike = (before: Results, after: Results): string[] =>
  CONDITIONS.filter((condition) => before[condition] !== after[condition]).map((condition) => `not alike: ${condition} ${before[condition]}, now ${after[condition]}`);

/** Compares what both have. */
export function agreementOf(before: Results, after: Results): Agreement {
  const agreement: Agreement = { same: 0, changed: [], within: 0, near: 0, apart: [] };
  for (const { name, rows } of after.sections) {
    const earlier = before.sections.find((section) => section.name === name)?.rows ?? [];
    for (const row of rows) {
      const { samples = {} } = earlier.find(({ what }) => what === row.what) ?? {};
      for (const one of contestantsIn([row])) {
        const [then, now] = [samples[one], row.samples[one]!];
        if (!then?.length) continue;
        const kind = kindOf(summaryOf(then), summaryOf(now));
        if (kind === 'changed' || kind === 'apart') agreement[kind].push(`${name}: ${row.what.trim()}, ${one}: ${cellOf(then, row.unit)}, now ${cellOf(now, row.unit)} ${row.unit}`.trimEnd());
        else agreement[kind]++;
      }
    }
  }
  return agreement;
}

function kindOf(a: Summary, b: Summary): keyof Agreement {
  const isIn = (value: number, { low, high }: Summary) => low <= value && value <= high;
  if (a.low === a.high && b.low === b.high) return a.median === b.median ? 'same' : 'changed';
  if (isIn(a.median, b) && isIn(b.median, a)) return 'within';
  const isSmall = Math.abs(a.median - b.median) <= LEAST * Math.max(a.median, b.median);
  return isSmall || (a.low <= b.high && b.low <= a.high) ? 'near' : 'apart';
}

/** The same for the terminal, a line each. */
export const agreementText = ({ same, changed, within, near, apart }: Agreement): string[] => [
  `figures without a spread: ${same} the same, ${changed.length} changed`,
  ...changed,
  `figures with one: ${within} have each median in the other's spread, ${near} are near, ${apart.length} apart`,
  ...apart,
];
