// Builds the chunks of many modules once, from which bundles of some of them are joined, as Prebid's own `gulp bundle` joins them.
import fs from 'node:fs';
import path from 'node:path';
import { filesByEntry } from './bundle.ts';
import { entriesOf } from './chunks.ts';
import { compile, configure } from './compile.ts';
import { disclosuresOf, writeDisclosures } from './disclosures.ts';
import { type Entries, joined } from './join.ts';
import { type BuildOptions, orderOf } from './order.ts';

const LIST = 'entries.json';

/** Writes the chunks of all these modules into a folder, without source maps, and the list of what each module needs. */
export async function buildChunks(options: BuildOptions, folder: string): Promise<void> {
  const entries = filesByEntry(await compile({ ...configure(orderOf(options), folder, 'chunks'), devtool: false }));
  fs.writeFileSync(path.join(folder, LIST), JSON.stringify([...entries]));
}

/** Writes a bundle of some of the modules whose chunks are in the folder; its storage disclosures go beside it. */
export async function joinChunks(folder: string, options: BuildOptions): Promise<void> {
  const { layout, modules, globalName, banner, file } = orderOf(options);
  const built: Entries = new Map(JSON.parse(fs.readFileSync(path.join(folder, LIST), 'utf8')));
  const entries: Entries = new Map(Object.keys(entriesOf(layout, modules)).map((name) => [name, built.get(name)!]));
  const pieces = joined(globalName, entries, (name) => fs.readFileSync(path.join(folder, name), 'utf8'));
  fs.writeFileSync(file, [banner, ...pieces].join(''));
  await writeDisclosures({ layout, modules }, disclosuresOf(file));
}
