// A webpack resolver plugin: a file that both trees have is taken from ours, for whoever imports it.
import path from 'node:path';
import type { Resolver } from 'webpack';
import { type Layout, placeOf, rootsFor } from './layout.ts';

const BARE = /^(src|modules|libraries|metadata|test|creative|creative-renderers|public)\//;
const PREBID_ONLY = 'prebid-source/';

/** Replacements by name, for requests that do not come from one of ours: `{ 'test/mocks/xhr.js': '/abs/file.ts' }`. */
export type Replacements = Record<string, string>;

// source trees import x.js for x.ts, tests import without extension
function spellings(name: string): string[] {
  const base = name.replace(/\.(js|ts)$/, '');
  const exact = base === name ? [] : name.endsWith('.ts') ? [`${base}.ts`, `${base}.js`] : [`${base}.ts`, `${base}.js`];
  const direct = /\.(json|mjs|cjs)$/.test(name) ? [name] : [];
  return [...direct, ...exact, ...(base === name ? [`${name}.ts`, `${name}.js`] : []), `${base}/index.ts`, `${base}/index.js`];
}

export function overlayResolver(layout: Layout, replacements: Replacements = {}) {
  return {
    apply(resolver: Resolver) {
      const target = resolver.ensureHook('resolve');
      resolver.getHook('resolve').tapAsync('overlay', (request, context, callback) => {
        const asked = request.request;
        const from = request.path ? placeOf(layout, request.path) : undefined;
        if (!asked || asked.includes('!')) return callback();
        let name: string | undefined;
        let owner = from?.owner ?? 'ours';
        if (asked.startsWith(PREBID_ONLY)) {
          name = asked.slice(PREBID_ONLY.length);
          owner = 'prebid';
        } else if (asked.startsWith('.') && from) {
          name = path.posix.join(from.name, asked);
        } else if (BARE.test(asked) && from) {
          name = asked;
        }
        if (name === undefined || name.startsWith('..')) return callback();

        const replaced = replacements[name.replace(/\.(js|ts)$/, '')];
        if (replaced && !asked.startsWith(PREBID_ONLY)) {
          return resolver.doResolve(target, { ...request, request: replaced }, 'replaced', context, callback);
        }
        const candidates = rootsFor(layout, owner, name)
          .flatMap((root) => spellings(name).map((spelling) => path.join(root, spelling)));
        const next = (i: number): void => {
          if (i === candidates.length) return callback();
          resolver.fileSystem.stat(candidates[i], (error, stat) => {
            if (error || !stat || !(stat as { isFile(): boolean }).isFile()) {
              context.missingDependencies?.add(candidates[i]);
              return next(i + 1);
            }
            context.fileDependencies?.add(candidates[i]);
            resolver.doResolve(target, { ...request, request: candidates[i] }, 'overlay', context, callback);
          });
        };
        next(0);
      });
    }
  };
}
