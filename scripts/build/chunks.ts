// How webpack cuts the bundle: the same pieces as Prebid's own build, so that a module weighs here what it weighs there.
import fs from 'node:fs';
import path from 'node:path';
import type { Configuration } from 'webpack';
import { CORE } from './join.ts';
import { type Layout, metadataFile, placeOf, rootsFor } from './layout.ts';

// modules that read other modules' storage disclosures, the only ones Prebid adds them for
const READ_DISCLOSURES = ['storageControl'];

function entryFile(layout: Layout, base: string): string {
  const found = rootsFor(layout, 'ours', base).flatMap((root) =>
    ['.ts', '.js', '/index.ts', '/index.js'].map((end) => path.join(root, base + end))).find((file) => fs.existsSync(file));
  if (!found) throw new Error(`no source for ${base}`);
  return found;
}

/** The modules (and core) whose storage disclosures belong in this build. */
export function metadataOf(layout: Layout, modules: string[]): string[] {
  if (!modules.some((name) => READ_DISCLOSURES.includes(name))) return [];
  return [...modules, CORE].filter((name) => metadataFile(layout, name));
}

/** Webpack's entry: core, then each module, then storage disclosures. */
export function entriesOf(layout: Layout, modules: string[]): NonNullable<Configuration['entry']> {
  return Object.fromEntries([
    [CORE, { import: entryFile(layout, 'src/prebid') }],
    ...modules.map((name) => [name, { import: entryFile(layout, `modules/${name}`), dependOn: CORE }]),
    ...metadataOf(layout, modules).map((name) =>
      [`${name}.metadata`, { import: metadataFile(layout, name)!, dependOn: CORE }])
  ]);
}

type Groups = Exclude<NonNullable<NonNullable<Configuration['optimization']>['splitChunks']>, false>['cacheGroups'];

/** One chunk for core and one for each library. */
export function cacheGroups(layout: Layout): Groups {
  const nameOf = (resource: string | null | undefined) => resource ? placeOf(layout, resource)?.name : undefined;
  const group = (label: string, test: (name: string, resource: string) => boolean) => ({
    name: label,
    test: (module: { nameForCondition(): string | null }) => {
      const resource = module.nameForCondition();
      return resource ? test(nameOf(resource) ?? '', resource) : false;
    }
  });
  return {
    default: false,
    defaultVendors: false,
    libraries: {
      test: (module: { nameForCondition(): string | null }) => /^libraries\/[^/]+\//.test(nameOf(module.nameForCondition()) ?? ''),
      name: (module: { nameForCondition(): string | null }) => nameOf(module.nameForCondition())!.split('/')[1]
    },
    renderers: {
      test: (module: { nameForCondition(): string | null }) => /^creative-renderers\//.test(nameOf(module.nameForCondition()) ?? ''),
      name: (module: { nameForCondition(): string | null }) => `creative-renderer-${path.parse(module.nameForCondition()!).name}`
    },
    corejs: group('corejs', (_, resource) => /\/node_modules\/core-js(-pure)?\//.test(resource)),
    core: group('chunk-core', (name) => name.startsWith('src/'))
  };
}
