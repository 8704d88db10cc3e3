#!/usr/bin/env node
// Runs the TypeScript of this folder as it is.
require('tsx/cjs');
require('./cli.ts');
