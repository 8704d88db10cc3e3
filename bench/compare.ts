// Whether two runs of the benchmark agree.
import { cellOf, contestantsIn, summaryOf, type Row } from './results.ts';

/** What of a results.json is compared. */
export type Results = { sections: { name: string; rows: Row[] }[] };

/** How many figures both runs have; of how many each median lies in the other's spread; and those whose spreads do not even touch, in words. */
export type Agreement = { figures: number; within: number; apart: string[] };

/** Compares what both have. */
export function agreementOf(before: Results, after: Results): Agreement {
  const agreement: Agreement = { figures: 0, within: 0, apart: [] };
  for (const { name, rows } of after.sections) {
    const earlier = before.sections.find((section) => section.name === name)?.rows ?? [];
    for (const row of rows) {
      const { samples = {} } = earlier.find(({ what }) => what === row.what) ?? {};
      for (const one of contestantsIn([row])) {
        const [then, now] = [samples[one], row.samples[one]!];
        if (then?.length) compare(`${name}: ${row.what}, ${one}`, then, now, row, agreement);
      }
    }
  }
  return agreement;
}

function compare(what: string, then: number[], now: number[], { unit }: Row, agreement: Agreement): void {
  const [a, b] = [summaryOf(then), summaryOf(now)];
  const isIn = (value: number, { low, high }: typeof a) => low <= value && value <= high;
  agreement.figures++;
  if (isIn(a.median, b) && isIn(b.median, a)) agreement.within++;
  else if (a.high < b.low || b.high < a.low) agreement.apart.push(`${what}: ${cellOf(then, unit)}, now ${cellOf(now, unit)}${unit && ` ${unit}`}`);
}

/** The same for the terminal, a line each. */
export const agreementText = ({ figures, within, apart }: Agreement): string[] => [
  `${figures} figures in both runs: of ${within} each median lies in the other's spread, of ${figures - within - apart.length} the spreads touch, ${apart.length} are apart`,
  ...apart,
];
