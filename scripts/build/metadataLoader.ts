// A webpack loader: metadata/modules/x.json to a module that tells Prebid at run time what x stores, as Prebid's own build makes it.
import path from 'node:path';
import type { LoaderContext } from 'webpack';

interface Component { gvlid?: number | null; aliasOf?: string | null }

module.exports = function (this: LoaderContext<object>, text: string): string {
  const { disclosures, components } = JSON.parse(text) as { disclosures: object; components: Component[] };
  const kept = components.map(({ gvlid, aliasOf, ...component }) => ({ ...component, ...(aliasOf != null && { aliasOf }) }));
  const name = path.basename(this.resourcePath, '.json');
  return `import { metadata } from '../../libraries/metadata/metadata.js';\n` +
    `metadata.register(${JSON.stringify(name)}, ${JSON.stringify({ disclosures, components: kept })});\n`;
};
