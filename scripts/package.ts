// Before npm pack and npm publish: what the package holds beside the sources, in dist/.
import fs from 'node:fs';
import path from 'node:path';
import { makeCommand } from './package/commands.ts';
import { makeMetadata } from './package/metadata.ts';
import { makeModules } from './package/module.ts';
import { makeTypes } from './package/types.ts';

const root = path.resolve(__dirname, '..');
const dist = path.join(root, 'dist');

async function make(): Promise<void> {
  fs.rmSync(dist, { recursive: true, force: true });
  await makeModules(root, dist);
  makeTypes(root, dist);
  makeMetadata(root, dist);
  await makeCommand(root, 'operator/cli.ts', path.join(dist, 'bin/uid2-operator.cjs'));
  await makeCommand(root, 'scripts/install/cli.ts', path.join(dist, 'bin/prebid-uid2.cjs'));
}

make().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
