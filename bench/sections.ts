// What is measured, in the order of the report.
import { bytes } from './bytes.ts';
import { day } from './day.ts';
import { faults } from './faults.ts';
import { hold } from './hold.ts';
import type { Lab } from './lab.ts';
import { month } from './month.ts';
import type { Finding } from './results.ts';
import { scale } from './scale.ts';
import { tabs } from './tabs.ts';
import { work } from './work.ts';

/** How a section is to be measured. */
export type Order = {
  /** Samples of each; sections that take long take fewer, and say so. */
  runs: number;
  quick: boolean;
  /** Where files go. */
  out: string;
  /** A browser, an operator and both bundles: made when first asked for. */
  lab(): Promise<Lab>;
  /** Is told the share that is done. */
  progress(share: number): void;
};

export type Section = { name: string; title: string; run(order: Order): Promise<Finding> };

export const SECTIONS: Section[] = [
  { name: 'bytes', title: 'Bytes added to a build', run: bytes },
  { name: 'hold', title: 'How long an auction is held', run: hold },
  { name: 'faults', title: 'When the operator fails', run: faults },
  { name: 'work', title: 'Work in the page', run: work },
  { name: 'tabs', title: 'Several tabs', run: tabs },
  { name: 'day', title: 'A day', run: day },
  { name: 'month', title: 'A site\'s month', run: month },
  { name: 'scale', title: 'Scale on paper', run: scale },
];
