// The modules, and the engine that they share, as ES modules for sites that bundle Prebid themselves.
import fs from 'node:fs';
import path from 'node:path';
import { build, type Plugin } from 'esbuild';
import { nameOf, scriptBeside } from './prebid.ts';

const ENGINE = 'libraries/uid2Session/engine';

// what Prebid's own build puts around a module, and what it needs, of which a site would else have to think
const moduleNeeding = (needed: string, name: string) => `
import '${needed}';
import { registerModule } from '../src/prebidGlobal.js';
export * from './${name}.ts';
registerModule('${name}');
`;

/** What is in each file of dist/; the engine is a file of its own, as there must be but one on a page. */
const FILES = {
  [ENGINE]: "export * from './engine.ts';",
  'modules/uid2IdSystem': moduleNeeding('./userId/index.js', 'uid2IdSystem'),
  'modules/uid2Sdk': moduleNeeding('./uid2IdSystem.js', 'uid2Sdk')
};

const VERSION = /'([^'\n]*)\$prebid\.version\$([^'\n]*)'/;

// which Prebid it is, only the site's bundler knows
function withVersion(text: string): string {
  if (!VERSION.test(text)) throw new Error(`${ENGINE}.ts has no string with $prebid.version$`);
  return `import { getGlobal } from '../../src/prebidGlobal.js';\n${text}`.replace(VERSION, "'$1' + getGlobal().version.slice(1) + '$2'");
}

const withoutSuffix = (name: string) => name.replace(/\.[jt]s$/, '');

const othersOutside = (root: string, file: string): Plugin => ({
  name: 'others outside',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^\./ }, ({ path: specifier, resolveDir }) => {
      const from = path.relative(root, path.join(resolveDir, 'x.ts')).split(path.sep).join('/');
      const name = nameOf(from, specifier);
      const other = withoutSuffix(name);
      if (other !== file && other in FILES) return { path: path.posix.relative(path.posix.dirname(file), `${other}.js`).replace(/^(?!\.)/, './'), external: true };
      return fs.existsSync(path.join(root, `${other}.ts`)) ? undefined : { path: scriptBeside(`${file}.ts`, name), external: true };
    });
    onLoad({ filter: /uid2Session[\\/]engine\.ts$/ }, ({ path: engine }) => ({ contents: withVersion(fs.readFileSync(engine, 'utf8')), loader: 'ts' }));
  }
});

/** Writes dist/modules/uid2IdSystem.js, dist/modules/uid2Sdk.js and the engine. */
export async function makeModules(root: string, dist: string): Promise<void> {
  for (const [file, contents] of Object.entries(FILES)) {
    await build({
      stdin: { contents, resolveDir: path.join(root, path.dirname(file)), sourcefile: 'entry.ts', loader: 'ts' },
      outfile: path.join(dist, `${file}.js`),
      absWorkingDir: root,
      bundle: true,
      // package.json tells of the files in dist/ only
      ignoreAnnotations: true,
      format: 'esm',
      // what Prebid's package is compiled to
      target: 'es2020',
      charset: 'utf8',
      define: { 'FEATURES.UID2_CSTG': 'true' },
      plugins: [othersOutside(root, file)],
      tsconfigRaw: {},
      logLevel: 'warning'
    });
  }
}
