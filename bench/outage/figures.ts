import { BEFORE, type Result } from './simulate.ts';

/** What a simulation says in numbers. */
export type Figures = {
  before: number;
  outagePeak: number;
  outageMean: number;
  outageTotal: number;
  afterPeak: number;
  afterMean: number;
  /** Seconds after recovery until 95 % of the readers with a page in sight have a fresh token; undefined if not in the time simulated. */
  freshAfter?: number;
  heldOf1000: number;
  holdMsOf1000: number;
};

const AFTER_S = 600;
const RECOVERED = 0.95;

const sum = (numbers: Uint32Array) => numbers.reduce((total, each) => total + each, 0);
const mean = (numbers: Uint32Array) => sum(numbers) / numbers.length;
const peak = (numbers: Uint32Array) => numbers.reduce((most, each) => Math.max(most, each), 0);

export function figuresOf({ requests, fresh, auctions, held, heldMs }: Result, minutes: number): Figures {
  const up = BEFORE + minutes * 60;
  const outage = requests.subarray(BEFORE, up);
  const after = requests.subarray(up, up + AFTER_S);
  const recovered = fresh.subarray(up).findIndex((share) => share >= RECOVERED);
  return {
    before: mean(requests.subarray(0, BEFORE)),
    outagePeak: peak(outage),
    outageMean: mean(outage),
    outageTotal: sum(outage),
    afterPeak: peak(after),
    afterMean: mean(after),
    freshAfter: recovered < 0 ? undefined : recovered,
    heldOf1000: 1000 * held / auctions,
    holdMsOf1000: 1000 * heldMs / auctions,
  };
}

const number = (value: number | undefined) =>
  (value === undefined ? 'not in 20 min' : value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 1 : 0 }));

const ROWS: [keyof Figures, string][] = [
  ['before', 'requests/s before, mean'],
  ['outagePeak', 'requests/s in the outage, peak'],
  ['outageMean', '  mean'],
  ['outageTotal', 'requests in the outage'],
  ['afterPeak', 'requests/s within 10 min after, peak'],
  ['afterMean', '  mean'],
  ['freshAfter', 'seconds after it until 95 % are fresh'],
  ['heldOf1000', 'auctions held in it, of 1,000'],
  ['holdMsOf1000', 'ms of hold per 1,000 auctions'],
];

/** Rows of text: what, ours, theirs, ours / theirs. */
export const rowsOf = (ours: Figures, theirs: Figures): string[][] => ROWS.map(([key, what]) => {
  const [a, b] = [ours[key], theirs[key]];
  return [what, number(a), number(b), a !== undefined && b ? (a / b).toFixed(2) : '–'];
});
