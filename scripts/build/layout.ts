// Where files live: this checkout, Prebid's source tree, and the name a file has in both.
import fs from 'node:fs';
import path from 'node:path';

export const projectRoot = path.resolve(__dirname, '../..');

export interface Layout {
  /** Directory whose modules/ and libraries/ lie over Prebid's. */
  overlay: string;
  /** Prebid's source tree. */
  prebid: string;
  /** Whether modules/uid2IdSystem is the overlay's or Prebid's own. */
  uid2: 'ours' | 'prebid';
}

const OVERLAID = /^(modules|libraries|metadata)\//;
const UID2 = /^((modules|metadata\/modules)\/uid2IdSystem\b|libraries\/)/;

function inside(root: string, file: string): string | undefined {
  const relative = path.relative(root, file);
  if (relative.startsWith('..') || path.isAbsolute(relative)) return undefined;
  return relative.split(path.sep).join('/');
}

/** The deepest directory that contains all of these. */
export function ancestorOf(directories: string[]): string {
  const [first, ...rest] = directories;
  return rest.every((directory) => inside(first, directory) !== undefined) ? first : ancestorOf([path.dirname(first), ...rest]);
}

/** Fills in the defaults: this checkout over the installed prebid.js, with our uid2IdSystem. */
export function layoutOf({ overlay = projectRoot, prebid, uid2 = 'ours' }: Partial<Layout> = {}): Layout {
  const root = path.resolve(prebid ?? path.join(projectRoot, 'node_modules/prebid.js'));
  return { overlay: path.resolve(overlay), prebid: fs.existsSync(root) ? fs.realpathSync(root) : root, uid2 };
}

/** Which tree a file or directory belongs to and its path in it, `modules/x.ts`; undefined for npm packages. */
export function placeOf(layout: Layout, file: string): { owner: 'ours' | 'prebid'; name: string } | undefined {
  const inPrebid = inside(layout.prebid, file);
  if (inPrebid !== undefined) {
    if (/(^|\/)node_modules(\/|$)/.test(inPrebid)) return undefined;
    // the precompiled tree repeats the sources: metadata modules there import libraries/ as if from here
    return { owner: 'prebid', name: inPrebid.replace(/^dist\/src(\/|$)/, '') };
  }
  for (const root of [layout.overlay, projectRoot]) {
    const name = inside(root, file);
    if (name !== undefined && !/(^|\/)node_modules(\/|$)/.test(name)) return { owner: 'ours', name };
  }
  return undefined;
}

/** The directories to look for `name` in, in order, when a file of `owner` asks for it. */
export function rootsFor(layout: Layout, owner: 'ours' | 'prebid', name: string): string[] {
  const prebid = [layout.prebid, path.join(layout.prebid, 'dist/src')];
  if (layout.uid2 === 'prebid' && UID2.test(name)) return prebid;
  // Prebid's own tests and core must never be shadowed by files of ours that happen to have their names
  if (owner === 'prebid' && !OVERLAID.test(name)) return prebid;
  return [...new Set([layout.overlay, ...OVERLAID.test(name) ? [] : [projectRoot], ...prebid])];
}

/** `modules/x.ts` and `modules/x/index.ts` are the module x; anything else is none. */
export function moduleNameOf(name: string): string | undefined {
  return /^modules\/([^./]+)(\/index)?\.(js|ts)$/.exec(name)?.[1];
}

/** The file that says what a module stores and which components it has: ours, or else Prebid's. */
export function metadataFile(layout: Layout, module: string): string | undefined {
  const name = `metadata/modules/${module}.json`;
  return rootsFor(layout, 'ours', name).map((root) => path.join(root, name)).find((file) => fs.existsSync(file));
}

/** Reads a JSON file of a tree; undefined if there is none. */
export function readJson<T>(file: string): T | undefined {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) as T : undefined;
}
