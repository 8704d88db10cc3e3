// What each module adds to a bundle of Prebid and userId, in bytes.
import fs from 'node:fs';
import path from 'node:path';
import { type Added, build } from '../scripts/build/index.ts';
import { projectRoot } from '../scripts/build/layout.ts';
import { WITH_BYTES, withBytes } from './readme.ts';
import { collector, SIDES, type Finding, type Side } from './results.ts';
import type { Order } from './sections.ts';

export const KINDS = { cstg: [], plain: ['UID2_CSTG'] };
export type Kind = keyof typeof KINDS;
/** What each adds, with client-side generation and without. */
export type Weights = Record<Side, Record<Kind, Added>>;
/** What uid2Sdk adds to a bundle that has our uid2IdSystem. */
export type Sdk = Record<Kind, Added>;

const MODULE = 'uid2IdSystem';
const SDK = 'uid2Sdk';

/** Builds them all; a minute where there is no cache yet. */
export async function weigh(directory: string, progress: (share: number) => void = () => {}): Promise<Weights> {
  const weights = { ours: {}, theirs: {} } as Weights;
  let done = 0;
  for (const kind of Object.keys(KINDS) as Kind[]) {
    for (const side of SIDES) {
      const uid2 = side === 'ours' ? 'ours' : 'prebid';
      const out = path.join(directory, `${side}-${kind}.js`);
      weights[side][kind] = (await build({ modules: [MODULE], uid2, disable: KINDS[kind], compare: MODULE, out })).added!;
      progress(++done / 4);
    }
  }
  return weights;
}

export async function weighSdk(directory: string, progress: (share: number) => void = () => {}): Promise<Sdk> {
  const weights = {} as Sdk;
  for (const kind of Object.keys(KINDS) as Kind[]) {
    weights[kind] = (await build({ modules: [MODULE, SDK], disable: KINDS[kind], compare: SDK, out: path.join(directory, `sdk-${kind}.js`) })).added!;
    progress(kind === 'cstg' ? 0.5 : 1);
  }
  return weights;
}

const NAMES: Record<Kind, string> = { cstg: 'with UID2_CSTG', plain: 'without UID2_CSTG' };
const MEASURES = [['difference', 'two whole bundles'], ['share', 'its own chunks']] as const;

export async function bytes({ out, progress }: Order): Promise<Finding> {
  const weights = await weigh(out, (share) => progress(share * 2 / 3));
  const sdk = await weighSdk(out, (share) => progress((2 + share) / 3));
  const { add, rows } = collector();
  for (const kind of Object.keys(KINDS) as Kind[]) {
    for (const [measure, how] of MEASURES) {
      for (const compression of ['minified', 'gzip', 'brotli'] as const) {
        for (const side of SIDES) {
          add(side, weights[side][kind][measure][compression], `${NAMES[kind]}, ${how}, ${compression}`, 'bytes',
            measure === 'difference' ? ['Bytes added to a bundle', `${compression}\n${NAMES[kind]}`] : undefined);
        }
      }
    }
  }
  for (const kind of Object.keys(KINDS) as Kind[]) {
    for (const compression of ['minified', 'gzip', 'brotli'] as const) add('ours', sdk[kind].difference[compression], `uid2Sdk beside it, ${NAMES[kind]}, ${compression}`, 'bytes');
  }
  for (const file of WITH_BYTES.map((name) => path.join(projectRoot, name))) fs.writeFileSync(file, withBytes(fs.readFileSync(file, 'utf8'), weights, sdk));
  return {
    rows: rows(),
    notes: ['Two whole bundles: prebid.js and userId with the module, minus the same without it. Its own chunks: the module and the libraries that only it uses, ' +
      'compressed by themselves. The first is what a site pays; README.md and modules/uid2IdSystem.md now say it.'],
  };
}
