// Makes a Prebid bundle from Prebid's sources with our modules in it.
import fs from 'node:fs';
import path from 'node:path';
import { bundlePlugin, type Part, type Size, type Weights } from './bundle.ts';
import { compile, configure } from './compile.ts';
import { disclosuresOf, writeDisclosures } from './disclosures.ts';
import { type BuildOptions, type Order, orderOf } from './order.ts';

export { parseModules } from './modules.ts';
export { isProblem } from './problem.ts';
export type { Part, Size } from './bundle.ts';
export type { BuildOptions } from './order.ts';

export interface Added {
  module: string;
  /** This bundle minus one without the module. */
  difference: Size;
  /** The sum of the module's own chunks: its source and the libraries that only it uses. */
  share: Size;
}

export interface BuildResult {
  file: string;
  map: string;
  disclosures: string;
  /** All modules in the bundle, parents included. */
  modules: string[];
  /** Prebid's version. */
  version: string;
  /** The bundle without its banner. */
  total: Size;
  parts: Part[];
  added?: Added;
}

async function bundle(order: Order, directory: string, purpose: 'bundle' | 'comparison'): Promise<Weights> {
  let weights: Weights | undefined;
  const config = configure(order, directory, purpose);
  const plugin = bundlePlugin({ ...order, file: path.basename(order.file), onWeighed: (weighed) => { weights = weighed; } });
  await compile({ ...config, plugins: [...config.plugins ?? [], plugin] }, { emits: purpose === 'bundle' });
  return weights!;
}

const minus = (a: Size, b: Size): Size => ({
  minified: a.minified - b.minified,
  gzip: a.gzip - b.gzip,
  get brotli() { return a.brotli - b.brotli; }
});

/** What a module adds to a bundle that would be `rest` without it. */
export const addedBy = (module: string, whole: Weights, rest: Weights): Added => ({
  module,
  difference: minus(whole.total, rest.total),
  share: whole.parts.find(({ name }) => name === module)!.size
});

/**
 * Builds a bundle and says what it weighs (bytes).
 * Rejects with a one-line error (see `isProblem`) on an unknown module or feature or code that does not compile;
 * the output file is replaced only once the whole build has succeeded.
 */
export async function build(options: BuildOptions): Promise<BuildResult> {
  const order = orderOf(options);
  const { file, modules, version } = order;
  const folder = path.dirname(file);
  fs.mkdirSync(folder, { recursive: true });
  // in the same directory, so that the rename at the end is one step
  const directory = fs.mkdtempSync(path.join(folder, '.building-'));
  try {
    const weights = await bundle(order, directory, 'bundle');
    const rest = options.compare && modules.includes(options.compare)
      ? await bundle({ ...order, modules: modules.filter((module) => module !== options.compare) }, directory, 'comparison')
      : undefined;
    await writeDisclosures(order, path.join(directory, path.basename(disclosuresOf(file))));
    for (const made of fs.readdirSync(directory)) fs.renameSync(path.join(directory, made), path.join(folder, made));
    return {
      file,
      map: `${file}.map`,
      disclosures: disclosuresOf(file),
      modules,
      version,
      ...weights,
      ...(rest && { added: addedBy(options.compare!, weights, rest) })
    };
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
  }
}
