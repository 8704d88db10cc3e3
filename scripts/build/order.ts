// What a build is to make, with defaults filled in and names checked.
import fs from 'node:fs';
import path from 'node:path';
import { featureMap } from './features.ts';
import { type Layout, layoutOf, projectRoot, readJson } from './layout.ts';
import { completeModules } from './modules.ts';
import { problem } from './problem.ts';

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

export interface Order {
  options: BuildOptions;
  layout: Layout;
  /** All modules of the bundle, parents included. */
  modules: string[];
  /** The name of the page's global. */
  globalName: string;
  /** Prebid's version. */
  version: string;
  /** The bundle's first lines. */
  banner: string;
  /** The file to write. */
  file: string;
}

interface Manifest { name: string; version: string; globalVarName?: string }

const bannerOf = ({ name, version }: Manifest, modules: string[]) =>
  `/* ${name} v${version}\nUpdated: ${new Date().toISOString().slice(0, 10)}\nModules: ${modules.join(', ')} */\n`;

/** Throws one line (see `isProblem`) on an unknown module or feature. */
export function orderOf(options: BuildOptions): Order {
  const layout = layoutOf(options);
  const manifest = readJson<Manifest>(path.join(layout.prebid, 'package.json'));
  if (manifest?.name !== 'prebid.js' || !fs.existsSync(path.join(layout.prebid, 'src'))) {
    throw problem(`no prebid.js package in ${layout.prebid}`);
  }
  const modules = completeModules(options.modules, layout);
  featureMap(layout, options.disable, options.enable);
  return {
    options,
    layout,
    modules,
    globalName: options.globalName ?? manifest.globalVarName ?? 'pbjs',
    version: manifest.version,
    banner: bannerOf(manifest, modules),
    file: path.resolve(options.out ?? path.join(projectRoot, 'build/dist/prebid.js'))
  };
}
