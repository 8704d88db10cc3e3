// A file for mocha: the random lives of test/model, bundled. As tsx runs them, each function made is given its name anew, and each import is looked up at each use.
import { createRequire } from 'node:module';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { testsIn } from './parts.ts';

const ROOT = path.resolve(__dirname, '../..');
const OUT = path.join(ROOT, 'build/test/model.cjs');

buildSync({
  stdin: { contents: testsIn(ROOT, 'test/model').map(({ name }) => `import './${name}';`).join('\n'), resolveDir: ROOT },
  outfile: OUT,
  bundle: true,
  platform: 'node',
  packages: 'external',
  // package.json speaks of the package's files
  ignoreAnnotations: true,
  sourcemap: 'inline',
  logLevel: 'warning'
});
createRequire(__filename)(OUT);
