// Sites with the package as it would be published, and bundles of them.
import { build } from 'esbuild';
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../build/support.ts';
import { addImports, project, type Project } from '../consumers/projects.ts';
import { packed } from './packed.ts';

export const PREBID = path.join(root, 'node_modules/prebid.js');

function link(target: string, file: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.symlinkSync(target, file, 'dir');
}

/** Makes a site in this directory, with packages as pnpm lays them out: each in a folder of its own with links to its peers, and links to them in the site. */
export function siteIn(directory: string, name: Project, ...imports: string[]): string {
  const folder = fs.mkdtempSync(path.join(directory, `${name}-`));
  const store = path.join(directory, 'store/node_modules');
  if (!fs.existsSync(store)) {
    fs.cpSync(packed().folder, path.join(store, 'prebid-uid2'), { recursive: true });
    link(PREBID, path.join(store, 'prebid.js'));
  }
  project(name, folder);
  addImports(folder, ...imports);
  link(path.join(store, 'prebid-uid2'), path.join(folder, 'node_modules/prebid-uid2'));
  link(PREBID, path.join(folder, 'node_modules/prebid.js'));
  return folder;
}

/** The site's script, bundled by esbuild; `of` names what went into it, by the end of its name. */
export async function bundled(absWorkingDir: string): Promise<{ script: string; of(file: string): string[] }> {
  const { metafile, outputFiles: [{ text }] } = await build({ absWorkingDir, entryPoints: ['src/index.js'], bundle: true, minify: true, write: false, metafile: true });
  return { script: text, of: (file) => Object.keys(metafile.inputs).filter((name) => name.endsWith(file)) };
}
