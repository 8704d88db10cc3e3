import { expect } from 'chai';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { noColors } from '../harness/noColors.ts';
import { root, scratch } from './support.ts';

describe('npm run build', function () {
  this.timeout(60_000);
  const output = scratch();
  after(output.remove);

  function run(...args: string[]) {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'scripts/build.ts', ...args],
      { cwd: root, encoding: 'utf8', env: noColors() });
    return { status, stdout, stderr };
  }

  const refused = (line: string) => ({ status: 1, stdout: '', stderr: `${line}\n` });

  it('names an unknown module and writes nothing', () => {
    expect(run('--modules=uid2IdSystm', `--out=${output.directory}/a/prebid.js`)).to.eql(refused('unknown module: uid2IdSystm (did you mean uid2IdSystem?)'));
    expect(fs.readdirSync(output.directory)).to.eql([]);
  });

  it('names an unknown feature and writes nothing', () => {
    expect(run('--modules=uid2IdSystem', '--disable=UID2CSTG', `--out=${output.directory}/a/prebid.js`))
      .to.eql(refused('unknown feature: UID2CSTG (did you mean UID2_CSTG?)'));
    expect(fs.readdirSync(output.directory)).to.eql([]);
  });

  it('says what is wrong with modules.json', () => {
    expect(run('--modules=nowhere.json')).to.eql(refused('cannot read nowhere.json: no such file'));
  });

  it('says where it looked for Prebid', () => {
    const { status, stderr } = run('--modules=uid2IdSystem', `--prebid=${output.directory}`);
    expect(status).to.equal(1);
    expect(stderr).to.equal(`no prebid.js package in ${path.resolve(output.directory)}\n`);
  });

  it('explains itself', () => {
    const { status, stdout } = run('--help');
    expect(status).to.equal(0);
    expect(stdout).to.include('--modules').and.include('--disable').and.include('--dev');
  });
});
