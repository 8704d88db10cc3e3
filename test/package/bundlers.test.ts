// Sites that bundle Prebid themselves, with the bundlers that are here anyway; all of them, as installed by npm and pnpm: npm run test:consumers.
import { expect } from 'chai';
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import webpack from 'webpack';
import { root, scratch } from '../build/support.ts';
import { due, expectLogin, expectSdk, expectUid2 } from '../consumers/page.ts';
import { addImports, project, type Project } from '../consumers/projects.ts';
import { snippetsOf } from '../e2e/snippets.ts';
import { packed } from './packed.ts';

const PREBID = path.join(root, 'node_modules/prebid.js');
const { version } = JSON.parse(fs.readFileSync(path.join(PREBID, 'package.json'), 'utf8'));

function link(target: string, file: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.symlinkSync(target, file, 'dir');
}

describe('a site that bundles Prebid', () => {
  const work = scratch();
  after(() => work.remove());

  // packages as pnpm lays them out: each in a folder of its own with links to its peers, and links to them in the site
  function site(name: Project, ...imports: string[]): string {
    const folder = fs.mkdtempSync(path.join(work.directory, `${name}-`));
    const store = path.join(work.directory, 'store/node_modules');
    if (!fs.existsSync(store)) {
      fs.cpSync(packed().folder, path.join(store, 'prebid-uid2'), { recursive: true });
      link(PREBID, path.join(store, 'prebid.js'));
    }
    project(name, folder);
    addImports(folder, ...imports);
    link(path.join(store, 'prebid-uid2'), path.join(folder, 'node_modules/prebid-uid2'));
    link(PREBID, path.join(folder, 'node_modules/prebid.js'));
    return folder;
  }

  async function bundled(absWorkingDir: string): Promise<{ script: string; of(file: string): string[] }> {
    const { metafile, outputFiles: [{ text }] } = await build({ absWorkingDir, entryPoints: ['src/index.js'], bundle: true, minify: true, write: false, metafile: true });
    return { script: text, of: (file) => Object.keys(metafile.inputs).filter((name) => name.endsWith(file)) };
  }

  it('has UID2 by importing the package, with esbuild', async () => {
    const { script, of } = await bundled(site('esbuild'));
    expect(of('/dist/src/src/hook.js')).to.have.length(1);
    expect(script).to.not.include('__uid2Helper').and.not.include('UID2 SDK aborted');
    await expectUid2(version, { script });
  });

  it('has window.__uid2 on the same session by importing it, too', async () => {
    const { script, of } = await bundled(site('esbuild', 'prebid-uid2/sdk'));
    expect(of('/libraries/uid2Session/engine.js')).to.have.length(1);
    await expectSdk({ script });
  });

  it('logs in with the script of modules/uid2Sdk.md', async () => {
    const folder = site('esbuild');
    const [code] = snippetsOf('modules/uid2Sdk.md');
    fs.writeFileSync(path.join(folder, 'src/index.js'), `const identity = ${JSON.stringify(due())};\n${code}`);
    await expectLogin(await bundled(folder));
  });

  it('has its storage allowed by storageControl if it imports the metadata', async () => {
    const folder = site('esbuild', 'prebid.js/modules/storageControl', 'prebid.js/metadata/prebid-core', 'prebid-uid2/metadata');
    await expectUid2(version, await bundled(folder), 'storageControl');
  });

  it('has UID2 by importing the package, with webpack', async () => {
    const context = site('webpack');
    const stats = await new Promise<webpack.Stats>((resolve, reject) => {
      webpack({ context, entry: './src/index.js', mode: 'production', output: { path: path.join(context, 'dist') } }, (error, result) => (error ? reject(error) : resolve(result!)));
    });
    expect(stats.toString({ all: false, errors: true, warnings: true })).to.equal('');
    await expectUid2(version, { script: fs.readFileSync(path.join(context, 'dist/main.js'), 'utf8') });
  });

  it('has the types along with it, and tsc sees what is wrong', () => {
    const tsc = (...args: string[]) => {
      const { stdout } = spawnSync(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc'), ...args], { cwd: folder, encoding: 'utf8' });
      return stdout;
    };
    const folder = site('types');
    expect(tsc()).to.equal('');
    expect(tsc('--module', 'nodenext', '--moduleResolution', 'nodenext')).to.equal('');
    // also where the declarations of packages are looked at
    expect(tsc('--skipLibCheck', 'false')).to.not.include('uid2');
  });
});
