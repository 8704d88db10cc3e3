// Where a file of the package finds Prebid's, which exports its modules only, not its core.
import path from 'node:path';

const PRECOMPILED = 'prebid.js/dist/src';

/** The name of what a file imports: '../src/hook.js' in 'modules/x.ts' is 'src/hook.js'. */
export const nameOf = (from: string, specifier: string) => path.posix.join(path.posix.dirname(from), specifier);

/**
 * How the script that comes of `from` in dist/ imports Prebid's file of that name: by its path, as the folder of a peer lies beside this
 * package's, also under pnpm. Bundlers follow links, so that it is the very file that `import 'prebid.js'` leads to.
 */
export const scriptBeside = (from: string, name: string) =>
  path.posix.relative(path.posix.join('dist', path.posix.dirname(from)), path.posix.join('..', PRECOMPILED, name));

/**
 * The same in a declaration. TypeScript follows links only for names of packages: this one, which no package can have, is looked up like any
 * other, and then no package.json stands between it and the file. Measured with TypeScript 5.6 to 7.0.
 */
export const typesBeside = (name: string) => `node_modules/../${PRECOMPILED}/${name}`;
