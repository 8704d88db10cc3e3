// Which files of a checkout are ours, or must give way to them.
import fs from 'node:fs';
import path from 'node:path';

/** What a file shall hold; undefined if it must not be there. */
export type Files = Map<string, string | undefined>;

/** Prebid's tests of the module. */
export const SPEC = 'test/spec/modules/uid2IdSystem_spec.js';
const PREBIDS_SPEC = 'test/spec/modules/uid2IdSystem_prebid.js';
const OURS = ['modules/uid2IdSystem.ts', 'modules/uid2IdSystem.md', 'modules/uid2Sdk.ts', 'modules/uid2Sdk.md'];
const LIBRARIES = ['libraries/uid2Session', 'libraries/uid2SdkFacade'];
/** What is stored, as Prebid's builds tell storageControl. */
const METADATA = ['metadata/modules/uid2IdSystem.json', 'metadata/disclosures/modules/uid2IdSystem.json'];

const read = (root: string, name: string) => {
  const file = path.join(root, name);
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined;
};

/** The files below `root` with these names, as they are. */
export const filesAt = (root: string, names: Iterable<string>): Files => new Map([...names].map((name) => [name, read(root, name)]));

/** What the checkout shall hold, of the package at `root`; `spec` is Prebid's own, which goes on being run, within ours; Prebid 9 has no metadata. */
export function filesFor(root: string, spec: string | undefined, hasMetadata: boolean): Files {
  const library = LIBRARIES.flatMap((folder) => fs.readdirSync(path.join(root, folder)).map((name) => `${folder}/${name}`));
  return new Map([
    ...filesAt(root, [...OURS, ...library, ...(hasMetadata ? METADATA : [])]),
    ['modules/uid2IdSystem.js', undefined],
    ['modules/uid2IdSystem.d.ts', undefined],
    ...(spec === undefined ? [] : [[SPEC, read(root, 'scripts/install/spec/uid2IdSystem_spec.js')], [PREBIDS_SPEC, spec]] as const)
  ]);
}
