// Prebid's EUID module shares a library with its UID2 module, and nothing with ours.
import { expect } from 'chai';
import fs from 'node:fs';
import path from 'node:path';
import { builtOf } from '../harness/bundles.ts';
import { root } from './support.ts';

const foldersIn = (folder: string) => fs.readdirSync(path.join(root, folder), { withFileTypes: true })
  .filter((entry) => entry.isDirectory()).map(({ name }) => name);

const sourcesOf = (file: string): string[] => JSON.parse(fs.readFileSync(`${file}.map`, 'utf8')).sources;

describe('a build with EUID and without UID2', function () {
  this.timeout(120_000);

  const OURS = foldersIn('libraries');
  const isOurs = (name: string) => name.startsWith('modules/uid2') || OURS.some((folder) => name.startsWith(`libraries/${folder}/`));

  it('has none of our files', async () => {
    const sources = sourcesOf(await builtOf({ modules: ['euidIdSystem'] }));
    expect(sources).to.include('prebid.js/libraries/uid2IdSystemShared/uid2IdSystem_shared.js');
    expect(sources.filter(isOurs)).to.deep.equal([]);
    // they would be told
    expect(sourcesOf(await builtOf({ modules: ['uid2IdSystem', 'appnexusBidAdapter'] })).filter(isOurs)).to.include('libraries/uid2Session/decide.ts');
  });

  // Prebid cuts its bundle by the beginnings of paths: one such folder would take the other's files along
  it('has none in Prebid\'s own build: no name of our folders begins one of Prebid\'s, or the other way round', () => {
    const theirs = foldersIn('node_modules/prebid.js/dist/src/libraries');
    expect(theirs).to.include('uid2IdSystemShared');
    const clashes = OURS.flatMap((our) => theirs.filter((their) => their.startsWith(our) || our.startsWith(their)));
    expect(clashes).to.deep.equal([]);
    expect(OURS.filter((our) => OURS.some((other) => other !== our && other.startsWith(our)))).to.deep.equal([]);
  });
});
