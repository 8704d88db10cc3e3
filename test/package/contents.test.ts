import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { root } from '../build/support.ts';
import { manifestOf, type Packed, packed } from './packed.ts';

const SCRIPTS = ['dist/libraries/uid2Session/engine.js', 'dist/metadata/modules/uid2IdSystem.js', 'dist/modules/uid2IdSystem.js', 'dist/modules/uid2Sdk.js'];
const LIBRARY = ['uid2Session', 'uid2SdkFacade'].flatMap((folder) =>
  fs.readdirSync(path.join(root, 'libraries', folder)).map((name) => `libraries/${folder}/${name.replace(/\.ts$/, '')}`));

describe('the npm package', function () {
  this.timeout(60_000);
  let npm: Packed;
  let manifest: any;
  const text = (name: string) => fs.readFileSync(path.join(npm.folder, name), 'utf8');

  before(() => {
    npm = packed();
    manifest = manifestOf(npm);
  });

  it('holds the module, its sources, its commands, and nothing else', () => {
    expect(npm.files).to.eql([
      'CHANGELOG.md', 'LICENSE', 'README.md', 'package.json',
      'modules/uid2IdSystem.ts', 'modules/uid2IdSystem.md', 'modules/uid2Sdk.ts', 'modules/uid2Sdk.md',
      'metadata/disclosures/modules/uid2IdSystem.json', 'metadata/modules/uid2IdSystem.json',
      'dist/metadata/modules/uid2IdSystem.d.ts', ...SCRIPTS, 'dist/modules/uid2IdSystem.d.ts', 'dist/modules/uid2Sdk.d.ts',
      ...['scripts/install/bin.js', 'scripts/install/spec/uid2IdSystem_spec.js', 'dist/bin/prebid-uid2.cjs', 'dist/bin/prebid-uid2.licenses.txt'],
      ...['operator/bin.js', 'dist/bin/uid2-operator.cjs', 'dist/bin/uid2-operator.licenses.txt'],
      ...LIBRARY.flatMap((name) => [`${name}.ts`, `dist/${name}.d.ts`])
    ].sort());
  });

  it('has every file that its manifest names', () => {
    const { exports, types, bin, sideEffects } = manifest;
    const { './package.json': itself, ...entries } = exports as Record<string, object>;
    expect(Object.keys(entries)).to.eql(['.', './sdk', './metadata']);
    const named = [...Object.values(entries).flatMap((entry) => Object.values(entry)), itself, types, ...Object.values(bin), ...sideEffects] as string[];
    expect(named.map((name) => path.posix.normalize(name)).filter((name) => !npm.files.includes(name))).to.eql([]);
  });

  it('installs Prebid 10 or 11 beside it, and nothing else', () => {
    expect(manifest.peerDependencies).to.eql({ 'prebid.js': '10 || 11' });
    expect(manifest).to.not.have.any.keys('dependencies', 'optionalDependencies', 'private');
    const hooks = ['preinstall', 'install', 'postinstall'];
    expect(manifest.scripts).to.not.have.any.keys(...hooks);
  });

  it('imports Prebid\'s files and its own in the browser, all of which there are, and nothing else', () => {
    const prebid = path.join(root, 'node_modules/prebid.js');
    for (const script of SCRIPTS) {
      const imported = [...text(script).matchAll(/^import (?:.*? from )?["'](.+)["'];$/gm)].map(([, name]) => path.posix.join('prebid-uid2', path.posix.dirname(script), name));
      const [ours, others] = [true, false].map((is) => imported.filter((name) => name.startsWith('prebid-uid2/') === is));
      expect(ours.filter((name) => !npm.files.includes(name.slice('prebid-uid2/'.length))), script).to.eql([]);
      expect(others, script).to.have.length.above(0);
      expect(others.filter((name) => !name.startsWith('prebid.js/') || !fs.existsSync(path.join(prebid, '..', name))), script).to.eql([]);
    }
  });

  it('has the session in one of its files, which both entries import', () => {
    expect(SCRIPTS.filter((script) => text(script).includes('UID2Module-2.0'))).to.eql(['dist/libraries/uid2Session/engine.js']);
    for (const name of ['uid2IdSystem', 'uid2Sdk']) expect(text(`dist/modules/${name}.js`)).to.match(/ from "\.\.\/libraries\/uid2Session\/engine\.js";/);
  });

  it('needs no macros, flags or globals of a build', () => {
    for (const script of SCRIPTS) expect(text(script), script).to.not.match(/FEATURES|\$prebid|\$\$/);
  });

  it('has commands that need nothing but node', () => {
    for (const name of npm.files.filter((file) => file.endsWith('.cjs'))) {
      const required = [...text(name).matchAll(/\brequire\("([^")]+)"\)/g)].map(([, module]) => module.replace(/^node:/, ''));
      expect(required.filter((module) => !builtinModules.includes(module)), name).to.eql([]);
    }
    for (const [name, file] of Object.entries(manifest.bin as Record<string, string>)) {
      // in a folder without node_modules
      expect(execFileSync(process.execPath, [path.join(npm.folder, file), '--help'], { encoding: 'utf8' })).to.match(new RegExp(`^Usage: ${name} `));
    }
  });

  it('gives the license of every package that is in a command', () => {
    for (const name of ['uid2-operator', 'prebid-uid2']) {
      const inside = new Set([...text(`dist/bin/${name}.cjs`).matchAll(/^\/\/ node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)].map(([, module]) => module));
      expect(inside).to.include('commander');
      const notices = text(`dist/bin/${name}.licenses.txt`);
      expect([...inside].filter((module) => !new RegExp(`^${module}\n\n.{3}`, 'm').test(notices))).to.eql([]);
    }
  });

  it('says nothing of the machine it was made on', () => {
    expect(npm.files.filter((name) => text(name).includes(root))).to.eql([]);
  });
});
