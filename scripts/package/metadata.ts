// What the module stores, for sites that have storageControl: as Prebid's package gives it of its own modules, in prebid.js/metadata.
import fs from 'node:fs';
import path from 'node:path';
import { scriptBeside } from './prebid.ts';

const NAME = 'metadata/modules/uid2IdSystem';

/** Writes dist/metadata. */
export function makeMetadata(root: string, dist: string): void {
  const { disclosures, components } = JSON.parse(fs.readFileSync(path.join(root, `${NAME}.json`), 'utf8'));
  const file = path.join(dist, NAME);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(`${file}.js`, `import { metadata } from "${scriptBeside(`${NAME}.ts`, 'libraries/metadata/metadata.js')}";\n` +
    `metadata.register("uid2IdSystem", ${JSON.stringify({ disclosures, components }, null, 2)});\n`);
  fs.writeFileSync(`${file}.d.ts`, 'export {};\n');
}
