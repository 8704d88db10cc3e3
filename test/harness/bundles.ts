// Prebid bundles for tests: each is made once, and kept until what it is made of changes.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { buildChunks, joinChunks } from '../../scripts/build/chunked.ts';
import { build, type BuildOptions } from '../../scripts/build/index.ts';
import { projectRoot } from '../../scripts/build/layout.ts';
import { madeOnce } from './once.ts';

const KEPT = path.join(projectRoot, 'build/bundles');
const HOUR = 3600_000;
/** Bundles of these are joined from the chunks of one build, or of another with Prebid's own module. */
const MODULES = [
  'userId', 'uid2IdSystem', 'sharedIdSystem', 'unifiedIdSystem',
  'consentManagementTcf', 'consentManagementUsp', 'consentManagementGpp', 'tcfControl', 'gppControl_usnat', 'allowActivities', 'storageControl',
  'prebidServerBidAdapter', 'appnexusBidAdapter', 'ixBidAdapter', 'openxBidAdapter', 'pubmaticBidAdapter', 'rubiconBidAdapter', 'theAdxBidAdapter'
];
const JOINED = { ours: [...MODULES, 'uid2Sdk'], prebid: MODULES };
/** What bundles are made of, besides Prebid; the lock file names it and the tools. And this file, for its list of modules. */
const SOURCES = ['modules', 'libraries', 'metadata', 'scripts/build', 'webpack.config.js', 'package-lock.json', 'test/harness/bundles.ts'];

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

type Options = Omit<BuildOptions, 'out' | 'overlay' | 'compare' | 'isOnce'>;
type Make = (options: BuildOptions, kept: string) => Promise<unknown>;

async function made(how: string, make: Make, options: Options): Promise<string> {
  if (!sources) forgetOld(sources = sourcesHash());
  const kept = path.join(KEPT, sources);
  const given = Object.entries(options).filter(([, value]) => value !== undefined).sort();
  const differs = [how, given, isInstalled(options.prebid) || process.pid];
  const folder = path.join(kept, createHash('sha256').update(JSON.stringify(differs)).digest('hex').slice(0, 16));
  await madeOnce(folder, (unfinished) => make({ ...options, isOnce: true, out: path.join(unfinished, 'prebid.js') }, kept));
  return path.join(folder, 'prebid.js');
}

async function join(options: BuildOptions, kept: string): Promise<void> {
  const { uid2 = 'ours' } = options;
  const chunks = path.join(kept, `chunks-${uid2}`);
  await madeOnce(chunks, (unfinished) => buildChunks({ modules: JOINED[uid2], uid2, isOnce: true }, unfinished));
  await joinChunks(chunks, options);
}

const canJoin = ({ modules, uid2 = 'ours', ...others }: Options) =>
  Object.values(others).every((other) => other === undefined) && modules.every((name) => JOINED[uid2].includes(name));

/** The path of a bundle that is built by itself, as a publisher's; its source map and storage disclosures are beside it. */
export const builtOf = (options: Options): Promise<string> => made('built', build, options);

/** The path of a bundle for pages; its storage disclosures are beside it, as `build` names them. */
export const bundleOf = (options: Options): Promise<string> => (canJoin(options) ? made('joined', join, options) : builtOf(options));
