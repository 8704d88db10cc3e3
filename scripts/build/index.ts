// Makes a Prebid bundle from Prebid's sources with our modules in it.
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import webpack, { type Configuration } from 'webpack';
import configuration from '../../webpack.config.js';
import { bundlePlugin, type Part, type Size, type Weights } from './bundle.ts';
import { cacheGroups, entriesOf, metadataOf } from './chunks.ts';
import { featureMap } from './features.ts';
import { type Layout, layoutOf, metadataFile, projectRoot, readJson } from './layout.ts';
import { completeModules } from './modules.ts';
import { problem } from './problem.ts';

export { parseModules } from './modules.ts';
export { isProblem } from './problem.ts';
export type { Part, Size } from './bundle.ts';

export interface BuildOptions {
  /** Module names; parent modules are added. */
  modules: string[];
  /** Features to leave out, such as UID2_CSTG. */
  disable?: string[];
  /** Features to put in although Prebid's releases leave them out (GREEDY). */
  enable?: string[];
  /** The file to write; default build/dist/prebid.js. Its source map and storage disclosures go beside it. */
  out?: string;
  /** Readable output. */
  dev?: boolean;
  /** Prebid's source tree (an installed prebid.js package); default the one in node_modules. */
  prebid?: string;
  /** Whose modules/uid2IdSystem; default ours. */
  uid2?: 'ours' | 'prebid';
  /** The directory whose modules/ and libraries/ lie over Prebid's; default this project. */
  overlay?: string;
  /** The name of the page's global; default `pbjs`, or what Prebid's package.json says. */
  globalName?: string;
  /** A module to also build without, to know what it adds; costs another, shorter build. */
  compare?: string;
  /** It is not built again: webpack keeps no cache of it. */
  isOnce?: boolean;
}

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

interface Order { options: BuildOptions; layout: Layout; modules: string[]; manifest: Manifest }
interface Manifest { name: string; version: string; globalVarName?: string }

function bannerOf({ manifest, modules }: Order): string {
  return `/* ${manifest.name} v${manifest.version}\nUpdated: ${new Date().toISOString().slice(0, 10)}\nModules: ${modules.join(', ')} */\n`;
}

function configure(order: Order, directory: string, purpose: string, onWeighed: (weights: Weights) => void): Configuration {
  const { options, layout, modules, manifest } = order;
  const globalName = options.globalName ?? manifest.globalVarName ?? 'pbjs';
  const { disable, enable, dev, isOnce } = options;
  const config = configuration({ layout, globalName, disable, enable, dev, isOnce, purpose });
  return {
    ...config,
    entry: entriesOf(layout, modules),
    output: { ...config.output, path: directory, filename: '[name].js', chunkLoadingGlobal: `${globalName}Chunk`, chunkLoading: 'jsonp' },
    optimization: {
      ...config.optimization,
      usedExports: true,
      sideEffects: true,
      splitChunks: { chunks: 'initial', minChunks: 1, minSize: 0, cacheGroups: cacheGroups(layout) }
    },
    plugins: [...config.plugins ?? [], bundlePlugin({
      file: path.basename(outputOf(options)), globalName, banner: bannerOf(order), modules, metadata: metadataOf(layout, modules), onWeighed
    })]
  };
}

const outputOf = (options: BuildOptions) => path.resolve(options.out ?? path.join(projectRoot, 'build/dist/prebid.js'));

// what a person can act on: which file, which line
function failure(errors: readonly { message: string; moduleName?: string }[]): Error {
  const { message, moduleName } = errors[0];
  const text = message.split('\n').filter((line) => !/^ {4}at /.test(line) && !line.startsWith('Module build failed')).join('\n').trimEnd();
  const more = errors.length > 1 ? `\n(and ${errors.length - 1} more)` : '';
  return problem(`the bundle cannot be built: ${moduleName ? `${moduleName.replace(/^.*!/, '')}: ` : ''}${text}${more}`);
}

async function compile(order: Order, directory: string, purpose: 'bundle' | 'comparison'): Promise<Weights> {
  let weights: Weights | undefined;
  const compiler = webpack(configure(order, directory, purpose, (weighed) => { weights = weighed; }));
  if (!compiler) throw new Error('webpack did not start');
  if (purpose === 'comparison') compiler.hooks.shouldEmit.tap('weigh only', () => false);
  try {
    const stats = await new Promise<webpack.Stats>((resolve, reject) =>
      compiler.run((error, result) => error || !result ? reject(error) : resolve(result)));
    if (stats.hasErrors()) throw failure(stats.toJson({ all: false, errors: true }).errors ?? []);
  } finally {
    // stores the cache
    await new Promise<void>((resolve) => compiler.close(() => resolve()));
  }
  return weights!;
}

async function writeDisclosures({ layout, modules }: Order, file: string): Promise<void> {
  const source = path.join(layout.prebid, 'libraries/storageDisclosure/summary.mjs');
  if (!fs.existsSync(source)) return;
  const { getStorageDisclosureSummary } = await import(pathToFileURL(source).href) as
    { getStorageDisclosureSummary(modules: string[], metadata: (module: string) => unknown): unknown };
  const summary = getStorageDisclosureSummary(['prebid-core', ...modules], (name) => {
    const metadata = metadataFile(layout, name);
    return metadata ? readJson(metadata) : null;
  });
  fs.writeFileSync(file, `${JSON.stringify(summary, null, 2)}\n`);
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
  const layout = layoutOf(options);
  const manifest = readJson<Manifest>(path.join(layout.prebid, 'package.json'));
  if (manifest?.name !== 'prebid.js' || !fs.existsSync(path.join(layout.prebid, 'src'))) {
    throw problem(`no prebid.js package in ${layout.prebid}`);
  }
  const modules = completeModules(options.modules, layout);
  featureMap(layout, options.disable, options.enable);
  const order: Order = { options, layout, modules, manifest };
  const file = outputOf(options);
  const name = path.basename(file);
  const disclosures = `${name.replace(/\.js$/, '')}_disclosures.json`;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  // in the same directory, so that the rename at the end is one step
  const directory = fs.mkdtempSync(path.join(path.dirname(file), '.building-'));
  try {
    const weights = await compile(order, directory, 'bundle');
    const rest = options.compare && modules.includes(options.compare)
      ? await compile({ ...order, modules: modules.filter((module) => module !== options.compare) }, directory, 'comparison')
      : undefined;
    await writeDisclosures(order, path.join(directory, disclosures));
    for (const made of fs.readdirSync(directory)) fs.renameSync(path.join(directory, made), path.join(path.dirname(file), made));
    return {
      file,
      map: `${file}.map`,
      disclosures: path.join(path.dirname(file), disclosures),
      modules,
      version: manifest.version,
      ...weights,
      ...(rest && { added: addedBy(options.compare!, weights, rest) })
    };
  } finally {
    fs.rmSync(directory, { recursive: true, force: true });
  }
}
