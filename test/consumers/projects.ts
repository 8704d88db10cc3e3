// Sites that bundle Prebid themselves, made anew from the folders here.
import fs from 'node:fs';
import path from 'node:path';

// Vite 8 has Rolldown in it, Vite 7 had Rollup
export const BUNDLERS = ['webpack', 'vite', 'vite@7', 'esbuild'] as const;
export type Project = typeof BUNDLERS[number] | 'types';

/** Copies the project to `folder`, there with the package from a tarball. */
export function project(name: Project, folder: string, tarball?: string): void {
  const [from, version] = name.split('@');
  fs.cpSync(path.join(__dirname, from), folder, { recursive: true });
  if (!tarball) return;
  const file = path.join(folder, 'package.json');
  const manifest = JSON.parse(fs.readFileSync(file, 'utf8'));
  manifest.dependencies['prebid-uid2'] = `file:${tarball}`;
  if (version) manifest.devDependencies[from] = version;
  fs.writeFileSync(file, JSON.stringify(manifest, null, 2));
}

/** Has the site import something else, too. */
export function addImports(folder: string, ...names: string[]): void {
  if (names.length === 0) return;
  const file = path.join(folder, 'src/index.js');
  fs.writeFileSync(file, names.map((name) => `import '${name}';\n`).join('') + fs.readFileSync(file, 'utf8'));
}

/** A script for pages, wherever a bundler has put it. */
export function bundleIn(folder: string): string {
  const [file] = fs.readdirSync(path.join(folder, 'dist'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js'));
  return path.join(folder, 'dist', file);
}
