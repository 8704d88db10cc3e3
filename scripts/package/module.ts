// modules/uid2IdSystem.ts and its library as one ES module for sites that bundle Prebid themselves.
import fs from 'node:fs';
import path from 'node:path';
import { build, type Plugin } from 'esbuild';
import { nameOf, scriptBeside } from './prebid.ts';

const MODULE = 'modules/uid2IdSystem';
const VERSIONED = 'libraries/uid2/engine.ts';

// what Prebid's own build puts around a module, and userId, of which a site would else have to think
const ENTRY = `
import './userId/index.js';
import { registerModule } from '../src/prebidGlobal.js';
export * from './uid2IdSystem.ts';
registerModule('uid2IdSystem');
`;

const VERSION = /'([^'\n]*)\$prebid\.version\$([^'\n]*)'/;

// which Prebid it is, only the site's bundler knows
function withVersion(text: string): string {
  if (!VERSION.test(text)) throw new Error(`${VERSIONED} has no string with $prebid.version$`);
  return `import { getGlobal } from '../../src/prebidGlobal.js';\n${text}`.replace(VERSION, "'$1' + getGlobal().version.slice(1) + '$2'");
}

const prebidOutside = (root: string): Plugin => ({
  name: 'prebid outside',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^\./ }, ({ path: specifier, resolveDir }) => {
      const from = path.relative(root, path.join(resolveDir, 'x.ts')).split(path.sep).join('/');
      const name = nameOf(from, specifier);
      return fs.existsSync(path.join(root, name.replace(/\.js$/, '.ts'))) ? undefined : { path: scriptBeside(`${MODULE}.ts`, name), external: true };
    });
    onLoad({ filter: /uid2[\\/]engine\.ts$/ }, ({ path: file }) => ({ contents: withVersion(fs.readFileSync(file, 'utf8')), loader: 'ts' }));
  }
});

/** Writes dist/modules/uid2IdSystem.js. */
export async function makeModule(root: string, dist: string): Promise<void> {
  await build({
    stdin: { contents: ENTRY, resolveDir: path.join(root, 'modules'), sourcefile: 'entry.ts', loader: 'ts' },
    outfile: path.join(dist, `${MODULE}.js`),
    absWorkingDir: root,
    bundle: true,
    format: 'esm',
    // what Prebid's package is compiled to
    target: 'es2020',
    charset: 'utf8',
    define: { 'FEATURES.UID2_CSTG': 'true' },
    plugins: [prebidOutside(root)],
    tsconfigRaw: {},
    logLevel: 'warning'
  });
}
