// Prebid bundles for tests: each is built once, and kept until what it is made of changes.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { build, type BuildOptions } from '../../scripts/build/index.ts';
import { projectRoot } from '../../scripts/build/layout.ts';
import { madeOnce } from './once.ts';

const KEPT = path.join(projectRoot, 'build/bundles');
const HOUR = 3600_000;
/** What bundles are made of, besides Prebid; the lock file names it and the tools. */
const SOURCES = ['modules', 'libraries', 'metadata', 'scripts/build', 'webpack.config.js', 'package-lock.json'];

const filesIn = (name: string): string[] => {
  const file = path.join(projectRoot, name);
  if (!fs.statSync(file).isDirectory()) return [name];
  return fs.readdirSync(file).sort().flatMap((entry) => filesIn(`${name}/${entry}`));
};

function sourcesHash(): string {
  const hash = createHash('sha256');
  for (const name of SOURCES.flatMap(filesIn)) hash.update(`${name}\0`).update(fs.readFileSync(path.join(projectRoot, name))).update('\0');
  return hash.digest('hex').slice(0, 16);
}

/** Takes away the bundles of other sources that nobody can be using any more. */
function forgetOld(sources: string): void {
  for (const name of fs.existsSync(KEPT) ? fs.readdirSync(KEPT) : []) {
    const folder = path.join(KEPT, name);
    if (name !== sources && fs.statSync(folder).mtimeMs < Date.now() - HOUR) fs.rmSync(folder, { recursive: true, force: true });
  }
}

let sources: string | undefined;

// a Prebid that somebody may change is not told by its version
const isInstalled = (prebid?: string) => !prebid || path.resolve(prebid).startsWith(projectRoot + path.sep);

/** The path of a bundle; its source map and storage disclosures are beside it, as `build` names them. */
export async function bundleOf(options: Omit<BuildOptions, 'out' | 'overlay' | 'compare' | 'isOnce'>): Promise<string> {
  if (!sources) forgetOld(sources = sourcesHash());
  const differs = [Object.entries(options).sort(), isInstalled(options.prebid) || process.pid];
  const key = createHash('sha256').update(JSON.stringify(differs)).digest('hex').slice(0, 16);
  const folder = path.join(KEPT, sources, key);
  await madeOnce(folder, (unfinished) => build({ ...options, isOnce: true, out: path.join(unfinished, 'prebid.js') }));
  return path.join(folder, 'prebid.js');
}
