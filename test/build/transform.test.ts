import { transformSync } from '@babel/core';
import { expect } from 'chai';
import path from 'node:path';
import { transform } from '../../scripts/build/babel.ts';
import { featureMap } from '../../scripts/build/features.ts';
import { layoutOf, readJson } from '../../scripts/build/layout.ts';
import { root } from './support.ts';

const layout = layoutOf();

function code(name: string, source: string, { disable = [] as string[], commonjs = false } = {}): string {
  const filename = path.join(name.startsWith('prebid/') ? layout.prebid : root, name.replace(/^prebid\//, ''));
  const options = transform({ layout, features: featureMap(layout, disable), commonjs });
  return transformSync(source, { ...options, filename })!.code!;
}

describe('the transform', () => {
  it('registers a module, so that pbjs.installedModules lists it', () => {
    const result = code('modules/uid2IdSystem.ts', 'export const a = 1;');
    expect(result).to.match(/import \{ registerModule as (\w+) \} from "..\/src\/prebidGlobal.js";[^]*\1\("uid2IdSystem"\);/);
  });

  it('registers a module that is a directory by its name', () => {
    expect(code('prebid/modules/userId/index.ts', '')).to.match(/from "..\/..\/src\/prebidGlobal.js"[^]*\("userId"\)/);
  });

  it('registers neither libraries nor other files of a module', () => {
    expect(code('libraries/uid2Session/identity.ts', '')).to.equal('');
    expect(code('prebid/modules/userId/eids.js', '')).to.equal('');
  });

  it('survives the change to CommonJS', () => {
    expect(code('modules/uid2IdSystem.ts', 'export const a = 1;', { commonjs: true })).to.match(/\(0, _\w+\.registerModule\)\("uid2IdSystem"\)/);
  });

  it('puts flags in as constants', () => {
    expect(code('libraries/a.ts', 'f(FEATURES.UID2_CSTG, FEATURES.OTHER);', { disable: ['UID2_CSTG'] })).to.equal('f(false, FEATURES.OTHER);');
  });

  it('leaves a variable called FEATURES alone', () => {
    expect(code('libraries/a.ts', 'const FEATURES = g(); f(FEATURES.VIDEO);')).to.include('f(FEATURES.VIDEO)');
  });

  it('puts the version in', () => {
    const { version } = readJson<{ version: string }>(path.join(layout.prebid, 'package.json'))!;
    expect(code('prebid/src/a.js', 'f("v$prebid.version$", `x$prebid.version$y`, $$REPO_AND_VERSION$$);'))
      .to.equal(`f("v${version}", \`x${version}y\`, "prebid_prebid_${version}");`);
  });

  it('removes log calls whose feature is off', () => {
    const source = 'logInfo("a"); utils.logWarn("b"); const x = logMessage("c"); logError("d");';
    expect(code('libraries/a.ts', source, { disable: ['LOG_NON_ERROR'] }).replace(/\s+/g, ' ')).to.equal('const x = undefined; logError("d");');
    expect(code('libraries/a.ts', source, { disable: ['LOG_ERROR'] })).to.not.include('logError');
  });

  it('tells ajax which module is calling', () => {
    const result = code('modules/uid2IdSystem.ts', 'import { ajax } from \'../src/ajax.js\'; export const go = () => ajax("u");');
    expect(result).to.match(/import \{ ajax as (\w+) \} from '..\/src\/ajax.js';\s*const ajax = \1.withCallers\(\[\["userId", "uid2"\]\]\)/);
  });

  it('tells ajax so after the change to CommonJS too', () => {
    const result = code('modules/uid2IdSystem.ts', 'import { ajax } from \'../src/ajax.js\'; export const go = () => ajax("u");', { commonjs: true });
    expect(result).to.match(/const ajax = _\w+\.ajax\.withCallers\(/).and.match(/ajax\("u"\)/);
  });

  it('puts the build options in', () => {
    const result = code('prebid/src/buildOptions.ts', 'import options from "../buildOptions.mjs"; export const name = options.pbGlobal;', { disable: ['VIDEO'] });
    expect(result).to.include('pbGlobal: "pbjs"').and.include('VIDEO: false').and.not.include('buildOptions.mjs');
  });

  it('drops types', () => {
    const source = 'import type { A } from \'./a.ts\'; import \'./b.d.ts\'; import { C } from \'./c.ts\'; export const d: C = 1 as A;';
    expect(code('libraries/a.ts', source)).to.equal('export const d = 1;');
  });
});
