// Where a module in the package finds Prebid's files.
import path from 'node:path';

/** The name of what a file imports: '../src/hook.js' in 'modules/x.ts' is 'src/hook.js'. */
export const nameOf = (from: string, specifier: string) => path.posix.join(path.posix.dirname(from), specifier);

/**
 * How the file that comes of `from` in dist/ imports Prebid's file of that name. prebid.js exports its modules only, not its core; but its
 * folder always lies beside this package's, also under pnpm, and bundlers know a file by its path.
 */
export function besidePrebid(from: string, name: string): string {
  return path.posix.relative(path.posix.join('dist', path.posix.dirname(from)), path.posix.join('../prebid.js/dist/src', name));
}
