import { expect } from 'chai';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { noColors } from '../harness/noColors.ts';
import { root, scratch, write } from '../build/support.ts';
import { packed } from './packed.ts';

// as much of Prebid as one can know it by
const PREBID = {
  'package.json': '{"name":"prebid.js","version":"11.36.0"}',
  'src/utils.js': 'export {};\n',
  'modules/.submodules.json': '{}',
  'modules/userId/index.ts': 'export {};\n',
  'modules/uid2IdSystem.js': '// Prebid\'s own\n',
  'modules/uid2IdSystem.d.ts': 'export {};\n',
  'modules/uid2IdSystem.md': '# Prebid\'s own\n',
  'modules/euidIdSystem.js': '// EUID\n',
  'metadata/modules/uid2IdSystem.json': '{"disclosures":{}}',
  'libraries/uid2IdSystemShared/uid2IdSystem_shared.js': '// both\n',
  'test/spec/modules/uid2IdSystem_spec.js': '// Prebid\'s tests\n'
};

const LIBRARY = ['libraries/uid2Session', 'libraries/uid2SdkFacade'].flatMap((folder) =>
  fs.readdirSync(path.join(root, folder)).map((name) => `${folder}/${name}`));
const MODULES = ['uid2IdSystem.ts', 'uid2IdSystem.md', 'uid2Sdk.ts', 'uid2Sdk.md'].map((name) => `modules/${name}`);
const METADATA = ['modules', 'disclosures/modules'].map((name) => `metadata/${name}/uid2IdSystem.json`);
const SPECS = ['test/spec/modules/uid2IdSystem_prebid.js', 'test/spec/modules/uid2IdSystem_spec.js'];

describe('prebid-uid2 install', function () {
  this.timeout(60_000);
  let work: ReturnType<typeof scratch>;
  let checkout: string;

  beforeEach(() => {
    work = scratch();
    checkout = path.join(work.directory, 'Prebid.js');
    write(checkout, PREBID);
  });
  afterEach(() => work.remove());

  // the command of the package, as npx runs it
  function run(...args: string[]): { code: number | null; said: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(packed().folder, 'scripts/install/bin.js'), ...args], { encoding: 'utf8', env: noColors() });
    return { code: status, said: stdout + stderr };
  }

  function done(...args: string[]): string {
    const { code, said } = run(...args);
    expect(code, said).to.equal(0);
    return said;
  }

  function refused(...args: string[]): string {
    const before = files();
    const { code, said } = run(...args);
    expect(code, said).to.equal(1);
    expect(said.trim().split('\n')).to.have.length(1);
    expect(files()).to.eql(before);
    return said;
  }

  const text = (name: string) => fs.readFileSync(path.join(checkout, name), 'utf8');
  const ours = (name: string) => fs.readFileSync(path.join(root, name), 'utf8');
  const files = (): Record<string, string> => Object.fromEntries(
    fs.readdirSync(checkout, { recursive: true, encoding: 'utf8' })
      .filter((name) => !name.startsWith('.git') && fs.statSync(path.join(checkout, name)).isFile()).sort().map((name) => [name, text(name)]));
  const git = (...args: string[]) => execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: checkout, encoding: 'utf8' });

  function commit(): void {
    git('init', '-q');
    git('add', '-A');
    git('commit', '-qm', 'all');
  }

  it('puts our module in place of Prebid\'s, keeps what EUID uses, and says so', () => {
    const said = done('install', checkout);
    for (const name of [...MODULES, ...METADATA, ...LIBRARY]) {
      expect(text(name), name).to.equal(ours(name));
      expect(said).to.include(`wrote   ${name}\n`);
    }
    const { 'modules/uid2IdSystem.js': script, 'modules/uid2IdSystem.d.ts': types, ...others } = PREBID;
    expect(Object.keys(files())).to.have.members([...new Set([...Object.keys(others), ...LIBRARY, ...MODULES, ...METADATA, SPECS[0], '.prebid-uid2.json'])]);
    expect(text('libraries/uid2IdSystemShared/uid2IdSystem_shared.js')).to.equal('// both\n');
    expect(said).to.include('removed modules/uid2IdSystem.js\n').and.to.include(`cd ${checkout} && npx gulp build --modules=uid2IdSystem,`)
      .and.to.include('Add ,uid2Sdk for window.__uid2');
  });

  it('has Prebid\'s tests of the module run within ours', () => {
    done('install', checkout);
    expect(text(SPECS[0])).to.equal('// Prebid\'s tests\n');
    expect(text(SPECS[1])).to.include('require.context(\'.\', false, /uid2IdSystem_prebid');
  });

  it('does nothing the second time', () => {
    done('install', checkout);
    const before = files();
    expect(done('install', checkout)).to.include('nothing to do');
    expect(files()).to.eql(before);
  });

  it('restores what was there, also after two installations', () => {
    done('install', checkout);
    done('install', checkout);
    done('uninstall', checkout);
    expect(files()).to.eql(PREBID);
    expect(fs.existsSync(path.join(checkout, 'libraries/uid2Session'))).to.equal(false);
  });

  it('leaves a repository clean after install and uninstall', () => {
    commit();
    done('install', checkout);
    done('uninstall', checkout);
    expect(git('status', '--porcelain')).to.equal('');
  });

  it('installs again after its own changes are committed, or are not yet', () => {
    commit();
    done('install', checkout);
    done('install', checkout);
    git('add', '-A');
    git('commit', '-qm', 'UID2');
    done('install', checkout);
  });

  it('works without tests in the checkout', () => {
    fs.rmSync(path.join(checkout, 'test'), { recursive: true });
    const before = files();
    done('install', checkout);
    expect(fs.existsSync(path.join(checkout, 'test'))).to.equal(false);
    done('uninstall', checkout);
    expect(files()).to.eql(before);
  });

  it('brings no metadata to a Prebid that has none', () => {
    fs.rmSync(path.join(checkout, 'metadata'), { recursive: true });
    const before = files();
    done('install', checkout);
    expect(fs.existsSync(path.join(checkout, 'metadata'))).to.equal(false);
    done('uninstall', checkout);
    expect(files()).to.eql(before);
  });

  it('brings in what is new and takes out what is no longer ours', () => {
    done('install', checkout);
    const record = JSON.parse(text('.prebid-uid2.json'));
    record['libraries/uid2Session/old.ts'] = { ...record['libraries/uid2Session/lock.ts'] };
    delete record['libraries/uid2Session/lock.ts'];
    fs.renameSync(path.join(checkout, 'libraries/uid2Session/lock.ts'), path.join(checkout, 'libraries/uid2Session/old.ts'));
    write(checkout, { '.prebid-uid2.json': JSON.stringify(record) });
    const said = done('install', checkout);
    expect(said).to.include('wrote   libraries/uid2Session/lock.ts').and.to.include('removed libraries/uid2Session/old.ts');
    done('uninstall', checkout);
    expect(files()).to.eql(PREBID);
  });

  it('refuses a folder that is not Prebid', () => {
    fs.rmSync(path.join(checkout, 'modules/userId'), { recursive: true });
    expect(refused('install', checkout)).to.include('is no source checkout of Prebid.js: it has no modules/userId');
    expect(refused('install', path.join(checkout, 'nowhere'))).to.include('it has no package.json');
  });

  it('refuses files with changes that are not committed, unless forced', () => {
    commit();
    write(checkout, { 'modules/uid2IdSystem.js': '// with a change of their own\n', 'modules/euidIdSystem.js': '// theirs\n', 'libraries/uid2Session/lock.ts': '// theirs too\n' });
    expect(refused('install', checkout)).to.include('libraries/uid2Session/lock.ts, modules/uid2IdSystem.js').and.to.include('not committed');
    const before = files();
    done('install', checkout, '--force');
    done('uninstall', checkout);
    expect(files()).to.eql(before);
  });

  it('does not mind changes elsewhere', () => {
    commit();
    write(checkout, { 'modules/euidIdSystem.js': '// theirs\n' });
    done('install', checkout);
  });

  it('refuses to write over a change in our files, unless forced', () => {
    done('install', checkout);
    write(checkout, { 'libraries/uid2Session/lock.ts': '// theirs\n' });
    expect(refused('install', checkout)).to.include('libraries/uid2Session/lock.ts changed since the installation');
    expect(refused('uninstall', checkout)).to.include('libraries/uid2Session/lock.ts changed since the installation');
    done('install', checkout, '--force');
    expect(text('libraries/uid2Session/lock.ts')).to.equal(ours('libraries/uid2Session/lock.ts'));
    done('uninstall', checkout);
    expect(files()).to.eql(PREBID);
  });

  it('restores the newer Prebid that came over an installation', () => {
    done('install', checkout);
    const newer = { 'modules/uid2IdSystem.js': '// a newer one\n', 'test/spec/modules/uid2IdSystem_spec.js': '// newer tests\n' };
    write(checkout, newer);
    expect(refused('install', checkout)).to.include('changed since the installation');
    done('install', checkout, '--force');
    expect(text(SPECS[0])).to.equal('// newer tests\n');
    done('uninstall', checkout);
    expect(files()).to.eql({ ...PREBID, ...newer });
  });

  it('has nothing to uninstall where nothing was installed', () => {
    expect(refused('uninstall', checkout)).to.include('Nothing is installed');
  });
});
