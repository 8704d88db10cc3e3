// What the modules of a bundle store, as Prebid's own build tells it.
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { metadataFile, readJson } from './layout.ts';
import type { Order } from './order.ts';

/** The name of the file beside a bundle. */
export const disclosuresOf = (file: string) => `${file.replace(/\.js$/, '')}_disclosures.json`;

/** Writes it, unless this Prebid has none. */
export async function writeDisclosures({ layout, modules }: Pick<Order, 'layout' | 'modules'>, file: string): Promise<void> {
  const source = path.join(layout.prebid, 'libraries/storageDisclosure/summary.mjs');
  if (!fs.existsSync(source)) return;
  const { getStorageDisclosureSummary } = await import(pathToFileURL(source).href) as
    { getStorageDisclosureSummary(modules: string[], metadata: (module: string) => unknown): unknown };
  const summary = getStorageDisclosureSummary(['prebid-core', ...modules], (name) => {
    const metadata = metadataFile(layout, name);
    return metadata ? readJson(metadata) : null;
  });
  fs.writeFileSync(file, `${JSON.stringify(summary, null, 2)}\n`);
}
