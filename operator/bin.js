#!/usr/bin/env node
// Runs the TypeScript of this folder as it is; the npm package has what was made of it.
'use strict';
if (require('node:fs').existsSync(require('node:path').join(__dirname, 'cli.ts'))) {
  require('tsx/cjs');
  require('./cli.ts');
} else {
  require('../dist/bin/uid2-operator.cjs');
}
