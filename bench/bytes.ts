// What each module adds to a bundle of Prebid and userId, in bytes.
import fs from 'node:fs';
import path from 'node:path';
import { type Added, addedBy, build, type BuildOptions, type BuildResult } from '../scripts/build/index.ts';
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

const PARENT = 'userId';
const MODULE = 'uid2IdSystem';
const SDK = 'uid2Sdk';

/** Builds the parent alone, and of each kind the bundles with each side's module and with uid2Sdk; less than a minute. */
export async function weigh(directory: string, progress: (share: number) => void = () => {}): Promise<{ weights: Weights; sdk: Sdk }> {
  const [weights, sdk] = [{ ours: {}, theirs: {} } as Weights, {} as Sdk];
  const kinds = Object.keys(KINDS) as Kind[];
  let done = 0;
  async function bundle(name: string, options: Pick<BuildOptions, 'modules' | 'uid2' | 'disable'>): Promise<BuildResult> {
    const built = await build({ ...options, isOnce: true, out: path.join(directory, `${name}.js`) });
    progress(++done / (1 + 3 * kinds.length));
    return built;
  }
  // no feature that is left out is in it
  const parent = await bundle('parent', { modules: [PARENT] });
  for (const kind of kinds) {
    const disable = KINDS[kind];
    const ours = await bundle(`ours-${kind}`, { modules: [MODULE], disable });
    weights.ours[kind] = addedBy(MODULE, ours, parent);
    weights.theirs[kind] = addedBy(MODULE, await bundle(`theirs-${kind}`, { modules: [MODULE], uid2: 'prebid', disable }), parent);
    sdk[kind] = addedBy(SDK, await bundle(`sdk-${kind}`, { modules: [MODULE, SDK], disable }), ours);
  }
  return { weights, sdk };
}

const NAMES: Record<Kind, string> = { cstg: 'with UID2_CSTG', plain: 'without UID2_CSTG' };
const MEASURES = [['difference', 'two whole bundles'], ['share', 'its own chunks']] as const;

export async function bytes({ out, progress }: Order): Promise<Finding> {
  const { weights, sdk } = await weigh(out, progress);
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
